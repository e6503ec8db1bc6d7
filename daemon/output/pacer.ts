/**
 * How much of its time the manager gives to reading what services write.
 *
 * A service that floods its log would have the manager do nothing else: within each window, who has
 * written much already when the budget is spent waits for the next window. Then its pipe is full
 * and it waits itself, and nobody else.
 */
import type { Instant } from "../../core/types.ts";

const WINDOW_MS = 20;
/**
 * A quarter of one processor for all floods together; tests/system/safety/flood_test.ts measures
 * what comes of it.
 */
const BUDGET_MS = 5;

export class OutputPacer {
  #windowEnd = 0;
  #spentMs = 0;

  /** Counts the time of one read. @returns Whether the budget of this window is spent. */
  spend(begin: Instant, end: Instant): boolean {
    if (end >= this.#windowEnd) {
      this.#windowEnd = end + WINDOW_MS;
      this.#spentMs = 0;
    }
    this.#spentMs += end - begin;
    return this.#spentMs >= BUDGET_MS;
  }

  /** When the next window begins. */
  get windowEnd(): Instant {
    return this.#windowEnd as Instant;
  }
}
