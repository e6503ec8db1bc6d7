/** One wake-up for many: when to look, so that runs which may be late begin together. */
import type { Instant } from "../types.ts";

/** A run that is waited for. */
export interface AwaitedRun {
  /** Undefined: it is not waited for any more. */
  readonly due: Instant | undefined;
  /** How much later it may begin. */
  readonly accuracyMs: number;
}

/**
 * The last point in time at which a run is due before one of them would be too late. A run that is
 * alone begins when it is due.
 *
 * @returns Undefined when there are none.
 */
export function wakeUp(runs: readonly AwaitedRun[]): Instant | undefined {
  let latest = Infinity;
  for (const { due, accuracyMs } of runs) {
    if (due !== undefined && due + accuracyMs < latest) latest = due + accuracyMs;
  }
  let wake: Instant | undefined;
  for (const { due } of runs) {
    if (due !== undefined && due <= latest && (wake === undefined || due > wake)) wake = due;
  }
  return wake;
}
