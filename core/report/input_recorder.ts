/**
 * What went into the scheduler last, since a state that is kept with it. On all the time, so it
 * must cost next to nothing: what goes in is data that nobody changes, and is kept as it is.
 *
 * There are two halves. When the newer one is full, a new state begins the next, and the older half
 * is forgotten: so there is some past at any time.
 */
import type { Scheduler } from "../schedule/scheduler.ts";
import type { Input, InputWatch } from "../schedule/input_watch.ts";
import type { Snapshot } from "../state/snapshot.ts";
import type { Instant } from "../types.ts";

/**
 * In each half. The more there are, the less the states cost: putting that of 300 services aside
 * takes as long as 15 restarts of a service, which are some 60 inputs.
 */
const INPUTS_OF_A_HALF = 2000;
/** With more services their state alone would be more than a report may have. */
export const MOST_SERVICES = 300;

/** A state and what went in after it. */
export interface Half {
  /** Undefined: there were too many services. */
  readonly before: Snapshot | undefined;
  readonly inputs: readonly Input[];
  /** When each of them went in. */
  readonly times: readonly Instant[];
}

interface Filling extends Half {
  readonly inputs: Input[];
  readonly times: Instant[];
}

export class InputRecorder implements InputWatch {
  readonly #scheduler: Pick<Scheduler, "snapshot">;
  #older: Half | undefined;
  #newer: Filling;

  readonly #halfInputs: number;

  /**
   * @param scheduler Whose inputs they are.
   * @param halfInputs How many make a half.
   */
  constructor(scheduler: Pick<Scheduler, "snapshot">, halfInputs: number = INPUTS_OF_A_HALF) {
    this.#scheduler = scheduler;
    this.#halfInputs = halfInputs;
    this.#newer = this.#begin();
  }

  note(input: Input, now: Instant): void {
    if (this.#newer.inputs.length === this.#halfInputs) {
      this.#older = this.#newer;
      this.#newer = this.#begin();
    }
    this.#newer.inputs.push(input);
    this.#newer.times.push(now);
  }

  /** Oldest first. */
  get halves(): readonly Half[] {
    return this.#older === undefined ? [this.#newer] : [this.#older, this.#newer];
  }

  #begin(): Filling {
    return { before: this.#scheduler.snapshot(MOST_SERVICES), inputs: [], times: [] };
  }
}
