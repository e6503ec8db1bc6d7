/**
 * One control connection, apart from its socket: bytes in, packets out.
 *
 * Requests are worked off in order, each to its end before the next. Events that a request causes
 * come out of the host while it is worked off, so they stand before its reply. How each request is
 * answered is in `requests.ts` and `orders.ts`. Memory is bounded: see `output.ts` and
 * `handles.ts`.
 */
import { ORDER_CODE } from "../../core/program/client_pipe.ts";
import type { ServiceStatus } from "../../core/command.ts";
import {
  ALL_RIGHTS,
  type AskedOrder,
  encodeInformation,
  encodeReplies,
  handedReply,
  type Handle,
  healthEvent,
  neededRight,
  readRequest,
  type Reply,
  type Request,
  REQUEST_LIMIT_BYTES,
} from "../../core/protocol/mod.ts";
import {
  type HealthState,
  type ServiceEvent,
  type ServiceId,
  unreachable,
} from "../../core/types.ts";
import type { RequestContext } from "./answers/context.ts";
import { AskedOrders } from "./answers/asked_orders.ts";
import { ControlHandles, HANDLE_LIMIT, type KeptHandles } from "./answers/handles.ts";
import type { ControlHost } from "./host.ts";
import type { ControlHub, HubMember } from "./hub.ts";
import { ControlOutput, type KeptOutput } from "./output.ts";
import { orderText } from "./answers/order_text.ts";
import type { SessionPeer } from "./peer.ts";
import { answerRequest, refuseRequest } from "./answers/requests.ts";
import { joinedBytes } from "../../core/text/joined_bytes.ts";

/**
 * The parts in which a long reply is written. A write of no more goes into the socket whole or not
 * at all (Linux: one buffer), so that no packet is divided, which upstream's client takes badly.
 */
const BLOCK_BYTES = 4000;

const NO_INPUT: Uint8Array = new Uint8Array(0);
const NOT_EXPLAINED: readonly string[] = [];
const OWNER: SessionPeer = { rights: ALL_RIGHTS, isGuest: false, who: () => "the manager's user" };

/** Handles of a connection that was let in: a few for each service of a large machine. */
const GUEST_HANDLE_LIMIT = 4096;

/**
 * `open`: requests are worked off. `closing`: what waits is written, then the connection ends.
 * `closed`: it ends at once.
 */
export type SessionPhase = "open" | "closing" | "closed";

export interface SessionOptions {
  readonly host: ControlHost;
  readonly hub: ControlHub;
  /**
   * Called after each packet that was queued, and when an event ends the session. It may be in the
   * middle of a request, so it must not call the session's `receive` or `outputWritten`.
   */
  readonly onOutput: () => void;
  /**
   * Called after each block of a long answer, which may be written then:
   * {@link ControlSession.outputWrittenEarly}.
   */
  readonly onBlock?: () => void;
  /**
   * Its client is in the manager itself. Replies are handed to it as they are
   * ({@link ControlSession.takeReply}), and a long answer is made while it takes it, so that the
   * manager's other work goes on; its parts then tell of different times.
   */
  readonly isInner?: boolean;
  /** Who asks; absent: somebody with all rights. */
  readonly peer?: SessionPeer;
  /** Called before each request that may do more than tell something. */
  readonly onAct?: () => void;
  /** Told of each order before it is carried out, for the log. */
  readonly noteOrder?: (text: string) => void;
  /** Likewise of those that are refused for want of a right. */
  readonly noteRefusal?: (text: string) => void;
  /**
   * Called with the first bytes of the order of a client that is only a pipe
   * (`core/program/client_pipe.ts`): the session has ended, the connection is another's from now
   * on. Absent: such clients are refused.
   */
  readonly onOrder?: (bytes: Uint8Array) => void;
}

/** A session as another one goes on with it. */
export interface KeptSession {
  readonly isFresh: boolean;
  readonly handles: KeptHandles;
  readonly output: KeptOutput;
  readonly input: Uint8Array;
  readonly phase: SessionPhase;
  readonly listensToEnvironment: boolean;
  /** Not there from a manager that told of no health. */
  readonly listensToHealth?: boolean;
  readonly explanation: readonly string[];
  readonly awaits: boolean;
  /** Not there from a manager that took no such orders. */
  readonly asked?: readonly AskedOrder[];
}

/** To be registered with the hub by its maker, and removed when the connection ends. */
export class ControlSession implements HubMember {
  readonly #onOutput: () => void;
  readonly #onBlock: () => void;
  readonly #onOrder: SessionOptions["onOrder"];
  readonly #isInner: boolean;
  readonly #peer: SessionPeer;
  readonly #onAct: () => void;
  readonly #noteOrder: (text: string) => void;
  readonly #noteRefusal: (text: string) => void;
  #isFresh = true;
  /** A reply that is to be handed over, before what is output. */
  #handed: Reply | undefined;
  /** The rest of a long answer, behind all output. */
  #unfinished: Iterator<Reply> | undefined;
  /** Services that are gone since it was begun. */
  readonly #gone = new Set<ServiceId>();
  readonly #handles: ControlHandles;
  readonly #output = new ControlOutput();
  /** In memory of others while `receive` is at work. */
  #input = NO_INPUT;
  #phase: SessionPhase = "open";
  #listensToEnvironment = false;
  #listensToHealth = false;
  #explanation = NOT_EXPLAINED;
  /** The answer to the last request is still to come; nothing after it is worked off. */
  #awaits = false;
  readonly #context: RequestContext;

  constructor(options: SessionOptions) {
    const { host, hub } = options;
    this.#onOutput = options.onOutput;
    this.#onBlock = options.onBlock ?? (() => {});
    this.#onOrder = options.onOrder;
    this.#isInner = options.isInner ?? false;
    this.#peer = options.peer ?? OWNER;
    this.#onAct = options.onAct ?? (() => {});
    this.#noteOrder = options.noteOrder ?? (() => {});
    this.#noteRefusal = options.noteRefusal ?? (() => {});
    this.#handles = new ControlHandles(this.#peer.isGuest ? GUEST_HANDLE_LIMIT : HANDLE_LIMIT);
    this.#context = {
      host,
      handles: this.#handles,
      asked: new AskedOrders(),
      send: (reply) => this.#send(reply),
      sendAll: (replies) => this.#sendAll(replies),
      end: (reply) => this.#end(reply),
      explain: (faults) => {
        this.#explanation = faults;
      },
      explanation: () => this.#explanation,
      isGone: (service) => this.#gone.has(service),
      isHeldElsewhere: (service) => hub.isHeldElsewhere(service, this),
      rights: this.#peer.rights,
      answerLater: () => {
        this.#awaits = true;
        return (reply, faults) => this.answer(reply, faults);
      },
      listenToEnvironment: () => {
        this.#listensToEnvironment = true;
      },
      listenToHealth: () => {
        this.#listensToHealth = true;
      },
      environmentChanged: (text, hadValue) => hub.environmentChanged(text, hadValue),
    };
  }

  get phase(): SessionPhase {
    return this.#phase;
  }

  /** Whether a request is to be answered by {@linkcode answer}. */
  get awaits(): boolean {
    return this.#phase === "open" && this.#awaits;
  }

  /** The answer that was to come later. @param faults Why it is a refusal. */
  answer(reply: Reply, faults: readonly string[]): void {
    if (!this.awaits) return;
    this.#awaits = false;
    this.#explanation = faults;
    this.#send(reply);
    this.#work();
  }

  /** For {@linkcode adopt}. */
  keep(): KeptSession {
    return {
      isFresh: this.#isFresh,
      handles: this.#handles.keep(),
      output: this.#output.keep(),
      input: this.#input,
      phase: this.#phase,
      listensToEnvironment: this.#listensToEnvironment,
      listensToHealth: this.#listensToHealth,
      explanation: this.#explanation,
      awaits: this.#awaits,
      asked: this.#context.asked.waiting,
    };
  }

  /** Goes on where another session was. What came in and waits is worked off after an output. */
  adopt(kept: KeptSession): void {
    this.#isFresh = kept.isFresh;
    this.#handles.adopt(kept.handles);
    this.#output.adopt(kept.output);
    this.#input = kept.input;
    this.#phase = kept.phase;
    this.#listensToEnvironment = kept.listensToEnvironment;
    this.#listensToHealth = kept.listensToHealth ?? false;
    this.#explanation = kept.explanation;
    this.#awaits = kept.awaits;
    for (const order of kept.asked ?? []) this.#context.asked.add(order);
  }

  /** As {@linkcode KeptSession} has them. */
  get keptHandles(): KeptHandles {
    return this.#handles.keep();
  }

  /** Grows whenever a handle is opened or closed. */
  get handleChanges(): number {
    return this.#handles.changes;
  }

  /** How many bytes may be given to {@link receive}; 0 while too much output waits. */
  get inputRoomBytes(): number {
    if (this.#phase !== "open" || this.#output.isAboveHighWater) return 0;
    return REQUEST_LIMIT_BYTES - this.#input.length;
  }

  /** Bytes of output that wait. */
  get waitingBytes(): number {
    return this.#output.bytes;
  }

  /** What is to be written next: the rest of one packet, or of a block of them. */
  nextOutput(): Uint8Array | undefined {
    return this.#output.next();
  }

  /** All that waits to be written, packet by packet. Good until the next change. */
  allOutput(): Iterable<Uint8Array> {
    return this.#output.all();
  }

  /** For an inner client: what comes before {@link nextOutput}, if it is a reply as it is. */
  takeReply(): Reply | undefined {
    if (this.#handed === undefined && this.#output.isEmpty) this.#nextPart();
    const handed = this.#handed;
    this.#handed = undefined;
    return handed;
  }

  /**
   * Takes away what was written of {@link nextOutput}; may go on with requests that had to wait.
   */
  outputWritten(count: number): void {
    this.#output.written(count);
    if (this.#phase === "closing" && this.#output.isEmpty) this.#phase = "closed";
    this.#work();
  }

  /** As {@link outputWritten}, in the middle of a request: the next ones have to wait. */
  outputWrittenEarly(count: number): void {
    this.#output.written(count);
  }

  /**
   * Takes bytes from the client and works off every request that is complete.
   *
   * @param bytes Used during the call only: what is not worked off is copied.
   */
  receive(bytes: Uint8Array): void {
    if (this.#phase !== "open") return;
    while (this.#unfinished !== undefined) this.#nextPart();
    this.#input = this.#input.length === 0 ? bytes : joinedBytes([this.#input, bytes]);
    this.#work();
    // Requests nearly always come whole, and are gone by now.
    if (this.#input.length > 0) this.#input = this.#input.slice();
  }

  /** Works off nothing more: what waits may still be written. For the end of the manager. */
  finish(): void {
    this.#input = NO_INPUT;
    if (this.#phase === "open") this.#phase = this.#output.isEmpty ? "closed" : "closing";
  }

  /**
   * Whether this connection has a handle for the service that counts: once it is closing none does,
   * and those of one who was let in keep nobody from a reload.
   */
  holds(service: ServiceId): boolean {
    return this.#phase === "open" && !this.#peer.isGuest && this.#handles.has(service);
  }

  /** Queues an event once for each handle of the service. */
  notify(service: ServiceId, event: ServiceEvent, status: ServiceStatus): void {
    for (const handle of this.#handles.of(service)) {
      for (const form of [5, 1] as const) {
        this.#sendEvent(
          encodeInformation({ kind: "service-event", form, handle, event, status }),
        );
      }
    }
  }

  /** Queues a health event for each handle of the service, if the client asked for them. */
  healthChanged(service: ServiceId, state: HealthState, why: string): void {
    if (!this.#listensToHealth) return;
    for (const handle of this.#handles.of(service)) {
      this.#sendEvent(encodeInformation(healthEvent(handle, state, why)));
    }
  }

  /** Queues an environment event, if the client asked for them. */
  environmentChanged(text: string, hadValue: boolean): void {
    if (!this.#listensToEnvironment) return;
    this.#sendEvent(encodeInformation({ kind: "environment-event", text, hadValue }));
  }

  /**
   * The service's record is gone: closes all handles for it. One who was let in may have waited for
   * it, and would do so for ever: the connection ends.
   */
  forget(service: ServiceId): void {
    const isLost = this.#peer.isGuest && this.#handles.has(service);
    this.#handles.drop(service);
    if (isLost && this.#phase === "open") {
      this.finish();
      this.#onOutput();
    }
    if (this.#unfinished !== undefined) this.#gone.add(service);
  }

  #work(): void {
    while (this.#input.length > 0 && this.#canWork()) {
      if (this.#isOrder()) return this.#handOver();
      const reading = readRequest(this.#input);
      switch (reading.kind) {
        case "need-more":
          return;
        case "bad":
          this.#end({ kind: "bad-request" });
          return;
        case "refused":
          this.#isFresh = false;
          this.#take(reading.length);
          this.#send({ kind: "nak" });
          break;
        case "request":
          this.#isFresh = false;
          // Taken away first, so that a request during which we fail is not met again.
          this.#take(reading.length);
          if (!isAside(reading.request)) this.#explanation = NOT_EXPLAINED;
          this.#answer(reading.request);
          break;
        default:
          unreachable(reading);
      }
    }
  }

  #answer(request: Request): void {
    const right = neededRight(request);
    const isAllowed = this.#peer.rights.has(right);
    if (right !== "look") this.#onAct();
    // Who may order nothing is in no hurry, and neither is the log.
    const order = right === "look" ? undefined : orderText(request, this.#nameOf);
    if (order !== undefined) {
      if (isAllowed) this.#noteOrder(`Order by ${this.#peer.who()}: ${order}`);
      else this.#noteRefusal(`Refused an order by ${this.#peer.who()}: ${order}`);
    }
    if (isAllowed) answerRequest(this.#context, request);
    else refuseRequest(this.#context, request, right);
  }

  readonly #nameOf = (handle: Handle): string | undefined => {
    const service = this.#handles.service(handle);
    return service === undefined
      ? undefined
      : this.#context.host.services.description(service).name;
  };

  #canWork(): boolean {
    return this.#phase === "open" && !this.#awaits && !this.#output.isAboveHighWater;
  }

  /** Takes a request away from the input. */
  #take(length: number): void {
    const isAll = length === this.#input.length;
    this.#input = isAll ? NO_INPUT : this.#input.subarray(length);
  }

  /**
   * Two conversations on one connection could not be told apart, so an order comes before all else.
   */
  #isOrder(): boolean {
    return this.#isFresh && this.#onOrder !== undefined && this.#input[0] === ORDER_CODE;
  }

  #handOver(): void {
    const order = this.#input;
    this.#input = NO_INPUT;
    this.#phase = "closed";
    this.#onOrder?.(order);
  }

  #send(reply: Reply): void {
    if (this.#phase !== "open") return;
    this.#say(reply);
    this.#onOutput();
  }

  #sendAll(replies: Iterable<Reply>): void {
    if (this.#isInner) {
      this.#unfinished = replies[Symbol.iterator]();
      return this.#onOutput();
    }
    for (const block of encodeReplies(replies, BLOCK_BYTES)) {
      if (this.#phase !== "open") return;
      this.#output.pushBlock(block);
      this.#onBlock();
    }
    this.#onOutput();
  }

  /** Says the next one of a long answer. */
  #nextPart(): void {
    const part = this.#unfinished?.next();
    if (part === undefined) return;
    if (part.done !== true) return this.#say(part.value);
    this.#unfinished = undefined;
    this.#gone.clear();
  }

  #say(reply: Reply): void {
    const isNext = this.#isInner && this.#handed === undefined && this.#output.isEmpty;
    const handed = isNext ? handedReply(reply) : undefined;
    if (handed === undefined) this.#output.pushReply(reply);
    else this.#handed = handed;
  }

  /** The last reply: nothing that follows is read. */
  #end(reply: Reply): void {
    if (this.#phase !== "open") return;
    this.#output.pushReply(reply);
    this.#input = NO_INPUT;
    this.#phase = "closing";
    this.#onOutput();
  }

  #sendEvent(packet: Uint8Array): void {
    if (this.#phase !== "open") return;
    if (!this.#output.pushEvent(packet)) {
      this.#phase = "closed";
      this.#output.clear();
      this.#handed = undefined;
      this.#input = NO_INPUT;
    }
    this.#onOutput();
  }
}

/** Asked on the way to the cause of a refusal: what was refused before is explained still. */
function isAside({ kind }: Request): boolean {
  return kind === "query-cause" || kind === "find";
}
