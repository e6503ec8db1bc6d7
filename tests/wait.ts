/** Waiting for what the kernel has no event for. */
import { until as untilWithin } from "../tools/limit.ts";

/** Far more than anything takes on a machine that does other work. */
const LIMIT_MS = 60_000;

/**
 * Asks until the answer is yes.
 *
 * @throws {Error} "WHAT took over 60000 ms".
 */
export function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  return untilWithin(LIMIT_MS, what, holds);
}
