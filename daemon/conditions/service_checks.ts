/**
 * Conditions of services, as the manager's other parts know them: this is all that there is of them
 * before the first service that has any starts, which loads the rest.
 */
import type { Event } from "../../core/event.ts";
import type { SchedulerApi } from "../../core/schedule/api.ts";
import type { ServiceId } from "../../core/types.ts";
import type { MachineFactsParts } from "./machine_facts.ts";

/** The part, in steps: undefined but from the last one on (`tools/build/load_part.ts`). */
export type LoadConditions = () => typeof import("./part.ts") | undefined;

/** More than there are steps: a part that never comes must not be waited for. */
const MOST_STEPS = 16;

export interface ServiceChecksParts extends MachineFactsParts {
  readonly scheduler: Pick<SchedulerApi, "description">;
  readonly load: LoadConditions;
  /** A run of a service's timer is left out: it counts as made. */
  readonly runLeftOut: (service: ServiceId) => void;
  readonly report: (event: Event) => void;
}

export class ServiceChecks {
  readonly #parts: ServiceChecksParts;
  #part: NonNullable<ReturnType<LoadConditions>> | undefined;

  constructor(parts: ServiceChecksParts) {
    this.#parts = parts;
  }

  /** Answers with `checked`, at once. */
  check(service: ServiceId): void {
    const { scheduler, report, runLeftOut } = this.#parts;
    this.#part ??= this.#load();
    const description = scheduler.description(service);
    const verdict = this.#part.verdictOn(description, this.#part.machineFacts(this.#parts));
    // Otherwise an interval since the last run would be over at once, again and again.
    if (description.timer !== undefined && verdict.kind !== "met") runLeftOut(service);
    report({ kind: "checked", service, verdict });
  }

  #load(): NonNullable<ReturnType<LoadConditions>> {
    for (let step = 0; step < MOST_STEPS; step++) {
      const part = this.#parts.load();
      if (part !== undefined) return part;
    }
    throw new Error("The part of the program that knows conditions could not be loaded");
  }
}
