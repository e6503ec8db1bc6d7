/**
 * Notes when services are to be up, launched, executed and up: the first start of each since it was
 * loaded, and the last one. So what is kept has a bound: two starts a service.
 *
 * On all the time. What is noted goes to the facts that outlive the manager once a start is over.
 */
import type { Input } from "../../core/schedule/input_watch.ts";
import type { PhaseWatch } from "../../core/schedule/phase_watch.ts";
import type { Phase } from "../../core/service/record/phase.ts";
import type { ServiceStarts, StartTimes } from "../../core/figures/start_times.ts";
import type { Instant, ServiceId } from "../../core/types.ts";
import { FACT_KIND, Facts } from "../kept/facts.ts";
import { putStarts } from "./start_fact.ts";

/** What is noted of the starts of a service. */
interface Note {
  first: NotedStart;
  last: NotedStart;
  count: number;
  failures: number;
}

type NotedStart = { -readonly [Name in keyof StartTimes]: StartTimes[Name] };

/** As another manager goes on with them. */
export interface KeptStarts {
  readonly readyMs: number | undefined;
  readonly services: ReadonlyMap<ServiceId, ServiceStarts>;
}

export class StartNotes implements PhaseWatch {
  readonly #notes = new Map<ServiceId, Note>();
  readonly facts = new Facts<ServiceStarts>(FACT_KIND.starts, this.#notes, putStarts);
  #readyMs: number | undefined;

  /** When the first service was to be up. */
  get readyMs(): number | undefined {
    return this.#readyMs;
  }

  of(service: ServiceId): ServiceStarts | undefined {
    return this.#notes.get(service);
  }

  /** How many starts of it there were. */
  counts(service: ServiceId): { readonly starts: number; readonly startFailures: number } {
    const note = this.#notes.get(service);
    return { starts: note?.count ?? 0, startFailures: note?.failures ?? 0 };
  }

  entered(service: ServiceId, phase: Phase, now: Instant): void {
    const start = this.#underWay(service);
    if (start === undefined) {
      if (phase === "waiting-for-dependencies") this.#begin(service, now);
      return;
    }
    switch (phase) {
      case "waiting-for-dependencies":
        // It leaves the queue for the console, because its turn has come.
        return;
      case "checking":
        return;
      case "waiting-for-console":
        start.consoleMs = now;
        return;
      case "coming-up":
        start.ownMs = now;
        return;
      case "started":
        return this.#end(service, start, "started", now);
      default:
        return this.#end(service, start, "not-started", now);
    }
  }

  /** Called with all that the scheduler is given. */
  note(input: Input, now: Instant): void {
    const kind = "kind" in input ? input.kind : undefined;
    if (kind === "spawned") this.#launched(input as ProcessInput, now);
    else if (kind === "exec-succeeded") this.#executed(input as ProcessInput, now);
  }

  forget(service: ServiceId): void {
    if (this.#notes.delete(service)) this.facts.note(service);
  }

  /** For {@linkcode adopt}. */
  keep(): KeptStarts {
    return { readyMs: this.#readyMs, services: this.#notes };
  }

  /** Those of it that are no facts yet. */
  keepUnderWay(): KeptStarts {
    const services = new Map<ServiceId, ServiceStarts>();
    for (const [service, note] of this.#notes) {
      if (note.last.outcome === "under-way") services.set(service, note);
    }
    return { readyMs: this.#readyMs, services };
  }

  /** Goes on where another manager was; it may have been one that noted nothing. */
  adopt(kept: KeptStarts | undefined): void {
    if (kept === undefined) return;
    // Facts do not tell it; the first of them all does.
    const firsts = kept.services.values().map(({ first }) => first.begunMs);
    this.#readyMs = kept.readyMs ?? (kept.services.size > 0 ? Math.min(...firsts) : undefined);
    for (const [service, { first, last, count, failures }] of kept.services) {
      const noted = { ...first };
      const lastNoted = count === 1 ? noted : { ...last };
      this.#notes.set(service, { first: noted, last: lastNoted, count, failures });
    }
  }

  #begin(service: ServiceId, now: Instant): void {
    this.#readyMs ??= now;
    const start: NotedStart = {
      begunMs: now,
      consoleMs: undefined,
      ownMs: undefined,
      launchedMs: undefined,
      executedMs: undefined,
      endedMs: undefined,
      outcome: "under-way",
    };
    const note = this.#notes.get(service);
    if (note === undefined) {
      this.#notes.set(service, { first: start, last: start, count: 1, failures: 0 });
      return;
    }
    note.last = start;
    note.count += 1;
  }

  #end(
    service: ServiceId,
    start: NotedStart,
    outcome: "started" | "not-started",
    now: Instant,
  ): void {
    start.endedMs = now;
    start.outcome = outcome;
    const note = this.#notes.get(service);
    if (note !== undefined && outcome === "not-started") note.failures += 1;
    this.facts.note(service);
  }

  #launched({ service, role }: ProcessInput, now: Instant): void {
    const start = role === "start" ? this.#underWay(service) : undefined;
    // A launch may be put off and made again: the last one counts.
    if (start !== undefined) start.launchedMs = now;
  }

  #executed({ service, role }: ProcessInput, now: Instant): void {
    const start = role === "start" ? this.#underWay(service) : undefined;
    if (start !== undefined) start.executedMs = now;
  }

  #underWay(service: ServiceId): NotedStart | undefined {
    const last = this.#notes.get(service)?.last;
    return last?.outcome === "under-way" ? last : undefined;
  }
}

type ProcessInput = Extract<Input, { readonly kind: "spawned" | "exec-succeeded" }>;
