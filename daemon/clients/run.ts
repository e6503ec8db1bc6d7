/**
 * One order of a client that is only a pipe: its program at work inside the manager, driven a slice
 * at a time.
 *
 * The program is a generator of `ctl/` that yields its waits. Between them it goes on until its
 * slice is over, until its output piles up, or until it really has to wait: for what its session
 * tells ({@linkcode ClientRun.wake}), for a time, for the manager's end. Whatever it does wrong
 * ends the run and nothing else.
 */
import { ORDER_LIMIT_BYTES, OUTPUT_LOST } from "../../core/program/client_pipe.ts";
import { encodeText } from "../../core/protocol/mod.ts";
import { type Instant, instant } from "../../core/types.ts";
import {
  ClientError,
  type ClientIo,
  closedEarly,
  LongWay,
  lostOutputStatus,
  NOTHING,
  problemText,
  type Received,
  type Wait,
  type Waiting,
} from "../../ctl/served.ts";
import type { ClientRun, KeptRun, RunContext } from "../control/client_runs/client_programs.ts";
import type { ControlSession, SessionPhase } from "../control/session.ts";
import { type AtEnd, Frames } from "./frames.ts";
import { InnerConnection } from "./inner_connection.ts";
import { type ClientOrder, readOrder } from "./order.ts";
import { runIo } from "./run_io.ts";
import { servedProgram } from "./served.ts";

/**
 * How long a run may keep the manager from all else. What it does between two looks at the clock
 * comes on top: a millisecond or two, the collection of garbage included.
 */
const SLICE_MS = 2;

/** How long it may when the manager ends, which it does not have to wait for. */
const LAST_SLICE_MS = 200;

/** u8 {@linkcode OUTPUT_LOST}, u32 errno. */
const MESSAGE_BYTES = 5;

/** What is said to a client whose work another manager cannot go on with. */
const REPLACED = new ClientError(
  "the manager was upgraded while this command was waiting.",
  "what it asked for is being done; 'dinitctl status SERVICE' tells what comes of it.",
);

const AT_ONCE = instant(0);

type Stage =
  | { readonly kind: "ordering" }
  | { readonly kind: "running"; readonly io: ClientIo; readonly work: Waiting<number> }
  /** The status was told; the client may still say that output was lost. */
  | { readonly kind: "ended"; readonly io: ClientIo; readonly status: number }
  /** Nothing more is said or heard: what waits is written. */
  | { readonly kind: "over" };

export class Run implements ClientRun {
  readonly #context: RunContext;
  readonly #frames = new Frames();
  #stage: Stage = { kind: "ordering" };
  #input: Uint8Array = new Uint8Array(0);
  #session: ControlSession | undefined;
  /** What the work waits for; undefined while it is at work. */
  #wait: Wait | undefined;
  /** When the wait has taken its time. */
  #deadline: Instant | undefined;
  /** It goes on when the client has taken some of its output. */
  #isHeldByOutput = false;
  #dueAt: Instant | undefined;
  /** It has had its slice of the turn that is under way: what is due waits for the next one. */
  #hasHadTurn = false;
  #lostOutput: string | undefined;
  /** What the client was told last of the connection's end. */
  #toldAtEnd = "";

  constructor(context: RunContext) {
    this.#context = context;
  }

  get phase(): SessionPhase {
    if (this.#stage.kind !== "over") return "open";
    return this.#frames.isEmpty ? "closed" : "closing";
  }

  get inputRoomBytes(): number {
    switch (this.#stage.kind) {
      case "ordering":
        return ORDER_LIMIT_BYTES - this.#input.length;
      case "over":
        return 0;
      default:
        // Never none: the client's end is to be seen.
        return MESSAGE_BYTES + 1 - this.#input.length;
    }
  }

  get waitingBytes(): number {
    return this.#frames.bytes;
  }

  get dueAt(): Instant | undefined {
    return this.#dueAt;
  }

  nextOutput(): Uint8Array | undefined {
    return this.#frames.next();
  }

  outputWritten(count: number): void {
    this.#frames.written(count);
    if (!this.#isHeldByOutput || this.#frames.isAboveHighWater) return;
    this.#isHeldByOutput = false;
    this.#dueAt = AT_ONCE;
  }

  /** Runs have no long answers of their own. */
  outputWrittenEarly(count: number): void {
    this.outputWritten(count);
  }

  receive(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.#input.length + bytes.length);
    joined.set(this.#input);
    joined.set(bytes, this.#input.length);
    this.#input = joined;
    if (this.#stage.kind === "ordering") {
      this.#readOrder();
      this.#hasHadTurn = this.#dueAt === AT_ONCE;
    }
    if (this.#stage.kind === "running" || this.#stage.kind === "ended") this.#readMessage();
  }

  resume(now: Instant): void {
    // Orders are read in the middle of a turn, whose end is where runs are resumed.
    if (this.#hasHadTurn) {
      this.#hasHadTurn = false;
      return;
    }
    this.#dueAt = undefined;
    if (this.#stage.kind !== "running" || this.#isHeldByOutput) return;
    const received = this.#outcome(now);
    if (received === undefined) this.#rest();
    else this.#work(received);
  }

  get isBusy(): boolean {
    if (this.#stage.kind !== "running" || this.#isHeldByOutput) return false;
    return this.#dueAt !== undefined && this.#dueAt <= this.#context.now();
  }

  /**
   * The work itself cannot be handed on. A client that only waits for the manager's end knows what
   * that means; another one is told that its order stands.
   */
  keep(): KeptRun {
    const frames = new Frames(this.#frames);
    switch (this.#stage.kind) {
      case "ordering":
        frames.taken();
        frames.longWay();
        break;
      case "running":
        if (this.#wait?.kind === "end") return { output: frames.all(), isOver: false };
        frames.print(
          "errors",
          encodeText(REPLACED.lines.map((line) => problemText(line)).join("")),
        );
        frames.status(1);
        break;
      case "ended":
      case "over":
        break;
    }
    return { output: frames.all(), isOver: true };
  }

  /**
   * The manager ends. A program that had given way to others goes on to where it would wait, so
   * that its client is told what the end means to it.
   */
  finish(): void {
    if (this.#dueAt !== undefined && !this.#isHeldByOutput) {
      const received = this.#outcome(this.#context.now());
      if (received === undefined) this.#rest();
      else this.#work(received, LAST_SLICE_MS);
    }
    this.#leave();
  }

  #leave(): void {
    this.#stage = { kind: "over" };
    this.#dueAt = undefined;
  }

  close(): void {
    const { work } = this.#stage.kind === "running" ? this.#stage : { work: undefined };
    this.#leave();
    try {
      work?.return(1);
    } catch (error) {
      this.#context.reportFault(error);
    }
    this.#closeSession();
  }

  #readOrder(): void {
    const reading = readOrder(this.#input);
    switch (reading.kind) {
      case "need-more":
        return;
      case "bad":
        return this.#leave();
      case "order":
        this.#input = this.#input.subarray(reading.length);
        this.#begin(reading.order);
    }
  }

  #begin(order: ClientOrder): void {
    const begunAt = this.#context.now();
    this.#frames.taken();
    let program: ReturnType<typeof servedProgram>;
    try {
      program = servedProgram(order, this.#context);
    } catch (error) {
      this.#context.reportFault(error);
    }
    if (program === undefined) {
      this.#frames.longWay();
      return this.#leave();
    }
    const io = runIo({
      programName: program.name,
      order,
      context: this.#context,
      frames: this.#frames,
      connect: () => this.#connect(),
      outFault: () => this.#lostOutput,
    });
    this.#stage = { kind: "running", io, work: program.run(io) };
    this.#work(NOTHING, begunAt + SLICE_MS - this.#context.now());
  }

  #connect(): InnerConnection {
    this.#closeSession();
    const session = this.#context.openSession(() => this.#wake());
    this.#session = session;
    return new InnerConnection(session, this.#context.ownUid, () => this.#closeSession());
  }

  #closeSession(): void {
    if (this.#session !== undefined) this.#context.closeSession(this.#session);
    this.#session = undefined;
  }

  /**
   * The session has something to say. It may be in the middle of anything, so the work goes on
   * later.
   */
  #wake(): void {
    const kind = this.#wait?.kind;
    if (!this.#isHeldByOutput && (kind === "receive" || kind === "end")) this.#dueAt = AT_ONCE;
  }

  /** What the wait has brought; undefined: nothing yet. */
  #outcome(now: Instant): Received | undefined {
    const wait = this.#wait;
    const isOver = this.#deadline !== undefined && now >= this.#deadline;
    switch (wait?.kind) {
      case "receive": {
        const received = wait.connection.receive(0);
        return received === "timeout" && !isOver ? undefined : received;
      }
      case "end": {
        let received = wait.connection.receive(0);
        while (received !== "timeout" && received !== "end") received = wait.connection.receive(0);
        return received === "end" || isOver ? received : undefined;
      }
      case "sleep":
        return isOver ? NOTHING : undefined;
      case "pause":
      case undefined:
        return NOTHING;
    }
  }

  /** One slice of the work. */
  #work(first: Received, sliceMs = SLICE_MS): void {
    if (this.#stage.kind !== "running") return;
    const { work } = this.#stage;
    const end = this.#context.now() + sliceMs;
    try {
      let received: Received | undefined = first;
      do {
        this.#wait = undefined;
        const step = work.next(received);
        if (step.done === true) return this.#end(step.value);
        this.#startWait(step.value);
        if (this.#frames.isAboveHighWater) {
          this.#isHeldByOutput = true;
          return;
        }
        const now = this.#context.now();
        if (now >= end) {
          this.#dueAt = AT_ONCE;
          return;
        }
        received = this.#outcome(now);
      } while (received !== undefined);
      this.#rest();
    } catch (error) {
      if (error instanceof LongWay && this.#frames.isUntouched) {
        this.#closeSession();
        this.#frames.longWay();
        return this.#leave();
      }
      this.#context.reportFault(error);
      const why = error instanceof Error ? error.message : String(error);
      this.#frames.print("errors", encodeText(`dinit: Internal error: ${why}\n`));
      this.#closeSession();
      this.#end(1);
    }
  }

  /** The program really waits. */
  #rest(): void {
    this.#dueAt = this.#deadline;
    this.#tellOfWait();
  }

  #startWait(wait: Wait): void {
    this.#wait = wait;
    const ms = wait.kind === "receive" || wait.kind === "end"
      ? wait.timeoutMs
      : wait.kind === "sleep"
      ? wait.milliseconds
      : undefined;
    this.#deadline = ms === undefined ? undefined : instant(this.#context.now() + ms);
  }

  #end(status: number): void {
    if (this.#stage.kind !== "running") return;
    const { io } = this.#stage;
    this.#wait = undefined;
    this.#stage = { kind: "ended", io, status };
    this.#frames.status(lostOutputStatus(status, io));
  }

  /**
   * Tells the client that the program waits for something, and what the manager's end would mean
   * then: while it ends it cannot say that.
   */
  #tellOfWait(): void {
    const wait = this.#wait;
    if (wait?.kind === "end") {
      const { text, sleepMs } = wait.after;
      this.#tell({ status: 0, stream: "output", text, sleepMs });
    } else if (wait?.kind === "receive" && wait.lost !== undefined) this.#tellLoss(wait.lost());
    else if (this.#toldAtEnd !== "") this.#tellLoss(closedEarly());
    // Others are for answers, which no client waits for without a limit.
    const isForEvents = wait?.kind === "receive" && wait.lost !== undefined;
    if (isForEvents || wait?.kind === "end" || wait?.kind === "sleep") this.#frames.waits();
  }

  #tellLoss(error: ClientError): void {
    const text = error.lines.map((line) => problemText(line)).join("");
    this.#tell({ status: 1, stream: "errors", text, sleepMs: 0 });
  }

  #tell(atEnd: AtEnd): void {
    const told = JSON.stringify(atEnd);
    if (told === this.#toldAtEnd) return;
    this.#toldAtEnd = told;
    this.#frames.atEnd(atEnd);
  }

  /** The one thing that a client says after its order. */
  #readMessage(): void {
    const { length } = this.#input;
    const isKnown = length === 0 ||
      (this.#input[0] === OUTPUT_LOST && length <= MESSAGE_BYTES && this.#lostOutput === undefined);
    if (!isKnown) return this.close();
    if (length < MESSAGE_BYTES) return;
    const view = new DataView(this.#input.buffer, this.#input.byteOffset);
    this.#lostOutput = this.#context.errnoText(view.getUint32(1, true)).text;
    this.#input = new Uint8Array(0);
    this.#frames.heard();
    if (this.#stage.kind !== "ended") return this.#tellOfWait();
    this.#frames.status(lostOutputStatus(this.#stage.status, this.#stage.io));
  }
}
