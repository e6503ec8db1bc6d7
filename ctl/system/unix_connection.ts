/**
 * A {@link Connection} over a Unix stream socket of the system.
 */
import { type Fd, fd as asFd } from "../../core/types.ts";
import {
  close,
  connectUnix,
  type Failure,
  peerCredentials,
  read,
  setBlocking,
  unblockSignals,
  write,
} from "../../platform/client.ts";
import {
  type ConnectFailure,
  type Connection,
  ConnectionError,
  type Received,
} from "../interface/connection.ts";
import type { Waiter } from "./waiter.ts";

/** Longest wait for a manager to take the connection, whose queue of clients is full. */
const CONNECT_LIMIT_MS = 30_000;

const BUFFER_BYTES = 64 * 1024;

/** What all connections of a program share. */
export interface ConnectionContext {
  /** The system's text for an errno, as strings of the C library begin: with a capital letter. */
  readonly systemText: (errno: number) => string;
  readonly waiter: Waiter;
}

/**
 * Connects to a socket at a path.
 *
 * The manager's executable starts with its signals blocked; from here on they work as in any
 * program.
 */
export function connectSocket(
  path: string,
  context: ConnectionContext,
): Connection | ConnectFailure {
  unblockSignals();
  const socket = connectUnix(path, CONNECT_LIMIT_MS);
  if (typeof socket !== "number") return toFailure(socket, context);
  return new SocketConnection(socket, context);
}

/** Takes over an open descriptor and makes it blocking. */
export function adoptSocket(
  descriptor: number,
  context: ConnectionContext,
): Connection | ConnectFailure {
  unblockSignals();
  const socket = asFd(descriptor);
  const failure = setBlocking(socket, true);
  return failure === undefined
    ? new SocketConnection(socket, context)
    : toFailure(failure, context);
}

class SocketConnection implements Connection {
  readonly #socket: Fd;
  readonly #context: ConnectionContext;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);

  constructor(socket: Fd, context: ConnectionContext) {
    this.#socket = socket;
    this.#context = context;
  }

  send(bytes: Uint8Array): void {
    let rest = new Uint8Array(bytes);
    while (rest.length > 0) {
      const count = write(this.#socket, rest);
      if (typeof count === "number") rest = rest.subarray(count);
      else if (count === "again") throw new ConnectionError("it does not take what is sent to it");
      else throw new ConnectionError(this.#context.systemText(count.errno));
    }
  }

  receive(timeoutMs: number | undefined): Received {
    if (timeoutMs !== undefined && !this.#isReadableWithin(timeoutMs)) return "timeout";
    // Signals that are read instead of taken would not end a read that waits for ever.
    if (timeoutMs === undefined && this.#context.waiter.readsSignals) {
      while (!this.#isReadableWithin(Infinity));
    }
    const count = read(this.#socket, this.#buffer);
    // A reset means the same as an ordinary end: the manager is gone.
    return typeof count === "number" && count > 0 ? this.#buffer.subarray(0, count) : "end";
  }

  peerUser(): number | undefined {
    const peer = peerCredentials(this.#socket);
    return "uid" in peer ? peer.uid : undefined;
  }

  close(): void {
    close(this.#socket);
  }

  #isReadableWithin(timeoutMs: number): boolean {
    const { waiter } = this.#context;
    let isReadable = false;
    waiter.watch(this.#socket, () => {
      isReadable = true;
    });
    waiter.wait(timeoutMs);
    waiter.unwatch(this.#socket);
    return isReadable;
  }
}

function toFailure({ errno }: Failure, { systemText }: ConnectionContext): ConnectFailure {
  return { kind: "failure", errno, text: systemText(errno) };
}
