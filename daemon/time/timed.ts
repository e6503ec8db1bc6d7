/** Something of the daemon's own that is due at a time; services' deadlines are the scheduler's. */
import type { Instant } from "../../core/types.ts";

export interface Timed {
  /** When it is due; undefined: never, as things are. */
  next(): Instant | undefined;
  /** Does what is due by now: perhaps nothing, because something else was. */
  runDue(now: Instant): void;
}
