/**
 * The one loop: wait → events → scheduler → commands, until there is nothing left to supervise.
 *
 * Everything happens here, on one thread and without a promise. It is also the one place that
 * catches all: an error of ours is logged with its cause, and supervision goes on.
 */
import type { Command } from "../core/command.ts";
import type { SchedulerApi } from "../core/schedule/api.ts";
import type { Fd } from "../core/types.ts";
import type { LoopWatch, Platform, PollSink, Reaped } from "../platform/mod.ts";
import type { ControlServer } from "./control/server.ts";
import type { EventQueue } from "./event_queue.ts";
import { MOST_ENDS } from "./kept/end_journal.ts";
import type { Keeping } from "./kept/keeping.ts";
import type { WorkNotes } from "./kept/work_notes.ts";
import type { LaunchQueue } from "./launch/queue.ts";
import type { Log } from "./output/log.ts";
import type { OutputStream } from "./output/stream.ts";
import type { DescriptorOwner } from "./supervision/descriptor_owner.ts";
import type { ProcessEnds } from "./supervision/process_ends.ts";
import type { Timed } from "./time/timed.ts";

/**
 * How long launches may keep the control socket and the other descriptors waiting. With 200
 * services that restart as fast as they can, a request took 7.1 ms (median) with 5 ms and takes 2.1
 * ms with 1 ms; the number of launches a second is the same.
 */
const LAUNCH_SLICE_MS = 1;
/** So many waits at most in which somebody only looks, before all is looked after once more. */
const LOOKS_A_TURN = 64;
/** After this many turns with errors the loop pauses between turns, so that it cannot spin. */
const BAD_TURNS_BEFORE_PAUSE = 8;
const PAUSE_MS = 200;

export interface LoopParts {
  readonly platform: Platform;
  readonly scheduler: SchedulerApi;
  readonly events: Pick<EventQueue, "take">;
  readonly execute: (commands: readonly Command[]) => void;
  readonly launches: Pick<LaunchQueue, "run" | "isDue" | "isEmpty">;
  /** Called before each wait: what is to be noticed during it is to be watched by then. */
  readonly beforeWait: () => void;
  /** Called when all is done that there was to do, before the wait. */
  readonly atRest: () => void;
  readonly ends: Pick<ProcessEnds, "childEnded" | "strangerEnded">;
  /** What outlives the manager. */
  readonly keeping: Pick<Keeping, "keep" | "noteEnd" | "hasRoom">;
  /** What the manager is at. */
  readonly work: Pick<WorkNotes, "note" | "clear" | "signal">;
  /** What clients are told waits until it is kept. */
  readonly answers: Pick<ControlServer, "hasAnswers" | "flush">;
  /** Lines of the log, which are written once a turn, before what they tell of is answered. */
  readonly lines: Pick<OutputStream, "gather" | "release">;
  readonly timed: readonly Timed[];
  readonly log: Pick<Log, "error">;
  /** The one of the owners whose descriptors tell of children on their way to their programs. */
  readonly launching: DescriptorOwner;
  /** Asked in this order whose a descriptor is. */
  readonly owners: readonly DescriptorOwner[];
  handleSignal(signal: number): void;
  /** Asked when nothing is active and nothing waits. @returns Whether the loop is to end. */
  nothingActive(): boolean;
}

export class Loop {
  readonly #parts: LoopParts;
  readonly #sink: PollSink;
  #childHasEnded = false;
  /** Something but launches since all counted. */
  #hasHappened = false;
  /** Since the wait began nothing was done that changes anything: somebody only looked. */
  #hasOnlyTold = false;
  /** When something is due next; 0: at once. */
  #nextDue = 0;
  readonly #childSignal: number | undefined;
  /** Turns with an error, one after the other. */
  #badTurns = 0;
  #hasErred = false;
  #lastError = "";
  #watch: LoopWatch | undefined;

  constructor(parts: LoopParts) {
    this.#parts = parts;
    this.#childSignal = parts.platform.signalNumber("CHLD");
    this.#sink = {
      // As #guard(), but without a function for each descriptor.
      descriptor: (descriptor, readable, writable) => {
        try {
          this.#descriptor(descriptor, readable, writable);
        } catch (error) {
          this.#reportError(error);
        }
      },
      signal: (signal) => {
        this.#hasOnlyTold = false;
        this.#watch?.works();
        if (signal === this.#childSignal) this.#childHasEnded = true;
        else this.#guard(() => this.handleSignal(signal));
      },
      processEnded: (pid, status) => {
        this.#hasOnlyTold = false;
        this.#watch?.works();
        this.#guard(() => this.#strangerEnded({ pid, status }));
      },
      // Ends of children come before other events, as upstream handles them: a request may ask for
      // the state of a service whose process has just ended. Not in the middle of a descriptor: an
      // end closes descriptors, perhaps that one.
      beforeDescriptors: () => {
        this.#watch?.works();
        if (this.#childHasEnded) this.#collectChildren();
      },
    };
  }

  /** Somebody wants to know whether it turns. */
  watchedBy(watch: LoopWatch): void {
    this.#watch = watch;
  }

  /** Returns when `nothingActive` says so. */
  run(): void {
    this.#watch?.works();
    let goesOn = true;
    const turn = () => {
      goesOn = this.#turn();
    };
    this.#parts.lines.gather(true);
    while (goesOn) {
      this.#hasErred = false;
      this.#guard(turn);
      this.#badTurns = this.#hasErred ? this.#badTurns + 1 : 0;
      if (this.#badTurns >= BAD_TURNS_BEFORE_PAUSE) pause(PAUSE_MS);
    }
    this.#parts.lines.gather(false);
  }

  /** Does something as a turn does: an error of ours is logged, and supervision goes on. */
  guarded(action: () => void): void {
    this.#guard(action);
  }

  /** Applies all events that wait, and what they cause. */
  settle(): void {
    const { platform, scheduler, events } = this.#parts;
    for (;;) {
      const event = events.take();
      if (event === undefined) return;
      if ("service" in event) this.#parts.work.note(event.service, event.kind);
      this.#parts.execute(scheduler.apply(event, platform.now()));
    }
  }

  /** A signal that somebody has sent. Nobody would send it again, so it is noted before. */
  handleSignal(signal: number): void {
    const { work, handleSignal } = this.#parts;
    work.signal = signal;
    handleSignal(signal);
    this.settle();
    this.commit();
  }

  /** All that was done counts from now on, whatever becomes of the manager, and is told. */
  commit(): void {
    const { work, keeping, answers, lines } = this.#parts;
    this.#hasHappened = false;
    keeping.keep();
    work.clear();
    lines.release();
    if (answers.hasAnswers) answers.flush();
  }

  #turn(): boolean {
    const { platform, scheduler, launches, answers, lines } = this.#parts;
    if (this.#childHasEnded) this.#collectChildren();
    this.settle();
    launches.run(LAUNCH_SLICE_MS);
    this.#parts.beforeWait();
    this.settle();
    this.#parts.atRest();
    let restMs = this.#runDue();
    if (launches.isEmpty && scheduler.activeCount === 0) {
      if (this.#parts.nothingActive()) return false;
      // It may have begun something.
      restMs = this.#runDue();
    }
    if (this.#isCommitDue()) this.commit();
    const isIdle = !launches.isDue && !this.#childHasEnded;
    const isAtRest = isIdle && launches.isEmpty;
    let waitMs = isIdle ? restMs : 0;
    for (let looks = 0; looks < LOOKS_A_TURN; looks++) {
      this.#hasOnlyTold = isAtRest;
      lines.release();
      this.#watch?.waits();
      platform.poller.wait(waitMs, this.#sink);
      if (!answers.hasAnswers) return true;
      // All that they are told of counts since the turn, and nothing else is to be done.
      if (!this.#hasOnlyTold) break;
      answers.flush();
      waitMs = this.#nextDue === Infinity ? Infinity : this.#nextDue - platform.now();
      if (waitMs <= 0) return true;
    }
    if (!answers.hasAnswers) return true;
    // Launches and what is due do not keep clients waiting.
    this.settle();
    this.commit();
    return true;
  }

  /**
   * While launches follow each other, and nothing else happens, they are noted one by one, and
   * count together: a launch is the cheaper by half of what it costs to keep it.
   */
  #isCommitDue(): boolean {
    const { launches, answers, keeping } = this.#parts;
    return launches.isEmpty || this.#hasHappened || answers.hasAnswers || !keeping.hasRoom;
  }

  /**
   * Does what is due, of services and of the daemon itself. The clock is read once a turn, and only
   * when something is timed.
   *
   * @returns For how long nothing will be due, in milliseconds: 0 when something was, Infinity when
   *   nothing is timed.
   */
  #runDue(): number {
    const { platform, scheduler, timed } = this.#parts;
    const deadline = scheduler.nextDeadline();
    let next: number = deadline ?? Infinity;
    // By index, here and below: without V8's compilers, the other loop takes longer than its body.
    for (let at = 0; at < timed.length; at++) {
      const due = timed[at]?.next();
      if (due !== undefined && due < next) next = due;
    }
    this.#nextDue = next;
    if (next === Infinity) return Infinity;
    const now = platform.now();
    if (next > now) return next - now;
    this.#nextDue = 0;
    this.#hasHappened = true;
    if (deadline !== undefined && deadline <= now) {
      this.#guard(() => this.#parts.execute(scheduler.apply({ kind: "deadline" }, now)));
    }
    // A fault of one must not keep the others from their time.
    for (const one of timed) this.#guard(() => one.runDue(now));
    this.settle();
    return 0;
  }

  #descriptor(descriptor: Fd, readable: boolean, writable: boolean): void {
    const { owners } = this.#parts;
    for (let at = 0; at < owners.length; at++) {
      const owner = owners[at];
      if (owner?.handleDescriptor(descriptor, readable, writable) !== true) continue;
      if (owner.hasOnlyTold === true) return;
      this.#hasOnlyTold = false;
      if (owner !== this.#parts.launching) this.#hasHappened = true;
      return;
    }
    this.#parts.platform.poller.unwatch(descriptor);
    throw new Error(`Descriptor ${descriptor} is watched but belongs to nothing`);
  }

  /** An orphan that we have adopted is better collected: then its status is known. */
  #strangerEnded(end: Reaped): void {
    this.#collectChildren();
    this.#parts.ends.strangerEnded(end);
    this.settle();
  }

  /** For children whose ends nobody is going to report: they were there before this manager. */
  collectChildren(): void {
    this.#guard(() => this.#collectChildren());
  }

  #collectChildren(): void {
    const { platform, ends, keeping: { noteEnd } } = this.#parts;
    this.#hasHappened = true;
    this.#childHasEnded = false;
    for (let count = 0;; count++) {
      if (count === MOST_ENDS) {
        // Of more, nobody would know how they ended if the manager died now.
        this.#childHasEnded = true;
        break;
      }
      const reaped = platform.reap(noteEnd);
      if (reaped === undefined) break;
      // The signal for the other children was the same one: it does not come again.
      this.#guard(() => ends.childEnded(reaped));
    }
    this.#guard(() => this.settle());
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#reportError(error);
    }
  }

  #reportError(error: unknown): void {
    this.#hasErred = true;
    this.#hasOnlyTold = false;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    // The same fault at every turn is logged once.
    if (text !== this.#lastError) {
      this.#lastError = text;
      for (const line of `Internal error, going on: ${text}`.split("\n")) {
        this.#parts.log.error(line);
      }
    }
  }
}

/**
 * Keeps the thread still; only for a manager that would otherwise spin over an error of its own.
 */
function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
