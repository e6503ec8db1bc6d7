/**
 * Children on their way to their programs. Each is waited for by its report descriptor, in the loop
 * and as long as it takes: its user may have stopped it, its program may lie on a file system that
 * does not answer.
 *
 * Most have executed their program by the time of the next launch. So the poller watches only those
 * that have not when the loop has nothing else to do; and new launches wait for them. One that
 * takes longer stands still, and nobody waits for it.
 */
import type { Fd, Instant, Pid, ServiceId } from "../../core/types.ts";
import type { Failure, Launch, LaunchOutcome, Platform } from "../../platform/mod.ts";
import { earliestDue, type Timed } from "../time/timed.ts";

/**
 * Making a child takes the manager as long as the child needs to execute its program: more would
 * only wait for a processor. While a start of 1,000 took 370 ms with 2, it took 400 with 3 and 600
 * with 1.
 */
const MOST_UNDER_WAY = 2;
/**
 * A child that takes longer stands still; on an idle machine they take a fifth of a millisecond.
 */
const SLOW_MS = 20;
/**
 * One that stands still may have been stopped; whoever did that does not decide about the launch.
 */
const CONTINUE_EVERY_MS = 500;

/** What became of a launch, in the end. */
export type SettledLaunch = Exclude<LaunchOutcome, { kind: "pending" }>;

/** What is done when a launch has an outcome. */
export interface LaunchHooks {
  /** Called once, unless the launch is abandoned. */
  settle(outcome: SettledLaunch): void;
  /** The service is gone; so is whatever was opened for the launch. */
  abandon(): void;
  /** It cannot be watched: then the program counts as executed. */
  complain(failure: Failure): void;
}

interface Pending {
  readonly service: ServiceId;
  readonly launch: Launch;
  readonly hooks: LaunchHooks;
  isWatched: boolean;
  /** When it counts as standing still; from then on, when it is to be continued. */
  due: Instant;
}

type PendingPlatform = Pick<
  Platform,
  "now" | "close" | "poller" | "signal" | "signalNumber" | "lastResort"
>;

export class PendingLaunches implements Timed {
  readonly #platform: PendingPlatform;
  readonly #rest: () => void;
  readonly #all = new Map<Fd, Pending>();
  readonly #reports = new Map<Pid, Fd>();
  /** In the order of their making. */
  readonly #underWay = new Map<Fd, Pending>();

  /** @param rest Called when none is under way any more. */
  constructor(platform: PendingPlatform, rest: () => void) {
    this.#platform = platform;
    this.#rest = rest;
  }

  /** Owns the report descriptor from now on. */
  add(service: ServiceId, launch: Launch, hooks: LaunchHooks): void {
    const { report, pid } = launch;
    if (report === undefined) return hooks.settle({ kind: "executed" });
    const due = this.#platform.now() + SLOW_MS as Instant;
    const pending = { service, launch, hooks, isWatched: false, due };
    this.#all.set(report, pending);
    this.#underWay.set(report, pending);
    this.#reports.set(pid, report);
    this.#platform.lastResort.keep(report, true);
  }

  /** Settles what has been reported by those that the poller does not watch. */
  look(): void {
    for (const [report, pending] of this.#underWay) {
      if (!pending.isWatched) this.#ask(report, pending, false);
    }
  }

  /** The loop is about to wait. */
  watchAll(): void {
    this.look();
    for (const [report, pending] of this.#underWay) {
      if (!pending.isWatched) this.#watch(report, pending);
    }
  }

  /** @returns Whether the descriptor is a child's report. */
  handleDescriptor(descriptor: Fd): boolean {
    const pending = this.#all.get(descriptor);
    if (pending === undefined) return false;
    this.#ask(descriptor, pending, false);
    return true;
  }

  /** A child has ended and was reaped: what it has reported comes first. */
  ended(pid: Pid): void {
    const report = this.#reports.get(pid);
    const pending = report === undefined ? undefined : this.#all.get(report);
    if (report !== undefined && pending !== undefined) this.#ask(report, pending, true);
  }

  /** The record is gone. */
  forget(service: ServiceId): void {
    for (const [report, pending] of this.#all) {
      if (pending.service !== service) continue;
      this.#remove(report, pending);
      pending.hooks.abandon();
    }
  }

  /** Services with a launch that has no outcome yet. */
  get services(): readonly ServiceId[] {
    return [...this.#all.values()].map(({ service }) => service);
  }

  /** Whether there are any that do not stand still; with many, others should wait. */
  get underWay(): "none" | "some" | "many" {
    const { size } = this.#underWay;
    if (size === 0) return "none";
    return size < MOST_UNDER_WAY ? "some" : "many";
  }

  next(): Instant | undefined {
    return this.#all.size === 0 ? undefined : earliestDue(this.#all.values());
  }

  /** Finds out who stands still, and continues those who have done so for a while. */
  runDue(now: Instant): void {
    for (const [report, pending] of this.#all) {
      if (pending.due > now) continue;
      pending.due = now + CONTINUE_EVERY_MS as Instant;
      if (!this.#underWay.has(report)) this.#continue(pending.launch.pid);
      else this.#leave(report);
    }
  }

  #continue(pid: Pid): void {
    const signal = this.#platform.signalNumber("CONT");
    if (signal !== undefined) this.#platform.signal(pid, signal, "process");
  }

  #watch(report: Fd, pending: Pending): void {
    const failure = this.#platform.poller.watch(report, { read: true, write: false });
    pending.isWatched = failure === undefined;
    if (failure === undefined) return;
    this.#remove(report, pending);
    pending.hooks.complain(failure);
    pending.hooks.settle({ kind: "executed" });
  }

  #ask(report: Fd, pending: Pending, hasEnded: boolean): void {
    const outcome = pending.launch.outcome(hasEnded);
    if (outcome.kind === "pending" && !hasEnded) return;
    this.#remove(report, pending);
    // Nobody but the child had the other end.
    pending.hooks.settle(outcome.kind === "pending" ? { kind: "executed" } : outcome);
  }

  #remove(report: Fd, { launch, isWatched }: Pending): void {
    this.#all.delete(report);
    this.#reports.delete(launch.pid);
    if (isWatched) this.#platform.poller.unwatch(report);
    this.#platform.lastResort.keep(report, false);
    this.#platform.close(report);
    this.#leave(report);
  }

  #leave(report: Fd): void {
    if (this.#underWay.delete(report) && this.#underWay.size === 0) this.#rest();
  }
}
