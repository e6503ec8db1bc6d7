/**
 * The daemon's own few delays (kill-all, log connection): the scheduler keeps those of services
 * itself.
 *
 * A handful at most, so a list that is searched is the simplest thing that is fast enough.
 */
import type { Instant } from "../../core/types.ts";

interface Timer {
  readonly due: Instant;
  readonly action: () => void;
}

export class Timers {
  readonly #timers: Timer[] = [];

  at(due: Instant, action: () => void): void {
    this.#timers.push({ due, action });
  }

  /** When the next action is due; undefined when there is none. */
  next(): Instant | undefined {
    if (this.#timers.length === 0) return undefined;
    let next: Instant | undefined;
    for (const { due } of this.#timers) if (next === undefined || due < next) next = due;
    return next;
  }

  /** Runs what is due, oldest first. After one that throws, the rest is due still. */
  runDue(now: Instant): void {
    const due = this.#timers.filter((timer) => timer.due <= now);
    due.sort((a, b) => a.due - b.due);
    for (const timer of due) {
      this.#timers.splice(this.#timers.indexOf(timer), 1);
      timer.action();
    }
  }
}
