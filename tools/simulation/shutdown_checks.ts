/**
 * What must hold while a shutdown goes on: that it never goes on in silence or for ever, and that
 * nobody is left behind who was not told. The numbers are those of `docs/differences.md`.
 */
import type { Scheduler } from "../../core/schedule/scheduler.ts";
import { hasDependentInTheWay } from "../../core/service/record/terms.ts";
import type { Instant } from "../../core/types.ts";
import { Breach } from "./invariants.ts";
import { isThere, type SimulatedProcess } from "./process.ts";

/** Between two looks of the scheduler at what is left. */
const LOOK_MS = 5000;
/** Between two reports. */
const REPORT_MS = 10_000;
/** After everything was killed. */
const FORCED_MS = 5000;

interface Observed {
  readonly scheduler: Scheduler;
  readonly processes: readonly SimulatedProcess[];
  readonly isAbandoned: boolean;
  readonly now: Instant;
}

export class ShutdownChecks {
  readonly #world: Observed;
  /** When the order came, or something was said last. */
  #toldAt: number | undefined;
  #forcedAt: number | undefined;

  constructor(world: Observed) {
    this.#world = world;
  }

  announced(): void {
    this.#toldAt = this.#world.now;
  }

  /** @throws {Breach} At the first that does not hold. */
  check(): void {
    const { scheduler, now, isAbandoned } = this.#world;
    if (scheduler.shutdownType === undefined || scheduler.activeCount === 0 || isAbandoned) return;
    this.#toldAt ??= now;
    if (scheduler.wasShutdownForced) this.#forcedAt ??= now;
    const next = scheduler.nextDeadline() ?? Infinity;
    if (next > now + LOOK_MS) throw new Breach("#58 nobody looks at the shutdown any more");
    if (now - this.#toldAt > REPORT_MS) throw new Breach("#58 the shutdown goes on in silence");
    if (this.#forcedAt !== undefined && now - this.#forcedAt > FORCED_MS) {
      throw new Breach("#60 everything was killed, and still it does not go on");
    }
  }

  /**
   * @param isLast At the last shutdown a process ends when it is killed, unless nothing ends it.
   */
  abandoned(isLast: boolean): void {
    const { scheduler, processes } = this.#world;
    const services = new Map([...scheduler.records()].map((service) => [service.id, service]));
    for (const process of processes) {
      const service = services.get(process.service);
      if (!isThere(process.state) || service === undefined) continue;
      if (process.signals.includes("KILL")) {
        const isEnding = process.nature !== "undying" && !scheduler.wasShutdownForced;
        if (isLast && isEnding) throw new Breach(`#59 ${service.name} is left while it ends`);
        continue;
      }
      // Only what waits for one that does not end has not been told to end itself.
      if (scheduler.wasShutdownForced || !hasDependentInTheWay(service)) {
        throw new Breach(`#59 ${service.name} is left and was never killed`);
      }
    }
  }
}
