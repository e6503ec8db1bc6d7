/**
 * Descriptions for a copy of the scheduler: loaded and reloaded as the manager would do it.
 */
import type { Command } from "../command.ts";
import type { BrokenService, ServiceDescription } from "../description/contract/description.ts";
import type { Answer, ReloadedService } from "../event.ts";
import type { PlannedReload } from "../planned.ts";
import type { LoadSet } from "../schedule/api.ts";
import { loadFaultText } from "../schedule/load.ts";
import type { Scheduler } from "../schedule/scheduler.ts";
import type { Instant, ServiceId, ServiceName } from "../types.ts";
import { descriptionChanges } from "./description_changes.ts";
import type { PlanSources } from "./sources.ts";

/** A copy of the scheduler, and what its descriptions and commands are. */
export interface Copy {
  readonly scheduler: Scheduler;
  readonly sources: PlanSources;
  readonly now: () => Instant;
  readonly carryOut: (commands: readonly Command[]) => void;
}

/** A fault each, perhaps of several lines. */
type Faulty = { readonly kind: "faulty"; readonly faults: readonly string[] };

export class CopyLoading {
  /** What the reloads so far would change. */
  readonly reloads: PlannedReload[] = [];
  readonly #copy: Copy;

  constructor(copy: Copy) {
    this.#copy = copy;
  }

  /** @returns Its number, or why it cannot be loaded. */
  load(name: string): ServiceId | readonly string[] {
    const { scheduler, sources } = this.#copy;
    const present = scheduler.find(name);
    if (present !== undefined && scheduler.fault(present) === undefined) return present;
    const read = sources.read(name, (other) => this.#isLoaded(other));
    if (read.kind === "faulty") return read.faults;
    // It may have been asked for by another name.
    const real = read.descriptions[0]?.name ?? name as ServiceName;
    const fault = this.#add(read, [{ kind: "need", name: real }]);
    return fault === undefined ? scheduler.find(real) ?? [] : [fault];
  }

  /** Names of the services whose files are others now. */
  changed(): readonly string[] {
    const { scheduler, sources } = this.#copy;
    const descriptions = scheduler.list().map((service) => scheduler.description(service));
    return descriptions.filter((each) => sources.hasChanged(each)).map(({ name }) => name);
  }

  /** As the manager does: in one step. */
  reload(names: readonly string[]): Answer | Faulty {
    const { scheduler, now, carryOut, sources } = this.#copy;
    const faults: string[] = [];
    const reloads: ReloadedService[] = [];
    const added = new Map<string, ServiceDescription>();
    const broken: BrokenService[] = [];
    for (const name of new Set(names.map((each) => this.#nameOf(each)))) {
      const service = scheduler.find(name);
      if (service === undefined || !this.#isLoaded(name)) {
        const loaded = this.load(name);
        if (typeof loaded !== "number") faults.push(...loaded);
        continue;
      }
      const read = sources.read(name, (other) => added.has(other) || this.#isLoaded(other));
      if (read.kind === "faulty") {
        faults.push(...read.faults);
        continue;
      }
      const [description, ...others] = read.descriptions;
      if (description === undefined) continue;
      reloads.push({ service, description });
      for (const other of others) added.set(other.name, other);
      broken.push(...read.broken);
      const before = scheduler.description(service);
      this.reloads.push({ service: name, changes: descriptionChanges(before, description) });
    }
    if (faults.length > 0) return { kind: "faulty", faults };
    const roots = reloads.flatMap(({ description }) => description.dependencies);
    const fault = this.#add({ descriptions: [...added.values()], broken }, roots);
    if (fault !== undefined) return { kind: "faulty", faults: [fault] };
    const { answer, commands } = scheduler.order({ kind: "reload-together", reloads }, now());
    carryOut(commands);
    return answer.kind === "refused" ? { kind: "faulty", faults: [answer.why] } : answer;
  }

  #add(
    { descriptions, broken }: Pick<LoadSet, "descriptions" | "broken">,
    roots: ServiceDescription["dependencies"],
  ): string | undefined {
    const { scheduler, now, carryOut } = this.#copy;
    const answer = scheduler.load({ descriptions, broken: broken ?? [], roots }, now());
    if (answer.kind !== "loaded") return `Cannot load it: ${loadFaultText(answer)}`;
    carryOut(answer.commands);
    return undefined;
  }

  /** That of a loaded service, of which it may be an alias. */
  #nameOf(name: string): string {
    const { scheduler } = this.#copy;
    const service = scheduler.find(name);
    return service === undefined ? name : scheduler.description(service).name;
  }

  #isLoaded(name: string): boolean {
    const { scheduler } = this.#copy;
    const service = scheduler.find(name);
    return service !== undefined && scheduler.fault(service) === undefined;
  }
}
