/** What the last resort is made of besides the constants of the system. */
import type { Processor } from "../../conventions.ts";

export interface LastResortParts {
  readonly processor: Processor;
  /** What is executed again: a path, or a link to it. */
  readonly program: string;
  /** Where people see messages; where it cannot be opened they go to standard error. */
  readonly console: string;
}

/**
 * Of a manager. The path that the link has at the start, and not the link, is executed: the runtime
 * finds its own program by its name only, so after an update it has to be the new one.
 */
export const USUAL_PLACES: Omit<LastResortParts, "processor"> = {
  program: "/proc/self/exe",
  console: "/dev/console",
};
