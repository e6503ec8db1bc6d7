/**
 * What was of a service that no rule asks about: for people who want to know how it came to be as
 * it is. `history_view.ts` tells it.
 */
import type { Instant, ServiceName } from "../../types.ts";

export interface ServiceHistory {
  /** When it came into its state; undefined: it has been in it since it was loaded. */
  stateSince: Instant | undefined;
  /** When a process of it ended last. */
  lastEndAt: Instant | undefined;
  /** Automatic restarts and recoveries since it was last started otherwise. */
  restarts: number;
  /** The restart limit has kept it from another one. */
  isLimitReached: boolean;
  /**
   * The dependency through which its start failed, or that went down under it: the first in the
   * chain.
   */
  failedDependency: ServiceName | undefined;
  /** How long its last starts took from the launch on, in milliseconds: a mean; undefined: none. */
  usualStartMs: number | undefined;
  /** Likewise its last stops, from the signal or the stop command on. */
  usualStopMs: number | undefined;
  /** Of the stop under way: how long it was in its state before that; undefined: it still waits. */
  stopWaitMs: number | undefined;
}

/** Of a service that was just loaded. */
export function makeHistory(): ServiceHistory {
  return {
    stateSince: undefined,
    lastEndAt: undefined,
    restarts: 0,
    isLimitReached: false,
    failedDependency: undefined,
    usualStartMs: undefined,
    usualStopMs: undefined,
    stopWaitMs: undefined,
  };
}
