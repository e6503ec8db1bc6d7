/**
 * A client of the control socket that does nothing but ask. It blocks in the kernel until each
 * answer comes, as the real client does.
 */
import { encodeRequest, type Reply, ReplyReader, type Request } from "../../core/protocol/mod.ts";
import type { Fd } from "../../core/types.ts";
import { connectUnix, read, write } from "../../platform/client.ts";

const CONNECT_PAUSE_MS = 1;

export class AskingClient {
  readonly #socket: Fd;
  readonly #reader = new ReplyReader();
  readonly #buffer = new Uint8Array(64 * 1024);

  /**
   * @param limitMs How long to try to connect.
   * @throws {Error} There is no manager.
   */
  constructor(path: string, limitMs: number) {
    const end = performance.now() + limitMs;
    for (;;) {
      const socket = connectUnix(path, 10_000);
      if (typeof socket === "number") {
        this.#socket = socket;
        return;
      }
      if (performance.now() >= end) {
        throw new Error(`Cannot connect to "${path}": ${socket.message}`);
      }
      pause(CONNECT_PAUSE_MS);
    }
  }

  /** Asks and waits for the answer. @throws {Error} There is none. */
  ask(request: Request): Reply {
    this.#reader.expect(request);
    const bytes = new Uint8Array(encodeRequest(request));
    const sent = write(this.#socket, bytes);
    if (sent !== bytes.length) throw new Error("The manager does not read");
    for (;;) {
      const packet = this.#reader.next();
      if (packet?.kind === "reply") return packet.reply;
      if (packet?.kind === "malformed") throw new Error(packet.why);
      if (packet !== undefined) continue;
      const count = read(this.#socket, this.#buffer);
      if (typeof count !== "number" || count === 0) throw new Error("The manager has closed");
      this.#reader.push(this.#buffer.subarray(0, count));
    }
  }
}

/** The request for a service's status. @throws {Error} It is not loaded. */
export function statusRequest(client: AskingClient, service: string): Request {
  client.ask({ kind: "query-version" });
  const found = client.ask({ kind: "find", name: service });
  if (found.kind !== "service-record") throw new Error(`No service "${service}"`);
  return { kind: "status", handle: found.handle };
}

/** Keeps the thread still. */
export function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
