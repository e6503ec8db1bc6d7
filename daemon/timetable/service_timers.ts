/**
 * Services with a timer, as the manager's other parts know them: this is all that there is of the
 * timetable before the first of them starts, which loads the rest.
 */
import type { Event } from "../../core/event.ts";
import type { SchedulerApi } from "../../core/schedule/api.ts";
import type { RunState } from "../../core/timetable/mod.ts";
import type { Fd, Instant, ServiceId } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import { FACT_KIND, Facts } from "../kept/facts.ts";
import type { RunningTimes, RunTimes } from "./running_times.ts";

/** The part, in steps: undefined but from the last one on (`tools/build/load_part.ts`). */
export type LoadTimetable = () => typeof import("./part.ts") | undefined;

/** More than there are steps: a part that never comes must not be waited for. */
const MOST_STEPS = 16;

export interface ServiceTimersParts {
  readonly platform: Platform;
  readonly scheduler: Pick<SchedulerApi, "description" | "history" | "list">;
  readonly load: LoadTimetable;
  /** The variable TZ. */
  readonly tz: string | undefined;
  readonly stateFolder: string | undefined;
  readonly report: (event: Event) => void;
  readonly warn: (text: string) => void;
}

/** What is known of the runs of those that wait or run, as another manager goes on with it. */
export type KeptTimers = ReadonlyMap<ServiceId, RunState>;

export class ServiceTimers {
  readonly #parts: ServiceTimersParts;
  readonly #states = new Map<ServiceId, RunState>();
  /** By service. */
  readonly facts = new Facts(FACT_KIND.timer, this.#states);
  #times: RunningTimes | undefined;

  constructor(parts: ServiceTimersParts) {
    this.#parts = parts;
  }

  /** Waits for the next time of a service with a timer, and reports that it does. */
  listen(service: ServiceId): void {
    this.#loaded().listen(service);
  }

  /** Nothing is waited for any more. */
  ignore(service: ServiceId): void {
    this.#times?.forget(service);
  }

  forget(service: ServiceId): void {
    this.ignore(service);
  }

  /** A process of a service is launched: of one with a timer, perhaps. */
  begins(service: ServiceId): void {
    this.#times?.begins(service);
  }

  redescribe(service: ServiceId): void {
    this.#times?.redescribe(service);
  }

  /** @returns Undefined for a service that waits for no time. */
  times(service: ServiceId): RunTimes | undefined {
    return this.#times?.times(service);
  }

  next(): Instant | undefined {
    return this.#times?.next();
  }

  runDue(now: Instant): void {
    this.#times?.runDue(now);
  }

  handleDescriptor(descriptor: Fd): boolean {
    return this.#times?.handleDescriptor(descriptor) ?? false;
  }

  /** For {@linkcode adopt}. The watch over the clock is not handed on. */
  keep(): KeptTimers {
    return this.#states;
  }

  /** Goes on where another manager was. @param kept Undefined: that one knew of no timers. */
  adopt(kept: KeptTimers | undefined): void {
    if (kept !== undefined && kept.size > 0) this.#loaded().adopt(kept);
  }

  #loaded(): RunningTimes {
    return this.#times ??= this.#load();
  }

  #load(): RunningTimes {
    for (let step = 0; step < MOST_STEPS; step++) {
      const part = this.#parts.load();
      if (part === undefined) continue;
      return new part.RunningTimes({
        ...this.#parts,
        files: part.STAMP_FILES,
        wallClock: Date.now,
        keep: (service, state) => {
          if (state === undefined) this.#states.delete(service);
          else this.#states.set(service, state);
          this.facts.note(service);
        },
      });
    }
    throw new Error("The part of the program that knows timers could not be loaded");
  }
}
