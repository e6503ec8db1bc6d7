/**
 * A conversation with a manager: one request at a time, its answer, and the events that come between.
 *
 * Events may arrive before any answer. They are kept in the order in which they came, so that a
 * command that waits sees those too that were caused by its own request, before the answer to it.
 */
import {
  checkVersion,
  CURRENT_VERSION,
  encodeRequest,
  type Handle,
  type Information,
  MINIMUM_VERSION,
  type Reply,
  ReplyReader,
  type ReportedDetails,
  type ReportedStatus,
  type Request,
  requestSince,
  VERSION_OF_EXIT_DETAILS,
} from "../../core/protocol/mod.ts";
import { ClientError } from "../client_error.ts";
import { type Connection, ConnectionError } from "./connection.ts";
import { type Clock, Patience } from "./patience.ts";
import { cannotWrite, closedEarly, malformed, protocolError } from "./protocol_error.ts";
import { EventQueue, type ServiceInformation } from "./event_queue.ts";

export type { ServiceInformation } from "./event_queue.ts";

/** A reply of one of the kinds named. */
export type ReplyOf<K extends Reply["kind"]> = Reply & { readonly kind: K };

/** Entry of a list. */
export interface ListEntry {
  readonly name: string;
  readonly status: ReportedStatus;
}

const BUFFER_BYTES = 64 * 1024;

/**
 * How long a command waits for answers, all together: a manager answers at once, but may have to load a
 * thousand descriptions from a slow disk first. What a service is waited for does not count.
 */
const ANSWER_LIMIT_MS = 60_000;

/** Most services in a list; their names have at most 255 bytes each. */
const LIST_LIMIT = 100_000;

/**
 * Owns its connection: `close` closes it.
 *
 * Whatever the other side does, a request ends: waits, lists and what is kept have bounds.
 */
export class Session {
  readonly #connection: Connection;
  readonly #patience: Patience;
  readonly #events = new EventQueue();
  /** It answers questions that only our managers know as upstream's does. */
  #lacksExtensions = false;
  readonly #reader = new ReplyReader();
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #version = MINIMUM_VERSION;

  private constructor(connection: Connection, patience: Patience) {
    this.#connection = connection;
    this.#patience = patience;
  }

  /**
   * Agrees on a version over a fresh connection.
   *
   * @param answerLimitMs How long answers are waited for until {@link renewPatience}.
   * @throws {ClientError} When the versions do not meet; the connection is closed then.
   */
  static open(
    connection: Connection,
    clock: Clock,
    answerLimitMs: number = ANSWER_LIMIT_MS,
  ): Session {
    const session = new Session(connection, new Patience(clock, answerLimitMs));
    try {
      session.#version = session.#agreedVersion();
    } catch (error) {
      session.close();
      throw error;
    }
    return session;
  }

  #agreedVersion(): number {
    const server = this.expect({ kind: "query-version" }, "version");
    switch (checkVersion(server)) {
      case "client-too-old":
        throw new ClientError(
          `the manager speaks version ${server.minimum} of the control protocol and later, this program up to ${CURRENT_VERSION}.`,
          "use the program that came with the manager.",
        );
      case "server-too-old":
        throw new ClientError(
          `the manager speaks versions of the control protocol up to ${server.current}, this program ${MINIMUM_VERSION} and later.`,
        );
      case "fits":
        return server.current;
    }
  }

  /**
   * A new part of the work begins (the next service named, the next look): answers may take their time
   * again. Not for a number of parts that the server says.
   */
  renewPatience(): void {
    this.#patience.renew();
  }

  /** The server's version; it may be above our own. */
  get version(): number {
    return this.#version;
  }

  /** Whether the server knows a request. */
  knows(request: Request["kind"]): boolean {
    return this.#version >= requestSince(request);
  }

  /**
   * Sends a request and waits for its final answer.
   *
   * @throws {ClientError} When the connection ends or the answer cannot be understood.
   */
  ask(request: Request): Reply {
    this.#send(request);
    for (;;) {
      const reply = this.#receiveReply();
      if (reply.kind !== "preack") return reply;
      // What came before the preack has nothing to do with this order.
      if ("handle" in request) this.forgetEvents(request.handle);
    }
  }

  /**
   * As `ask`, for requests with only a few possible answers.
   *
   * @throws {ClientError} Also for any other answer.
   */
  expect<K extends Reply["kind"]>(request: Request, ...kinds: readonly K[]): ReplyOf<K> {
    const reply = this.ask(request);
    if (!isOneOf(reply, kinds)) throw protocolError(reply);
    return reply;
  }

  /** All loaded services, in the server's order. Same errors as `expect`. */
  list(): readonly ListEntry[] {
    this.#send({ kind: this.knows("list-5") ? "list-5" : "list" });
    const entries: ListEntry[] = [];
    for (;;) {
      const reply = this.#receiveReply();
      if (reply.kind === "list-done") return entries;
      if (reply.kind !== "service-info") throw protocolError(reply);
      if (entries.length === LIST_LIMIT) {
        throw new ClientError(`the manager's list of services has no end: ${LIST_LIMIT} came.`);
      }
      entries.push({ name: reply.name, status: this.#completed(reply.status) });
    }
  }

  /**
   * State of a service in the most telling form that the server knows. Same errors as `expect`.
   *
   * @param longest 5: without the time of the description's file.
   */
  status(handle: Handle, longest: 5 | 6 = 6): ReportedStatus {
    const kind = this.#statusRequest(longest);
    return this.#completed(this.expect({ kind, handle }, "status").status);
  }

  /** What is known of a service beyond its status; undefined from upstream's managers. Same errors as `expect`. */
  details(handle: Handle): ReportedDetails | undefined {
    if (this.#lacksExtensions) return undefined;
    const reply = this.expect({ kind: "query-details", handle }, "details", "service-name", "nak");
    if (reply.kind === "details") return reply.details;
    this.#lacksExtensions = true;
    return undefined;
  }

  /**
   * Why the request before this one was refused, a fault each, perhaps of several lines. Upstream's managers do
   * not tell. Same errors as `expect`.
   */
  causes(): readonly string[] {
    if (this.#lacksExtensions) return [];
    const reply = this.expect({ kind: "query-cause" }, "cause", "service-name", "nak");
    if (reply.kind === "cause") return reply.faults;
    this.#lacksExtensions = true;
    return [];
  }

  /** Drops the events of a service that have come so far. */
  forgetEvents(handle: Handle): void {
    this.#events.forget(handle);
  }

  /** Whether something has happened to a service that was not looked at yet. */
  hasEvent(handle: Handle, event: ServiceInformation["event"]): boolean {
    return this.#events.has(handle, event);
  }

  /**
   * The next thing that happened, waiting for it if needed.
   *
   * @param timeoutMs Longest wait; undefined: for ever.
   */
  nextEvent(timeoutMs?: number): Information | "closed" | "timeout" {
    for (;;) {
      const event = this.#events.take();
      if (event !== undefined) return event;
      const packet = this.#reader.next();
      if (packet === undefined) {
        const received = this.#receive(timeoutMs);
        if (received !== "bytes") return received;
      } else if (packet.kind === "information") this.#keep(packet.information);
      else if (packet.kind === "reply") throw protocolError(packet.reply);
      else throw malformed(packet.why);
    }
  }

  /** Waits until the server ends the connection; whatever it says until then is skipped. */
  waitForEnd(): void {
    while (this.#connection.receive(this.#buffer) !== 0);
  }

  close(): void {
    this.#connection.close();
  }

  #statusRequest(longest: 5 | 6): "status" | "status-5" | "status-6" {
    if (longest === 6 && this.knows("status-6")) return "status-6";
    return this.knows("status-5") ? "status-5" : "status";
  }

  /** Servers before version 5 have one number for "ended with status 0" and "never ran". */
  #completed(status: ReportedStatus): ReportedStatus {
    const isAmbiguous = this.#version < VERSION_OF_EXIT_DETAILS && status.exit.kind === "none" &&
      status.reason === "terminated";
    return isAmbiguous ? { ...status, exit: { kind: "exited", code: 0 } } : status;
  }

  #send(request: Request): void {
    this.#reader.expect(request);
    try {
      this.#connection.send(encodeRequest(request));
    } catch (error) {
      if (error instanceof RangeError) throw new ClientError(`cannot send this: ${error.message}`);
      if (!(error instanceof ConnectionError)) throw error;
      throw cannotWrite(error.message);
    }
  }

  #receiveReply(): Reply {
    const deadline = this.#patience.deadline();
    for (;;) {
      const packet = this.#reader.next();
      if (packet === undefined) {
        // A wait may also end by what happens at the terminal.
        if (this.#receive(this.#patience.leftMs(deadline)) === "closed") {
          throw closedEarly();
        }
      } else if (packet.kind === "reply") {
        this.#patience.keepRest(deadline);
        return packet.reply;
      } else if (packet.kind === "information") this.#keep(packet.information);
      else throw malformed(packet.why);
    }
  }

  /** Each service event comes twice, with a status of form 5 and of form 1: one of them is enough. */
  #keep(information: Information): void {
    const wantedForm = this.#version >= VERSION_OF_EXIT_DETAILS ? 5 : 1;
    if (information.kind === "service-event" && information.form !== wantedForm) return;
    this.#events.push(information);
  }

  #receive(timeoutMs?: number): "bytes" | "closed" | "timeout" {
    const count = this.#connection.receive(this.#buffer, timeoutMs);
    if (count === "timeout") return "timeout";
    if (count === 0) return "closed";
    this.#reader.push(this.#buffer.subarray(0, count));
    return "bytes";
  }
}

function isOneOf<K extends Reply["kind"]>(
  reply: Reply,
  kinds: readonly K[],
): reply is ReplyOf<K> {
  return (kinds as readonly string[]).includes(reply.kind);
}
