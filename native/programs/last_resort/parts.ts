/** What the last resort is made of besides the constants of the system. */
import type { Processor } from "../../conventions.ts";

export interface LastResortParts {
  readonly processor: Processor;
  /** What is executed again. */
  readonly program: string;
  /** Where people see messages; where it cannot be opened they go to standard error. */
  readonly console: string;
}

/** Of a manager: after an update its own file, which has no name any more. */
export const USUAL_PLACES: Omit<LastResortParts, "processor"> = {
  program: "/proc/self/exe",
  console: "/dev/console",
};
