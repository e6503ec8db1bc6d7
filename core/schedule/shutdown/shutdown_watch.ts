/**
 * The watch over a shutdown, from its order until nothing is active any more.
 *
 * The rules stop everything in order and keep the time limits of the services. This keeps the whole
 * from lasting for ever, and says what it waits for: it reports in intervals, ends starts that have
 * no limit, kills everything when the grace period is over or somebody at the console insists, and
 * in the end goes on without processes that outlive SIGKILL. It changes no record: it gives
 * commands, and what comes of them are ordinary ends of processes.
 */
import type { Order, ProcessRole } from "../../event.ts";
import { KeyPresses, PRESSES, PRESSES_WITHIN_MS } from "../../key_presses.ts";
import type { ServiceRecord } from "../../service/record/record.ts";
import { type StopProgress, stopProgress } from "../../service/record/stop_progress.ts";
import type { Instant, ServiceId, ShutdownType } from "../../types.ts";
import type { WrittenShutdown } from "../../state/whole_block.ts";
import type { Pass } from "../pass.ts";
import type { Registry } from "../registry.ts";
import { stopReport, type Unstopped } from "./stop_report.ts";

/** Between two looks; every second one reports, beginning with the first. */
const LOOK_MS = 5000;
/** A start that has no time limit of its own may go on for so long; then SIGTERM. */
const UNLIMITED_START_MS = 10_000;
/** … and SIGKILL after the service's stop timeout, or, if it has none: */
const UNLIMITED_STOP_MS = 10_000;
/** When nothing else is left, a process that outlives SIGKILL is waited for so long. */
const GIVE_UP_MS = 30_000;
/**
 * Once everything is killed, what goes on by itself (stop commands, further services) has so long.
 */
const FORCED_MS = 5000;
/** … and is killed in turn at these intervals. */
const FORCED_ROUND_MS = 1000;

export type ShutdownOrder = Extract<Order, { readonly kind: "shutdown" }>;

/** What was asked for when the manager was started, and what it runs on. */
export interface ShutdownTerms {
  /** Longest time for the whole shutdown; undefined: as long as the services' limits allow. */
  readonly graceMs: number | undefined;
  /**
   * The keys that order a shutdown at the console, for the words to the person who presses them.
   */
  readonly keys: string;
}

export interface ShutdownWatchParts {
  readonly pass: Pick<Pass, "now" | "activeCount" | "emit" | "log">;
  readonly registry: Pick<Registry, "values">;
  readonly terms: ShutdownTerms;
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
  forced: { giveUpAt: Instant; nextRound: Instant } | undefined;
}

export class ShutdownWatch {
  readonly #parts: ShutdownWatchParts;
  #presses = new KeyPresses();
  #type: ShutdownType | undefined;
  #stop: Stop | undefined;
  /** How often something of it may have changed. */
  changeCount = 0;

  constructor(parts: ShutdownWatchParts) {
    this.#parts = parts;
  }

  /** One as another was. */
  static restored(parts: ShutdownWatchParts, written: WrittenShutdown): ShutdownWatch {
    const watch = new ShutdownWatch(parts);
    const { type, presses, stop } = written;
    watch.#type = type;
    watch.#presses = new KeyPresses(presses);
    watch.#stop = stop === undefined ? undefined : {
      ...stop,
      endedStarts: new Map(stop.endedStarts),
      stuckSince: new Map(stop.stuckSince),
      forced: stop.forced === undefined ? undefined : { ...stop.forced },
    };
    return watch;
  }

  written(): WrittenShutdown {
    return { type: this.#type, presses: this.#presses.times, stop: this.#stop };
  }

  /** What the last order asked for; undefined before there was one. */
  get type(): ShutdownType | undefined {
    return this.#type;
  }

  /** A shutdown was ordered, and services are still to stop. */
  get isStopping(): boolean {
    return this.#type !== undefined && this.#parts.pass.activeCount > 0;
  }

  /** Services were killed because the time was up, or somebody at the console insisted. */
  get wasForced(): boolean {
    return this.#stop?.forced !== undefined;
  }

  /** When `runDue` is due; undefined: never, as things are. */
  get next(): Instant | undefined {
    const stop = this.#stop;
    if (stop === undefined || !this.isStopping) return undefined;
    const { forced } = stop;
    if (forced !== undefined) return earlier(forced.nextRound, forced.giveUpAt);
    const { graceMs } = this.#parts.terms;
    return graceMs === undefined
      ? stop.nextLook
      : earlier(stop.nextLook, after(stop.began, graceMs));
  }

  /**
   * The order has been given to all services.
   *
   * @param wasStopping Services were stopping already: who presses keys now is impatient.
   */
  ordered({ type, byKeys }: ShutdownOrder, wasStopping: boolean): void {
    const { now } = this.#parts.pass;
    this.changeCount++;
    this.#type = type;
    const left = byKeys === true ? this.#presses.press(now) : undefined;
    if (!this.isStopping) return;
    this.#stop ??= {
      began: now,
      nextLook: after(now, LOOK_MS),
      looks: 0,
      endedStarts: new Map(),
      stuckSince: new Map(),
      forced: undefined,
    };
    if (left !== undefined && wasStopping) this.#pressed(this.#stop, left);
  }

  /** Does what is due by now. */
  runDue(): void {
    const stop = this.#stop;
    if (stop === undefined || !this.isStopping) return;
    this.changeCount++;
    const { pass: { now }, terms: { graceMs } } = this.#parts;
    if (stop.forced === undefined && graceMs !== undefined && now - stop.began >= graceMs) {
      this.#announce("The grace period is over: killing all services");
      this.#report(stop);
      this.#force(stop);
    }
    const { forced } = stop;
    if (forced === undefined) {
      if (now >= stop.nextLook) this.#look(stop);
      return;
    }
    if (now >= forced.nextRound) this.#killRound(forced);
    if (now < forced.giveUpAt) return;
    // Whoever is to go on does not come back here; if it could not, it is asked again.
    forced.giveUpAt = after(now, FORCED_MS);
    this.#abandon();
  }

  /** @param left How many more presses it takes. */
  #pressed(stop: Stop, left: number): void {
    const { keys } = this.#parts.terms;
    if (left === 0) {
      this.#announce(`${keys} was pressed ${PRESSES} times: killing all services`);
      this.#force(stop);
      return;
    }
    this.#report(stop);
    const times = left === 1 ? "once more" : `${left} times more`;
    this.#announce(`Press ${keys} ${times} within ${PRESSES_WITHIN_MS / 1000} s to kill them all`);
  }

  #look(stop: Stop): void {
    const { pass: { now }, registry } = this.#parts;
    stop.nextLook = after(now, LOOK_MS);
    stop.looks++;
    if (now - stop.began >= UNLIMITED_START_MS) {
      for (const service of registry.values()) this.#endStart(stop, service);
    }
    if (stop.looks % 2 === 1) this.#report(stop);
    if (this.#type !== "remain" && this.#isStuck(stop)) {
      this.#announce("Going on without the processes that do not end");
      this.#abandon();
    }
  }

  /** A start without a limit: nothing else would ever end it. */
  #endStart(stop: Stop, service: ServiceRecord): void {
    const progress = stopProgress(service);
    if (progress?.kind !== "starting" && progress?.kind !== "interrupted") return;
    if (progress.limit.kind !== "none") return;
    const { pass } = this.#parts;
    const killAt = stop.endedStarts.get(service.id);
    if (killAt === undefined) {
      const why = "The start has no time limit and everything is to stop";
      pass.log(service, "warn", `${why}; sending SIGTERM`);
      this.#signal(service, roleAtStart(service), "TERM");
      const { stopTimeoutMs } = service.description;
      const waitMs = stopTimeoutMs > 0 ? stopTimeoutMs : UNLIMITED_STOP_MS;
      stop.endedStarts.set(service.id, after(pass.now, waitMs));
    } else if (killAt <= pass.now) {
      pass.log(service, "warn", "The start goes on in spite of SIGTERM; sending SIGKILL");
      this.#signal(service, roleAtStart(service), "KILL");
    }
  }

  /** Whether nothing but processes that outlive SIGKILL has been left for long. */
  #isStuck(stop: Stop): boolean {
    const { now } = this.#parts.pass;
    const busy = this.#unstopped(stop).filter(({ progress }) => progress.kind !== "waiting");
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

  #report(stop: Stop): void {
    const { now } = this.#parts.pass;
    const services = this.#unstopped(stop);
    if (services.length === 0) return;
    for (const line of stopReport(services, now - stop.began, now)) this.#announce(line);
  }

  #unstopped(stop: Stop): readonly (Unstopped & { readonly id: ServiceId })[] {
    const { pass: { now }, registry } = this.#parts;
    const unstopped = [];
    for (const service of registry.values()) {
      const progress = stopProgress(service);
      if (progress === undefined) continue;
      const { id, name, history: { usualStopMs: usualMs } } = service;
      const killAt = stop.endedStarts.get(id);
      const known = killAt === undefined ? progress : endedStart(progress, killAt, now);
      unstopped.push({ id, name, usualMs, progress: known });
    }
    return unstopped;
  }

  #force(stop: Stop): void {
    const { now } = this.#parts.pass;
    stop.forced ??= { giveUpAt: after(now, FORCED_MS), nextRound: now };
    this.#killRound(stop.forced);
  }

  #killRound(forced: { nextRound: Instant }): void {
    const { pass, registry } = this.#parts;
    forced.nextRound = after(pass.now, FORCED_ROUND_MS);
    for (const service of registry.values()) {
      if (service.state === "stopped") continue;
      if (service.description.killTree) pass.emit({ kind: "kill-tree", service: service.id });
      this.#signal(service, "start", "KILL");
      this.#signal(service, "stop", "KILL");
    }
  }

  /**
   * KILL goes to the whole group in any case. One without a process, or whose process is still to
   * be made, gets none.
   */
  #signal(service: ServiceRecord, role: ProcessRole, signal: "TERM" | "KILL"): void {
    const { phase, pid } = role === "start" ? service.main : service.stopper;
    if (phase === "none" || phase === "ended" || pid === 0) return;
    const { signalProcessOnly } = service.description.options;
    const target = signalProcessOnly && signal === "TERM" ? "process" : "group";
    this.#parts.pass.emit({ kind: "signal", service: service.id, role, pid, signal, target });
  }

  /** A manager that remains has nothing to go on to. */
  #abandon(): void {
    if (this.#type !== "remain") this.#parts.pass.emit({ kind: "abandon" });
  }

  #announce(text: string): void {
    this.#parts.pass.emit({ kind: "announce", level: "warn", text });
  }
}

/** What its start is at: its process, or a command before or after. */
function roleAtStart({ side }: ServiceRecord): "start" | "stop" {
  return side === undefined ? "start" : "stop";
}

/** What the record does not know: this watch has given the start a limit. */
function endedStart(progress: StopProgress, killAt: Instant, now: Instant): StopProgress {
  if (progress.kind !== "starting" && progress.kind !== "interrupted") return progress;
  const limit = killAt > now ? { kind: "due", at: killAt } as const : { kind: "passed" } as const;
  return { kind: "interrupted", pid: progress.pid, limit };
}

function after(time: Instant, milliseconds: number): Instant {
  return (time + milliseconds) as Instant;
}

function earlier(one: Instant, other: Instant): Instant {
  return one < other ? one : other;
}
