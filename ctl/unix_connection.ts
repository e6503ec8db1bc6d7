/**
 * A {@link Connection} over a Unix stream socket of the system.
 */
import { type Fd, fd as asFd } from "../core/types.ts";
import {
  close,
  connectUnix,
  createPoller,
  type Failure,
  type Poller,
  read,
  setBlocking,
  unblockSignals,
  write,
} from "../platform/client.ts";
import { type ConnectFailure, type Connection, ConnectionError } from "./connection.ts";

/** The system's text for an errno, as strings of the C library begin: with a capital letter. */
export type SystemText = (errno: number) => string;

/**
 * Connects to a socket at a path.
 *
 * The manager's executable starts with its signals blocked; from here on they work as in any program.
 */
export function connectSocket(path: string, systemText: SystemText): Connection | ConnectFailure {
  unblockSignals();
  const socket = connectUnix(path);
  if (typeof socket !== "number") return toFailure(socket, systemText);
  return new SocketConnection(socket, systemText);
}

/** Takes over an open descriptor and makes it blocking. */
export function adoptSocket(
  descriptor: number,
  systemText: SystemText,
): Connection | ConnectFailure {
  unblockSignals();
  const socket = asFd(descriptor);
  const failure = setBlocking(socket, true);
  return failure === undefined
    ? new SocketConnection(socket, systemText)
    : toFailure(failure, systemText);
}

class SocketConnection implements Connection {
  readonly #socket: Fd;
  readonly #systemText: SystemText;
  /** Made when a wait has a time limit for the first time. */
  #poller: Poller | undefined;

  constructor(socket: Fd, systemText: SystemText) {
    this.#socket = socket;
    this.#systemText = systemText;
  }

  send(bytes: Uint8Array): void {
    let rest = new Uint8Array(bytes);
    while (rest.length > 0) {
      const count = write(this.#socket, rest);
      if (typeof count === "number") rest = rest.subarray(count);
      else if (count !== "again") throw new ConnectionError(this.#systemText(count.errno));
    }
  }

  receive(buffer: Uint8Array, timeoutMs?: number): number | "timeout" {
    if (timeoutMs !== undefined && !this.#isReadableWithin(timeoutMs)) return "timeout";
    const count = read(this.#socket, buffer as Uint8Array<ArrayBuffer>);
    // A reset means the same as an ordinary end: the manager is gone.
    return typeof count === "number" ? count : 0;
  }

  close(): void {
    close(this.#socket);
  }

  #isReadableWithin(timeoutMs: number): boolean {
    if (this.#poller === undefined) {
      this.#poller = createPoller();
      this.#poller.watch(this.#socket, { read: true, write: false });
    }
    let isReadable = false;
    this.#poller.wait(timeoutMs, {
      descriptor: () => {
        isReadable = true;
      },
      signal: () => {},
    });
    return isReadable;
  }
}

function toFailure({ errno }: Failure, systemText: SystemText): ConnectFailure {
  return { kind: "failure", errno, text: systemText(errno) };
}
