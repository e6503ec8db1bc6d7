/**
 * The times of all services with a timer: who waits, for what, and whose time has come.
 *
 * It reads no clock: both are given with each call. What it knows of a service is a
 * {@linkcode RunState}; when the clock was set, {@linkcode Timetable.recount} finds the times anew.
 */
import type { Zone, ZoneName } from "../calendar/mod.ts";
import type { TimerDescription } from "../description/contract/description.ts";
import type { Instant, ServiceId } from "../types.ts";
import { decide, type RunTerms, runTerms } from "./next_run.ts";
import { type Clocks, runBegins, runEnds, type RunState } from "./run_state.ts";
import { wakeUp } from "./wake_up.ts";

interface Entry {
  readonly service: ServiceId;
  state: RunState;
  readonly terms: RunTerms;
  readonly accuracyMs: number;
  /** When its next run is due; undefined: never, or a run is under way. */
  due: Instant | undefined;
}

/** What is told of a service's runs. */
export interface RunView {
  readonly state: RunState;
  /** When the next run is due, at the distance that the clocks have now. */
  readonly due: Instant | undefined;
}

export class Timetable {
  readonly #entries = new Map<ServiceId, Entry>();
  /** The same: gone through at each wake-up, which takes half the time of a map. */
  #all: readonly Entry[] = [];
  readonly #zoneOf: (name: ZoneName) => Zone | undefined;
  #wake: Instant | undefined;
  #isWakeKnown = true;

  constructor(zoneOf: (name: ZoneName) => Zone | undefined) {
    this.#zoneOf = zoneOf;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(service: ServiceId): boolean {
    return this.#entries.has(service);
  }

  /** Begins to wait, or goes on with a state that was kept. */
  add(
    service: ServiceId,
    state: RunState,
    { timer, delayMs }: { readonly timer: TimerDescription; readonly delayMs: number },
  ): void {
    const terms = runTerms(timer, { delayMs, zoneOf: this.#zoneOf });
    const { accuracyMs } = timer;
    this.#entries.set(service, { service, state, terms, accuracyMs, due: undefined });
    this.#changed();
  }

  remove(service: ServiceId): void {
    this.#entries.delete(service);
    this.#changed();
  }

  /** A run of the service begins. */
  begins(service: ServiceId, clocks: Clocks): void {
    const entry = this.#entries.get(service);
    if (entry === undefined) return;
    entry.state = runBegins(entry.state, clocks);
    entry.due = undefined;
    this.#isWakeKnown = false;
  }

  /** A run of the service is over, and the next may begin: whether it is time for it is told. */
  ends(service: ServiceId, clocks: Clocks, endedAt: Instant | undefined): boolean {
    const entry = this.#entries.get(service);
    if (entry === undefined) return false;
    if (entry.state.waitsSince === undefined) {
      entry.state = runEnds(entry.state, clocks.now, endedAt);
    }
    return this.#decide(entry, clocks);
  }

  /** Finds the times of all that wait anew. @returns Those whose time has come. */
  recount(clocks: Clocks): readonly ServiceId[] {
    const due: ServiceId[] = [];
    for (const entry of this.#all) {
      const { service } = entry;
      if (entry.state.waitsSince !== undefined && this.#decide(entry, clocks)) due.push(service);
    }
    return due;
  }

  /** @returns Those whose time has come. */
  takeDue(clocks: Clocks): readonly ServiceId[] {
    const taken: ServiceId[] = [];
    for (const entry of this.#all) {
      if (entry.due === undefined || entry.due > clocks.now) continue;
      if (this.#decide(entry, clocks)) taken.push(entry.service);
    }
    return taken;
  }

  /** When {@linkcode takeDue} is to be called next; undefined when nothing is waited for. */
  get next(): Instant | undefined {
    if (!this.#isWakeKnown) {
      this.#wake = wakeUp(this.#all);
      this.#isWakeKnown = true;
    }
    return this.#wake;
  }

  /** Whether a point of the calendar is waited for: that depends on the clock which can be set. */
  get hasCalendar(): boolean {
    for (const { terms } of this.#entries.values()) {
      if (terms.timer.calendar.length > 0) return true;
    }
    return false;
  }

  view(service: ServiceId): RunView | undefined {
    const entry = this.#entries.get(service);
    return entry && { state: entry.state, due: entry.due };
  }

  /** @returns Whether a run is to begin; then nothing more is waited for until {@link ends}. */
  #decide(entry: Entry, clocks: Clocks): boolean {
    const decision = decide(entry.state, clocks, entry.terms);
    entry.state = decision.state;
    entry.due = decision.kind === "wait" ? decision.until : undefined;
    this.#isWakeKnown = false;
    if (decision.kind === "run") entry.state = { ...entry.state, waitsSince: undefined };
    return decision.kind === "run";
  }

  #changed(): void {
    this.#all = [...this.#entries.values()];
    this.#isWakeKnown = false;
  }
}
