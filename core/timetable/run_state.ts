/**
 * What is known of the runs of a service with a timer, beside its description: plain data, which
 * outlives the manager (docs/design/0038).
 */
import type { Instant } from "../types.ts";

/** The two clocks at one moment. Between two changes of the second their distance stays. */
export interface Clocks {
  readonly now: Instant;
  /** Milliseconds since 1970-01-01 00:00:00 UTC. */
  readonly wallMs: number;
}

export interface RunState {
  /** When the service began to wait for its times. */
  readonly startedAt: Instant;
  /** When the machine was booted. */
  readonly bootedAt: Instant;
  /** Points of the calendar up to here have been seen to; milliseconds since 1970. */
  readonly seenMs: number;
  /** The run after the boot, or after the start, has been made or left out. */
  readonly isAfterBootOver: boolean;
  readonly isAfterStartOver: boolean;
  /** What `every` counts from: when the last run began, or one would have. */
  readonly beganAt: Instant | undefined;
  /** What `after-end` counts from: when the last run ended. */
  readonly endedAt: Instant | undefined;
  /** When the last run began, over boots too where that is kept; milliseconds since 1970. */
  readonly lastRunMs: number | undefined;
  /** Since when a run could begin; undefined: one is under way. */
  readonly waitsSince: Instant | undefined;
}

/** What is kept of a service on disk; milliseconds since 1970. */
export type KeptRuns = Partial<Pick<RunState, "seenMs" | "lastRunMs">>;

/**
 * A service begins to wait.
 *
 * @param kept Points of the calendar since then count. Undefined: nothing is kept.
 */
export function startedState(
  clocks: Clocks,
  { bootedAt, kept }: { readonly bootedAt: Instant; readonly kept: KeptRuns | undefined },
): RunState {
  return {
    startedAt: clocks.now,
    bootedAt,
    seenMs: kept?.seenMs ?? clocks.wallMs,
    isAfterBootOver: false,
    isAfterStartOver: false,
    beganAt: undefined,
    endedAt: undefined,
    lastRunMs: kept?.lastRunMs,
    waitsSince: clocks.now,
  };
}

/** A run begins: by its time, or by an order. */
export function runBegins(state: RunState, { now, wallMs }: Clocks): RunState {
  return { ...state, beganAt: now, lastRunMs: wallMs, waitsSince: undefined };
}

/** The last run is over. @param endedAt When it ended; undefined: it could not be launched. */
export function runEnds(state: RunState, now: Instant, endedAt: Instant | undefined): RunState {
  return { ...state, endedAt: endedAt ?? now, waitsSince: now };
}
