/**
 * A manager's control server that takes orders of clients that are only a pipe, with sockets in
 * memory, and what such a client hears.
 */
import { FRAME, OUTPUT_LOST } from "../../../core/program/client_pipe.ts";
import type { DescriptionFiles } from "../../../core/description/mod.ts";
import type { ServiceId } from "../../../core/types.ts";
import { CLIENT_PROGRAMS } from "../../../daemon/clients/mod.ts";
import type { LoadClientPrograms } from "../../../daemon/control/client_runs/client_programs.ts";
import { ControlServer } from "../../../daemon/control/server.ts";
import { assert, assertEquals } from "../../assert.ts";
import { encodeOrder, type PipeClientOptions } from "../../pipe_client.ts";
import { FakeHost } from "../control/fake_host.ts";
import { type FakeConnection, FakeSockets } from "../control/fake_sockets.ts";

export const OWN_UID = 1000;
export const FROM_HOME: PipeClientOptions = { userId: OWN_UID, variables: { HOME: "/home" } };
const NO_FILES: DescriptionFiles = {
  read: () => ({ kind: "missing" }),
  list: () => ({ kind: "names", names: [] }),
  exists: () => false,
  realDirectory: () => undefined,
};

/** What came, put together. */
export interface Heard {
  output: string;
  errors: string;
  readonly kinds: number[];
  readonly statuses: number[];
  readonly atEnd: string[];
}

export class Manager {
  readonly host = new FakeHost();
  readonly sockets = new FakeSockets();
  readonly messages: string[] = [];
  readonly server: ControlServer;
  loads = 0;
  onLoad: LoadClientPrograms = () => CLIENT_PROGRAMS;
  /** Turns in which runs went on that had given way to others. */
  turns = 0;

  constructor(isHosting = true, files: DescriptionFiles = NO_FILES) {
    this.server = new ControlServer({
      platform: this.sockets,
      host: this.host,
      socketPath: "/run/dinitctl",
      log: (_level, message) => this.messages.push(message),
      ...isHosting && {
        hosting: {
          load: () => {
            this.loads += 1;
            return this.onLoad();
          },
          files,
          beforeRun: () => {},
          mayGoOn: () => true,
          errnoText: () => ({ name: "ENOSPC", text: "no space left on device" }),
        },
      },
    });
    this.host.listeners = this.server;
    this.host.load = (name) => {
      const service = this.host.services.find(name);
      return service === undefined ? { kind: "not-found" } : { kind: "loaded", service };
    };
    assertEquals(this.server.open(), undefined);
  }

  /** Until nothing is ready and no time has come. */
  settle(): void {
    for (let rounds = 0; this.turn(); rounds++) assert(rounds < 100_000, "never at rest");
  }

  turn(): boolean {
    let isBusy = false;
    for (const [fd, interest] of [...this.sockets.watched]) {
      const socket = this.sockets.sockets.get(fd);
      const isReadable = socket === undefined
        ? this.sockets.backlog.length > 0
        : socket.inbox.length > 0 || socket.hasEnded;
      const readable = interest.read && isReadable;
      const writable = interest.write && (socket?.roomBytes ?? 0) > 0;
      if ((!readable && !writable) || !this.sockets.watched.has(fd)) continue;
      assert(this.server.handleDescriptor(fd, readable, writable));
      isBusy = true;
    }
    const due = this.server.next();
    if (due === undefined || due > this.sockets.now()) return isBusy;
    this.turns += 1;
    this.server.runDue(this.sockets.now());
    return true;
  }

  connected(uid = OWN_UID): FakeConnection {
    const connection = this.sockets.connect(uid);
    this.settle();
    return connection;
  }

  order(words: readonly string[], options: PipeClientOptions = {}): FakeConnection {
    const connection = this.connected();
    connection.send(encodeOrder(["dinitctl", ...words], { ...FROM_HOME, ...options }));
    this.settle();
    return connection;
  }
}

export function heard(connection: FakeConnection): Heard {
  const bytes = Uint8Array.from(
    connection.received().join("").match(/../g) ?? [],
    (digits) => parseInt(digits, 16),
  );
  const result: Heard = { output: "", errors: "", kinds: [], statuses: [], atEnd: [] };
  for (let at = 0; at < bytes.length;) {
    const length = (bytes[at + 1] ?? 0) + 256 * (bytes[at + 2] ?? 0);
    const body = bytes.subarray(at + 3, at + 3 + length);
    const kind = bytes[at] ?? 0;
    // It comes before all else, and tells nothing of the order.
    if (kind !== FRAME.taken) result.kinds.push(kind);
    if (kind === FRAME.output) result.output += new TextDecoder().decode(body);
    if (kind === FRAME.errors) result.errors += new TextDecoder().decode(body);
    if (kind === FRAME.status) result.statuses.push(body[0] ?? -1);
    if (kind === FRAME.atEnd) {
      const text = new TextDecoder().decode(body.subarray(4));
      result.atEnd.push(`${[...body.subarray(0, 4)].join(" ")} ${text}`);
    }
    at += 3 + length;
  }
  return result;
}

/** The service has started. */
export function started(manager: Manager, service: ServiceId): void {
  manager.host.setStatus(service, { state: "started", target: "started" });
  manager.host.tell(service, "started");
  manager.settle();
}

/** What a client says whose output was lost. */
export function lostOutput(errno: number): Uint8Array {
  const message = new Uint8Array(5);
  message[0] = OUTPUT_LOST;
  new DataView(message.buffer).setUint32(1, errno, true);
  return message;
}
