/** Something of the daemon's own that is due at a time; services' deadlines are the scheduler's. */
import type { Instant } from "../../core/types.ts";

export interface Timed {
  /** When it is due; undefined: never, as things are. */
  next(): Instant | undefined;
  /** Does what is due by now: perhaps nothing, because something else was. */
  runDue(now: Instant): void;
}

/** The earliest of what is due; undefined: nothing is, or nothing ever. */
export function earliestDue(all: Iterable<{ readonly due: number }>): Instant | undefined {
  let next = Infinity;
  for (const { due } of all) next = Math.min(next, due);
  return next === Infinity ? undefined : next as Instant;
}
