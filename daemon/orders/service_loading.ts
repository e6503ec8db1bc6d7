/**
 * Loading and reloading of services: descriptions are read, and given to the scheduler; what is
 * wrong is logged, and told to whoever asked.
 */
import type { Command } from "../../core/command.ts";
import {
  type BrokenService,
  type Dependency,
  formatProblem,
  type LoadResult,
  type Problem,
  problem,
  type ServiceDescription,
} from "../../core/description/mod.ts";
import type { Answer, Order, ReloadedService } from "../../core/event.ts";
import type { SchedulerApi } from "../../core/schedule/api.ts";
import { loadFaultText } from "../../core/schedule/load.ts";
import { type ServiceId, type ServiceName, unreachable } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import type { LoadOutcome, Refusal, ReloadOutcome } from "../control/host.ts";
import type { FaultyLoad, LoadedSet, Loader } from "../descriptions/loader.ts";
import type { Log } from "../output/log.ts";

export interface LoadingParts {
  readonly platform: Pick<Platform, "now">;
  readonly scheduler: SchedulerApi;
  readonly loader: Loader;
  readonly log: Log;
  /** Gives an order, and carries out what comes of it. */
  readonly order: (order: Order) => Answer;
  readonly carryOut: (commands: readonly Command[]) => void;
}

export class ServiceLoading {
  readonly #parts: LoadingParts;

  constructor(parts: LoadingParts) {
    this.#parts = parts;
  }

  load(name: string): LoadOutcome {
    const { scheduler, loader, log } = this.#parts;
    const present = scheduler.find(name);
    const isBroken = present !== undefined && scheduler.fault(present) !== undefined;
    if (present !== undefined && !isBroken) return { kind: "loaded", service: present };
    const outcome = loader.load(name);
    switch (outcome.kind) {
      case "not-found":
        log.error(
          `Cannot load "${name}": no description in ${outcome.searched.join(", ")}`,
        );
        return { kind: "not-found" };
      case "faulty":
        this.#logProblems(outcome.problems);
        log.error(`Cannot load "${name}": see above`);
        if (present !== undefined) this.#stayBroken(present, outcome);
        return {
          kind: outcome.own ? "description-error" : "load-error",
          faults: faultTexts(outcome.problems),
        };
      case "loaded": {
        // It may have been asked for by another name.
        const real = outcome.descriptions[0]?.name ?? name as ServiceName;
        const roots: readonly Dependency[] = [{ kind: "need", name: real }];
        const refused = this.#addRecords(outcome, real, roots);
        const service = scheduler.find(real);
        if (refused === undefined && service !== undefined) return { kind: "loaded", service };
        const faults = refused?.faults ?? [];
        if (present !== undefined) {
          const problems = faults.map((text) => problem(undefined, text));
          this.#stayBroken(present, { problems, source: outcome.descriptions[0]?.source });
        }
        return { kind: "load-error", faults };
      }
    }
  }

  reload(service: ServiceId): ReloadOutcome {
    const { scheduler, loader, log } = this.#parts;
    const { name } = scheduler.description(service);
    if (scheduler.fault(service) !== undefined) return reloadOutcome(this.load(name));
    const read = this.#readOutcome(name, loader.load(name));
    if (read.kind === "refused") return read;
    const [description, ...descriptions] = read.set.descriptions;
    if (description === undefined) return { kind: "refused", faults: [] };
    const { dependencies } = description;
    const refused = this.#addRecords({ ...read.set, descriptions }, name, dependencies);
    if (refused !== undefined) return { kind: "refused", ...refused };
    const answer = this.#parts.order({ kind: "reload", service, description });
    if (answer.kind !== "refused") return { kind: "done" };
    const fault = `Cannot reload "${name}": ${answer.why}`;
    log.error(fault);
    return { kind: "refused", faults: [fault] };
  }

  /** All of them in one step, or none; those that are not loaded are loaded before. */
  reloadTogether(names: readonly string[]): ReloadOutcome {
    const { scheduler, loader, log } = this.#parts;
    const unique = [...new Set(names.map((name) => this.#nameOf(name)))];
    const loaded = unique.filter((name) => this.#isLoaded(name));
    for (const name of unique) {
      if (this.#isLoaded(name)) continue;
      const outcome = reloadOutcome(this.load(name));
      if (outcome.kind === "refused") return namedRefusal(name, outcome);
    }
    const reloads: ReloadedService[] = [];
    const added = new Map<string, ServiceDescription>();
    const broken: BrokenService[] = [];
    const roots: Dependency[] = [];
    for (const name of loaded) {
      const service = scheduler.find(name);
      const isThere = (other: string) => added.has(other) || this.#isLoaded(other);
      const read = this.#readOutcome(name, loader.load(name, isThere));
      if (read.kind === "refused") return read;
      this.#logProblems(read.set.problems);
      const [description, ...others] = read.set.descriptions;
      if (service === undefined || description === undefined) continue;
      reloads.push({ service, description });
      for (const other of others) added.set(other.name, other);
      broken.push(...read.set.broken);
      roots.push(...description.dependencies);
    }
    const set = { descriptions: [...added.values()], broken, problems: [] };
    const refused = this.#addRecords({ kind: "loaded", ...set }, unique.join(", "), roots);
    if (refused !== undefined) return { kind: "refused", ...refused };
    const answer = this.#parts.order({ kind: "reload-together", reloads });
    if (answer.kind !== "refused") return { kind: "done" };
    const fault = `Cannot reload them together: ${answer.why}`;
    log.error(fault);
    return { kind: "refused", faults: [fault] };
  }

  /** That of a loaded service, of which it may be an alias. */
  #nameOf(name: string): string {
    const { scheduler } = this.#parts;
    const service = scheduler.find(name);
    return service === undefined ? name : scheduler.description(service).name;
  }

  #isLoaded(name: string): boolean {
    const { scheduler } = this.#parts;
    const service = scheduler.find(name);
    return service !== undefined && scheduler.fault(service) === undefined;
  }

  /** What the reading of a loaded service came to; why it is refused was logged. */
  #readOutcome(
    name: string,
    outcome: LoadResult,
  ): { readonly kind: "read"; readonly set: LoadedSet } | ({ readonly kind: "refused" } & Refusal) {
    switch (outcome.kind) {
      case "not-found": {
        const fault = `Cannot reload "${name}": no description in ${outcome.searched.join(", ")}`;
        this.#parts.log.error(fault);
        return { kind: "refused", faults: [fault] };
      }
      case "faulty":
        this.#logProblems(outcome.problems);
        return { kind: "refused", faults: faultTexts(outcome.problems) };
      case "loaded":
        return { kind: "read", set: outcome };
    }
  }

  /**
   * @param roots What the set is loaded for.
   * @returns undefined when it is loaded; else the reason, which was logged.
   */
  #addRecords(
    { descriptions, broken, problems }: LoadedSet,
    name: string,
    roots: readonly Dependency[],
  ): Refusal | undefined {
    const { scheduler, platform, log } = this.#parts;
    this.#logProblems(problems);
    const answer = scheduler.load({ descriptions, broken, roots }, platform.now());
    if (answer.kind !== "loaded") {
      const at = answer.kind === "refused" ? answer.service : name;
      const hint = answer.kind === "cycle"
        ? [`hint: dinit check ${at} tells where they are written`]
        : [];
      const lines = [`Cannot load "${at}": ${loadFaultText(answer)}`, ...hint];
      for (const line of lines) log.error(line);
      return { faults: [lines.join("\n")] };
    }
    for (const left of answer.leftOut) this.#logProblems(left.problems);
    this.#parts.carryOut(answer.commands);
    return undefined;
  }

  /** It was broken before, and is still, for reasons that may be others. */
  #stayBroken(
    service: ServiceId,
    { problems, source }: Pick<FaultyLoad, "problems" | "source">,
  ): void {
    const { scheduler, platform } = this.#parts;
    const known = scheduler.description(service);
    const fault = { name: known.name, source: source ?? known.source, problems };
    scheduler.load({ descriptions: [], broken: [fault] }, platform.now());
  }

  #logProblems(problems: readonly Problem[]): void {
    for (const problem of problems) {
      const level = problem.severity === "error" ? "error" : "warn";
      const lines = formatProblem(problem).trimEnd().split("\n");
      for (const line of lines) this.#parts.log.message(level, line);
    }
  }
}

/** Those that keep a service from being loaded, with the line and what to write instead. */
export function faultTexts(problems: readonly Problem[]): readonly string[] {
  return problems.filter(({ severity }) => severity === "error").map((problem) =>
    formatProblem(problem).trimEnd()
  );
}

/** Of a service that was to be loaded among others. */
function namedRefusal(name: string, { faults }: Refusal): ReloadOutcome {
  return {
    kind: "refused",
    faults: faults.length > 0 ? faults : [`Cannot load "${name}": there is no description of it`],
  };
}

function reloadOutcome(outcome: LoadOutcome): ReloadOutcome {
  switch (outcome.kind) {
    case "loaded":
      return { kind: "done" };
    case "not-found":
      return { kind: "refused", faults: [] };
    case "description-error":
    case "load-error":
      return { kind: "refused", faults: outcome.faults };
    default:
      return unreachable(outcome);
  }
}
