/**
 * One connection that holds a handle of every service of a scenario, gives the orders and collects
 * events.
 */
import { within } from "../../../tools/limit.ts";
import {
  encodeRequest,
  type Handle,
  type Information,
  type Reply,
  ReplyReader,
  type ReportedStatus,
  type Request,
} from "../../../core/protocol/mod.ts";
import { assert, fail } from "../../assert.ts";

const REPLY_LIMIT_MS = 10_000;

export class ScenarioClient {
  /** `service:event` since the last look. */
  events: string[] = [];
  /** When the manager last said something, in milliseconds of performance.now. */
  lastHeard = performance.now();
  /** The manager has closed the connection. */
  hasEnded = false;
  readonly #connection: Deno.UnixConn;
  readonly #reader = new ReplyReader();
  readonly #handles = new Map<string, Handle>();
  readonly #waiting: ((reply: Reply | undefined) => void)[] = [];
  readonly #reading: Promise<void>;

  private constructor(connection: Deno.UnixConn) {
    this.#connection = connection;
    this.#reading = this.#read();
  }

  static async connect(path: string): Promise<ScenarioClient> {
    return new ScenarioClient(await Deno.connect({ transport: "unix", path }));
  }

  /** The reply; undefined when the connection ends instead. */
  async ask(request: Request): Promise<Reply | undefined> {
    this.#reader.expect(request);
    const { promise, resolve } = Promise.withResolvers<Reply | undefined>();
    this.#waiting.push(resolve);
    await this.#connection.write(encodeRequest(request));
    return await within(REPLY_LIMIT_MS, `the reply to ${request.kind}`, promise);
  }

  async load(name: string): Promise<Reply> {
    const reply = await this.ask({ kind: "load", name });
    if (reply?.kind !== "service-record") fail(`Cannot load ${name}: ${JSON.stringify(reply)}`);
    this.#handles.set(name, reply.handle);
    return reply;
  }

  /** The service has been unloaded. */
  forget(name: string): void {
    this.#handles.delete(name);
  }

  handle(name: string): Handle {
    return this.#handles.get(name) ?? fail(`Service ${name} is not loaded`);
  }

  async nameOf(handle: Handle): Promise<string> {
    const reply = await this.ask({ kind: "query-name", handle });
    return reply?.kind === "service-name" ? reply.name : fail(`No name: ${JSON.stringify(reply)}`);
  }

  /** In the order of loading. */
  async statuses(): Promise<ReadonlyMap<string, ReportedStatus>> {
    const statuses = new Map<string, ReportedStatus>();
    for (const [name, handle] of this.#handles) {
      const reply = await this.ask({ kind: "status-5", handle });
      assert(reply?.kind === "status", `No status of ${name}: ${JSON.stringify(reply)}`);
      statuses.set(name, reply.status);
    }
    return statuses;
  }

  async close(): Promise<void> {
    if (!this.hasEnded) this.#connection.close();
    await this.#reading;
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(4096);
    for (;;) {
      const count = await this.#connection.read(buffer).catch(() => null);
      this.lastHeard = performance.now();
      if (count === null) break;
      this.#reader.push(buffer.subarray(0, count));
      for (let packet = this.#reader.next(); packet; packet = this.#reader.next()) {
        if (packet.kind === "malformed") fail(packet.why);
        if (packet.kind === "reply") this.#waiting.shift()?.(packet.reply);
        else this.#note(packet.information);
      }
    }
    this.hasEnded = true;
    try {
      this.#connection.close();
    } catch { /* closed by us */ }
    for (const resolve of this.#waiting.splice(0)) resolve(undefined);
  }

  #note(information: Information): void {
    // Each event comes in two forms, and for each handle: those for dependents in a reply are not
    // ours.
    if (information.kind !== "service-event" || information.form !== 5) return;
    for (const [name, handle] of this.#handles) {
      if (handle === information.handle) this.events.push(`${name}:${information.event}`);
    }
  }
}
