/**
 * Impatience, counted: Ctrl-Alt-Del (or Ctrl-C) pressed again and again while something is waited
 * for.
 */
import type { Instant } from "./types.ts";

/** So many presses … */
export const PRESSES = 5;
/** … within this time mean that nothing is to be waited for any more. */
export const PRESSES_WITHIN_MS = 10_000;

export class KeyPresses {
  #times: readonly Instant[];

  /** @param times When keys were pressed before. */
  constructor(times: readonly Instant[] = []) {
    this.#times = times;
  }

  /** When keys were pressed that may count still. */
  get times(): readonly Instant[] {
    return this.#times;
  }

  /** @returns How many more presses it takes; 0: that was the last, and counting begins anew. */
  press(now: Instant): number {
    const counting = this.#times.filter((time) => now - time < PRESSES_WITHIN_MS);
    this.#times = [...counting, now];
    const left = PRESSES - this.#times.length;
    if (left === 0) this.#times = [];
    return left;
  }
}
