/**
 * A client of the control socket that does nothing but ask:
 * `round_trips.ts SOCKET SERVICE SECONDS [wait]`. With `wait` it is there before the manager, and
 * measures from the first answer on.
 *
 * A program of its own, because it blocks in the kernel until each answer comes, as the real client
 * does; in the benchmark's own process a promise for each answer would cost more than the answer.
 */
import { encodeRequest, ReplyReader, type Request } from "../../core/protocol/mod.ts";
import type { Fd } from "../../core/types.ts";
import { connectUnix, read, write } from "../../platform/client.ts";
import { quantile } from "./reports/statistics.ts";

const WARM_UP_SHARE = 0.2;
const CONNECT_PAUSE_MS = 1;
const ASK_PAUSE_MS = 2;
const CONNECT_LIMIT_MS = 10_000;

/** What the program prints, as JSON. */
export interface RoundTrips {
  readonly perSecond: number;
  readonly medianUs: number;
  readonly p99Us: number;
  readonly longestUs: number;
}

class Client {
  readonly #socket: Fd;
  readonly #reader = new ReplyReader();
  readonly #buffer = new Uint8Array(64 * 1024);

  /** @param limitMs How long to try. */
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

  ask(request: Request) {
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

/** Keeps the thread still. */
function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function measure(socket: string, service: string, seconds: number, waits: boolean): RoundTrips {
  const client = new Client(socket, waits ? CONNECT_LIMIT_MS : 0);
  client.ask({ kind: "query-version" });
  const found = client.ask({ kind: "find", name: service });
  if (found.kind !== "service-record") throw new Error(`No service "${service}"`);
  const status: Request = { kind: "status", handle: found.handle };
  const askFor = (limitMs: number): readonly number[] => {
    const times: number[] = [];
    const end = performance.now() + limitMs;
    for (let sent = performance.now(); sent < end;) {
      client.ask(status);
      const answered = performance.now();
      times.push(answered - sent);
      // Without a pause the two would keep a processor for themselves, which the kernel does not
      // let pass.
      if (waits) pause(ASK_PAUSE_MS);
      sent = waits ? performance.now() : answered;
    }
    return times;
  };
  if (!waits) askFor(seconds * WARM_UP_SHARE * 1000);
  const times = askFor(seconds * 1000);
  return {
    perSecond: times.length / seconds,
    medianUs: quantile(times, 0.5) * 1000,
    p99Us: quantile(times, 0.99) * 1000,
    longestUs: Math.max(...times) * 1000,
  };
}

if (import.meta.main) {
  const [socket = "", service = "", seconds = "", wait] = Deno.args;
  const result = measure(socket, service, Number(seconds), wait === "wait");
  console.log(JSON.stringify(result));
}
