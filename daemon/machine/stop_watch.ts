/**
 * The watch over a shutdown, from its order until nothing is active any more.
 *
 * The scheduler stops everything in order and keeps the time limits of the services. This keeps the whole
 * from lasting for ever, and says what it waits for: it reports in intervals, ends starts that have no limit,
 * kills everything when the grace period is over or somebody at the console insists, and in the end goes on
 * without processes that outlive SIGKILL.
 */
import type { Scheduler } from "../../core/schedule/scheduler.ts";
import type { ProcessRecord, ServiceRecord } from "../../core/service/record.ts";
import { type StopProgress, stopProgress } from "../../core/service/stop_progress.ts";
import type { Instant, ServiceId } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import { askToEnd } from "../processes/end_signal.ts";
import { KeyPresses, PRESSES, PRESSES_WITHIN_MS } from "./key_presses.ts";
import type { Log } from "../output/log.ts";
import type { Timed } from "../time/timed.ts";
import { stopReport, type Unstopped } from "./stop_report.ts";
import type { TreeKiller } from "../processes/tree_killer.ts";

/** Between two looks; every second one reports, beginning with the first. */
const LOOK_MS = 5000;
/** A start that has no time limit of its own may go on for so long; then SIGTERM. */
const UNLIMITED_START_MS = 10_000;
/** … and SIGKILL after the service's stop timeout, or, if it has none: */
const UNLIMITED_STOP_MS = 10_000;
/** When nothing else is left, a process that outlives SIGKILL is waited for so long. */
const GIVE_UP_MS = 30_000;
/** Once everything is killed, what goes on by itself (stop commands, further services) has so long. */
const FORCED_MS = 5000;
/** … and is killed in turn at these intervals. */
const FORCED_ROUND_MS = 1000;

export interface StopWatchParts {
  readonly platform: Pick<Platform, "now" | "signal" | "signalNumber">;
  readonly scheduler: Pick<Scheduler, "records" | "shutdownType" | "activeCount">;
  readonly trees: Pick<TreeKiller, "takesSignal">;
  readonly log: Pick<Log, "announce" | "warn">;
  /** Longest time for the whole shutdown; undefined: as long as the services' limits allow. */
  readonly graceMs: number | undefined;
  /** What sends SIGINT, for the words to the person who presses it. */
  readonly keys: string;
  /** Goes on without the services that have not stopped. */
  readonly abandon: () => void;
}

/** One shutdown that is under way. */
interface Stop {
  readonly began: Instant;
  nextLook: Instant;
  looks: number;
  /** Starts without a limit that were sent SIGTERM, and when SIGKILL follows. */
  readonly endedStarts: Map<ServiceId, Instant>;
  /** Since when a service has been seen to outlive SIGKILL. */
  readonly stuckSince: Map<ServiceId, Instant>;
  /** Everything was killed; set once. */
  forced: { readonly giveUpAt: Instant; nextRound: Instant } | undefined;
}

export class StopWatch implements Timed {
  readonly #parts: StopWatchParts;
  readonly #presses = new KeyPresses();
  #stop: Stop | undefined;
  #wasForced = false;

  constructor(parts: StopWatchParts) {
    this.#parts = parts;
  }

  /** A shutdown was ordered, and services are still to stop. */
  get isStopping(): boolean {
    const { scheduler } = this.#parts;
    return scheduler.shutdownType !== undefined && scheduler.activeCount > 0;
  }

  /** Services were killed because the time was up, or somebody at the console insisted. */
  get wasForced(): boolean {
    return this.#wasForced;
  }

  /** @param wasStopping SIGINT came while services were stopping already: somebody is impatient. */
  interrupted(wasStopping: boolean): void {
    const { platform, log, keys } = this.#parts;
    const now = platform.now();
    const left = this.#presses.press(now);
    if (!wasStopping) return;
    const stop = this.#begin(now);
    if (left === 0) {
      log.announce("warn", `${keys} was pressed ${PRESSES} times: killing all services`);
      this.#force(stop, now);
      return;
    }
    this.#report(stop, now);
    const times = left === 1 ? "once more" : `${left} times more`;
    log.announce(
      "warn",
      `Press ${keys} ${times} within ${PRESSES_WITHIN_MS / 1000} s to kill them all`,
    );
  }

  next(): Instant | undefined {
    if (!this.isStopping) {
      this.#stop = undefined;
      return undefined;
    }
    const { graceMs, platform } = this.#parts;
    const stop = this.#begin(platform.now());
    const { forced } = stop;
    if (forced !== undefined) return Math.min(forced.nextRound, forced.giveUpAt) as Instant;
    return Math.min(stop.nextLook, stop.began + (graceMs ?? Infinity)) as Instant;
  }

  runDue(now: Instant): void {
    const stop = this.#stop;
    if (stop === undefined || !this.isStopping) return;
    const { graceMs, log, abandon } = this.#parts;
    if (stop.forced === undefined && now - stop.began >= (graceMs ?? Infinity)) {
      log.announce("warn", `The grace period is over: killing all services`);
      this.#report(stop, now);
      this.#force(stop, now);
    }
    if (stop.forced !== undefined) {
      if (now >= stop.forced.giveUpAt) return abandon();
      if (now >= stop.forced.nextRound) this.#killRound(stop.forced, now);
      return;
    }
    if (now >= stop.nextLook) this.#look(stop, now);
  }

  #begin(now: Instant): Stop {
    this.#stop ??= {
      began: now,
      nextLook: (now + LOOK_MS) as Instant,
      looks: 0,
      endedStarts: new Map(),
      stuckSince: new Map(),
      forced: undefined,
    };
    return this.#stop;
  }

  #look(stop: Stop, now: Instant): void {
    stop.nextLook = (now + LOOK_MS) as Instant;
    stop.looks++;
    if (now - stop.began >= UNLIMITED_START_MS) {
      for (const service of this.#parts.scheduler.records()) this.#endStart(stop, service, now);
    }
    if (stop.looks % 2 === 1) this.#report(stop, now);
    if (this.#isStuck(stop, now)) {
      this.#parts.log.announce("warn", "Going on without the processes that do not end");
      this.#parts.abandon();
    }
  }

  /** A start without a limit: nothing else would ever end it. */
  #endStart(stop: Stop, service: ServiceRecord, now: Instant): void {
    const progress = stopProgress(service);
    if (progress?.kind !== "starting" && progress?.kind !== "interrupted") return;
    if (progress.limit.kind !== "none") return;
    const { log } = this.#parts;
    const killAt = stop.endedStarts.get(service.id);
    if (killAt === undefined) {
      log.warn(
        `${service.name}: The start has no time limit and everything is to stop; sending SIGTERM`,
      );
      this.#signal(service, service.main, "TERM");
      const { stopTimeoutMs } = service.description;
      const waitMs = stopTimeoutMs > 0 ? stopTimeoutMs : UNLIMITED_STOP_MS;
      stop.endedStarts.set(service.id, (now + waitMs) as Instant);
    } else if (killAt <= now) {
      log.warn(`${service.name}: The start goes on in spite of SIGTERM; sending SIGKILL`);
      this.#signal(service, service.main, "KILL");
    }
  }

  /** Whether nothing but processes that outlive SIGKILL has been left for long. */
  #isStuck(stop: Stop, now: Instant): boolean {
    const busy = this.#unstopped(stop, now).filter(({ progress }) => progress.kind !== "waiting");
    let areAllStuck = busy.length > 0;
    for (const { id, progress } of busy) {
      const isKilled = "limit" in progress && progress.limit.kind === "passed";
      if (!isKilled) {
        stop.stuckSince.delete(id);
        areAllStuck = false;
        continue;
      }
      const since = stop.stuckSince.get(id) ?? now;
      stop.stuckSince.set(id, since);
      if (now - since < GIVE_UP_MS) areAllStuck = false;
    }
    return areAllStuck;
  }

  #report(stop: Stop, now: Instant): void {
    const services = this.#unstopped(stop, now);
    if (services.length === 0) return;
    for (const line of stopReport(services, now - stop.began, now)) {
      this.#parts.log.announce("warn", line);
    }
  }

  #unstopped(stop: Stop, now: Instant): readonly (Unstopped & { readonly id: ServiceId })[] {
    const unstopped = [];
    for (const service of this.#parts.scheduler.records()) {
      const progress = stopProgress(service);
      if (progress === undefined) continue;
      const killAt = stop.endedStarts.get(service.id);
      unstopped.push({
        id: service.id,
        name: service.name,
        progress: killAt === undefined ? progress : endedStart(progress, killAt, now),
      });
    }
    return unstopped;
  }

  #force(stop: Stop, now: Instant): void {
    this.#wasForced = true;
    stop.forced ??= { giveUpAt: (now + FORCED_MS) as Instant, nextRound: now };
    this.#killRound(stop.forced, now);
  }

  #killRound(forced: { nextRound: Instant }, now: Instant): void {
    forced.nextRound = (now + FORCED_ROUND_MS) as Instant;
    for (const service of this.#parts.scheduler.records()) {
      if (this.#parts.trees.takesSignal(service.id, "KILL")) continue;
      this.#signal(service, service.main, "KILL");
      this.#signal(service, service.stopper, "KILL");
    }
  }

  /** A process that is gone is no fault; one that may not be signalled is given up in the end. */
  #signal(service: ServiceRecord, { phase, pid }: ProcessRecord, name: "TERM" | "KILL"): void {
    if (phase === "none" || phase === "ended" || pid === 0) return;
    const { platform } = this.#parts;
    const target = service.description.options.signalProcessOnly && name === "TERM"
      ? "process"
      : "group";
    askToEnd(platform, name, pid, target);
  }
}

/** What the scheduler does not know: this watch has given the start a limit. */
function endedStart(progress: StopProgress, killAt: Instant, now: Instant): StopProgress {
  if (progress.kind !== "starting" && progress.kind !== "interrupted") return progress;
  const limit = killAt > now ? { kind: "due", at: killAt } as const : { kind: "passed" } as const;
  return { kind: "interrupted", pid: progress.pid, limit };
}
