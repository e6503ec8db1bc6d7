/**
 * A conversation with a manager: one request at a time, its answer, and the events that come
 * between.
 *
 * Events may arrive before any answer. They are kept in the order in which they came, so that a
 * command that waits sees those too that were caused by its own request, before the answer to it.
 *
 * What may have to wait is a generator, and waits by `yield` (`ctl/interface/waits.ts`).
 */
import {
  checkVersion,
  CURRENT_VERSION,
  type Handle,
  type Information,
  MINIMUM_VERSION,
  neededRight,
  type Remark,
  type Remarks,
  type Reply,
  type ReportedDetails,
  type ReportedStatus,
  type Request,
  requestSince,
  type Summaries,
  VERSION_OF_EXIT_DETAILS,
} from "../../core/protocol/mod.ts";
import { ClientError } from "../interface/client_error.ts";
import { notAllowed } from "../interface/not_allowed.ts";
import { type AfterEnd, PAUSE, type Waiting } from "../interface/waits.ts";
import { type Connection, ConnectionError, type Packets } from "../interface/connection.ts";
import { ANSWER_LIMIT_MS, type Clock, Patience } from "./patience.ts";
import { cannotWrite, closedEarly, malformed, protocolError } from "./protocol_error.ts";
import { packetsOf } from "./packets.ts";
import { Turns } from "./turns.ts";
import { EventQueue, type ServiceInformation } from "./event_queue.ts";

export type { ServiceInformation } from "./event_queue.ts";

/** A reply of one of the kinds named. */
export type ReplyOf<K extends Reply["kind"]> = Reply & { readonly kind: K };

/** Entry of a list. */
export interface ListEntry {
  readonly name: string;
  readonly status: ReportedStatus;
}

/** They take 1 ms at most without V8's compilers, and a tenth of it in the manager itself. */
const ENTRIES_BETWEEN_PAUSES = 64;

const NO_SUMMARIES: Summaries = new Map();
const NO_REMARKS: Remarks = new Map();

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
  readonly #turns: Turns;
  readonly #events = new EventQueue();
  /** It answers questions that only our managers know as upstream's does. */
  #lacksExtensions = false;
  readonly #packets: Packets;
  #version = MINIMUM_VERSION;
  /** Whether the manager may refuse something because of who asks. */
  #lacksRights = false;
  /** Why the last request was refused, if that was asked already. */
  #causes: readonly string[] | undefined;

  private constructor(connection: Connection, patience: Patience, turns: Turns) {
    this.#connection = connection;
    this.#packets = packetsOf(connection);
    this.#patience = patience;
    this.#turns = turns;
  }

  /**
   * Agrees on a version over a fresh connection.
   *
   * @param answerLimitMs How long answers are waited for until {@link renewPatience}.
   * @throws {ClientError} When the versions do not meet; the connection is closed then.
   */
  static *open(
    connection: Connection,
    clock: Clock,
    answerLimitMs: number = ANSWER_LIMIT_MS,
  ): Waiting<Session> {
    const session = new Session(connection, new Patience(clock, answerLimitMs), new Turns(clock));
    try {
      session.#version = session.#packets.version ?? (yield* session.#agreedVersion());
    } catch (error) {
      session.close();
      throw error;
    }
    return session;
  }

  *#agreedVersion(): Waiting<number> {
    const server = yield* this.expect({ kind: "query-version" }, "version");
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
   * A new part of the work begins (the next service named, the next look): answers may take their
   * time again. Not for a number of parts that the server says.
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
   * @param patience `unbounded`: the answer comes when something is done, however long that takes.
   * @throws {ClientError} When the connection ends or the answer cannot be understood.
   */
  *ask(request: Request, patience: "bounded" | "unbounded" = "bounded"): Waiting<Reply> {
    if (!isAside(request)) this.#causes = undefined;
    this.#send(request);
    for (;;) {
      const reply = yield* this.#receiveReply(patience);
      if (reply.kind !== "preack") {
        if (this.#lacksRights && isRefusal(reply)) yield* this.#checkRight(request);
        return reply;
      }
      // What came before the preack has nothing to do with this order.
      if ("handle" in request) this.forgetEvents(request.handle);
    }
  }

  /**
   * As `ask`, for requests with only a few possible answers.
   *
   * @throws {ClientError} Also for any other answer.
   */
  *expect<K extends Reply["kind"]>(
    request: Request,
    ...kinds: readonly K[]
  ): Waiting<ReplyOf<K>> {
    const reply = yield* this.ask(request);
    if (!isOneOf(reply, kinds)) throw protocolError(reply);
    return reply;
  }

  /** As `expect`, for what is answered when it is done, however long that takes. */
  *expectDone<K extends Reply["kind"]>(
    request: Request,
    ...kinds: readonly K[]
  ): Waiting<ReplyOf<K>> {
    const reply = yield* this.ask(request, "unbounded");
    if (!isOneOf(reply, kinds)) throw protocolError(reply);
    return reply;
  }

  /** All loaded services, in the server's order. Same errors as `expect`. */
  *list(): Waiting<readonly ListEntry[]> {
    this.#send({ kind: this.knows("list-5") ? "list-5" : "list" });
    const entries: ListEntry[] = [];
    for (;;) {
      const reply = this.#replyAtHand() ?? (yield* this.#receiveReply("bounded"));
      if (reply.kind === "list-done") return entries;
      if (reply.kind !== "service-info") throw protocolError(reply);
      if (entries.length === LIST_LIMIT) {
        throw new ClientError(`the manager's list of services has no end: ${LIST_LIMIT} came.`);
      }
      const status = this.#completed(reply.status);
      entries.push(status === reply.status ? reply : { name: reply.name, status });
      if (entries.length % ENTRIES_BETWEEN_PAUSES === 0) yield PAUSE;
    }
  }

  /**
   * State of a service in the most telling form that the server knows. Same errors as `expect`.
   *
   * @param longest 5: without the time of the description's file.
   */
  *status(handle: Handle, longest: 5 | 6 = 6): Waiting<ReportedStatus> {
    const kind = this.#statusRequest(longest);
    return this.#completed((yield* this.expect({ kind, handle }, "status")).status);
  }

  /**
   * What is known of a service beyond its status; undefined from upstream's managers. Same errors
   * as `expect`.
   */
  *details(handle: Handle): Waiting<ReportedDetails | undefined> {
    if (this.#lacksExtensions) return undefined;
    const request = { kind: "query-details", handle } as const;
    const reply = yield* this.expect(request, "details", "service-name", "nak");
    if (reply.kind === "details") return reply.details;
    this.#lacksExtensions = true;
    return undefined;
  }

  /**
   * What the loaded services are, in their own words. Upstream's managers do not tell. Same errors
   * as `expect`.
   */
  *summaries(): Waiting<Summaries> {
    if (this.#lacksExtensions) return NO_SUMMARIES;
    this.#send({ kind: "query-summaries" });
    const summaries = new Map<string, string>();
    for (;;) {
      const reply = this.#replyAtHand() ?? (yield* this.#receiveReply("bounded"));
      if (reply.kind === "list-done") return summaries;
      if (reply.kind === "service-name" || reply.kind === "nak") return NO_SUMMARIES;
      if (reply.kind !== "summaries") throw protocolError(reply);
      for (const [name, summary] of reply.summaries) summaries.set(name, summary);
      yield PAUSE;
    }
  }

  /**
   * What is to be said of the loaded services beside their status. From then on changes of health
   * come as events, of services that there is a handle for. Upstream's managers do not tell. Same
   * errors as `expect`.
   */
  *remarks(): Waiting<Remarks> {
    if (this.#lacksExtensions) return NO_REMARKS;
    this.#send({ kind: "query-remarks" });
    const remarks = new Map<string, Remark>();
    for (;;) {
      const reply = this.#replyAtHand() ?? (yield* this.#receiveReply("bounded"));
      if (reply.kind === "list-done") return remarks;
      if (reply.kind === "service-name" || reply.kind === "nak") return NO_REMARKS;
      if (reply.kind !== "remarks") throw protocolError(reply);
      for (const [name, remark] of reply.remarks) remarks.set(name, remark);
      yield PAUSE;
    }
  }

  /**
   * Why the request before this one was refused, a fault each, perhaps of several lines. Upstream's
   * managers do not tell. Same errors as `expect`.
   */
  *causes(): Waiting<readonly string[]> {
    if (this.#causes !== undefined) return this.#causes;
    if (this.#lacksExtensions) return [];
    const reply = yield* this.expect({ kind: "query-cause" }, "cause", "service-name", "nak");
    if (reply.kind === "cause") return reply.faults;
    this.#lacksExtensions = true;
    return [];
  }

  /**
   * Whether the manager knows requests that upstream's managers do not, and would take for an
   * error.
   * Same errors as `expect`.
   */
  *isExtended(): Waiting<boolean> {
    yield* this.causes();
    return !this.#lacksExtensions;
  }

  /**
   * The manager is another user's, who may let in this one for some requests only: from now on one
   * that is refused for that is a {@link NotAllowed} error.
   */
  expectMissingRights(): void {
    this.#lacksRights = true;
  }

  *#checkRight(request: Request): Waiting<void> {
    if (neededRight(request) === "look") return;
    this.#causes = yield* this.causes();
    const error = notAllowed(this.#causes);
    if (error !== undefined) throw error;
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
  nextEvent(timeoutMs?: number): Waiting<Information | "closed" | "timeout"> {
    return this.#nextEvent(timeoutMs, undefined);
  }

  /**
   * As {@link nextEvent}, for those who cannot go on without the manager.
   *
   * @throws {ClientError} `lost` when the connection ends.
   */
  *expectEvent(lost: () => ClientError, timeoutMs?: number): Waiting<Information | "timeout"> {
    const event = yield* this.#nextEvent(timeoutMs, lost);
    if (event === "closed") throw lost();
    return event;
  }

  /**
   * Waits until the server ends the connection; whatever it says until then is skipped.
   *
   * @param timeoutMs Longest time without a word; undefined: for ever.
   */
  *waitForEnd(after: AfterEnd, timeoutMs?: number): Waiting<"end" | "timeout"> {
    const received = yield { kind: "end", connection: this.#connection, after, timeoutMs };
    return received === "end" ? "end" : "timeout";
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
    try {
      this.#packets.send(request);
    } catch (error) {
      if (error instanceof RangeError) throw new ClientError(`cannot send this: ${error.message}`);
      if (!(error instanceof ConnectionError)) throw error;
      throw cannotWrite(error.message);
    }
  }

  *#receiveReply(patience: "bounded" | "unbounded"): Waiting<Reply> {
    const atHand = this.#replyAtHand();
    if (atHand !== undefined) {
      if (this.#turns.isOver()) yield PAUSE;
      return atHand;
    }
    if (patience === "unbounded") return yield* this.#receiveLateReply();
    const deadline = this.#patience.deadline();
    for (;;) {
      const reply = this.#replyAtHand();
      if (reply !== undefined) {
        this.#patience.keepRest(deadline);
        return reply;
      }
      // A wait may also end by what happens at the terminal.
      if ((yield* this.#receive(this.#patience.leftMs(deadline), undefined)) === "closed") {
        throw closedEarly();
      }
    }
  }

  *#receiveLateReply(): Waiting<Reply> {
    for (;;) {
      const reply = this.#replyAtHand();
      if (reply !== undefined) return reply;
      if ((yield* this.#receive(undefined, closedEarly)) === "closed") throw closedEarly();
    }
  }

  /** One that has come; undefined when it must be waited for. Events before it are kept. */
  #replyAtHand(): Reply | undefined {
    for (;;) {
      const packet = this.#packets.next();
      if (packet === undefined) return undefined;
      if (packet.kind === "reply") return packet.reply;
      if (packet.kind === "malformed") throw malformed(packet.why);
      this.#keep(packet.information);
    }
  }

  *#nextEvent(
    timeoutMs: number | undefined,
    lost: (() => ClientError) | undefined,
  ): Waiting<Information | "closed" | "timeout"> {
    for (;;) {
      const event = this.#events.take();
      if (event !== undefined) {
        if (this.#turns.isOver()) yield PAUSE;
        return event;
      }
      const packet = this.#packets.next();
      if (packet === undefined) {
        const received = yield* this.#receive(timeoutMs, lost);
        if (received !== "bytes") return received;
      } else if (packet.kind === "information") this.#keep(packet.information);
      else if (packet.kind === "reply") throw protocolError(packet.reply);
      else throw malformed(packet.why);
    }
  }

  /**
   * Each service event comes twice, with a status of form 5 and of form 1: one of them is enough.
   */
  #keep(information: Information): void {
    const wantedForm = this.#version >= VERSION_OF_EXIT_DETAILS ? 5 : 1;
    if (information.kind === "service-event" && information.form !== wantedForm) return;
    this.#events.push(information);
  }

  *#receive(
    timeoutMs: number | undefined,
    lost: (() => ClientError) | undefined,
  ): Waiting<"bytes" | "closed" | "timeout"> {
    const received = yield { kind: "receive", connection: this.#connection, timeoutMs, lost };
    if (received === "timeout") return "timeout";
    if (received === "end") return "closed";
    this.#packets.push(received);
    return "bytes";
  }
}

/** After these the manager still knows why the request before was refused. */
function isAside({ kind }: Request): boolean {
  return kind === "query-cause" || kind === "find";
}

/** The answers with which a right is refused. */
function isRefusal({ kind }: Reply): boolean {
  return kind === "nak" || kind === "load-error";
}

function isOneOf<K extends Reply["kind"]>(
  reply: Reply,
  kinds: readonly K[],
): reply is ReplyOf<K> {
  return (kinds as readonly string[]).includes(reply.kind);
}
