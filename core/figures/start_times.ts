/**
 * How the starts of services went, as it is noted while they go on (`daemon/time/start_notes.ts`)
 * and told to whoever asks why a boot took so long.
 *
 * All times are milliseconds since the manager's own program began, by a clock that only goes
 * forward.
 */
/** One start of a service; a part that it had no need of, or has not come to, is undefined. */
export interface StartTimes {
  /** It was to be up: from here on it waits for what it depends on. */
  readonly begunMs: number;
  /** Nothing was left to wait for but the console, which it wants and another had. */
  readonly consoleMs: number | undefined;
  /** Its own start: nothing is waited for any more. */
  readonly ownMs: number | undefined;
  /** Its process was made; between the two are the restart's delay and other launches. */
  readonly launchedMs: number | undefined;
  /** The process has executed its program. */
  readonly executedMs: number | undefined;
  readonly endedMs: number | undefined;
  readonly outcome: "under-way" | "started" | "not-started";
}

/** The first start of a service since it was loaded, and the last one; often the same. */
export interface ServiceStarts {
  readonly first: StartTimes;
  readonly last: StartTimes;
  /** Starts that were begun since then, and those of them that came to nothing. */
  readonly count: number;
  readonly failures: number;
}

/** Why one service waits for another, as the manager has it: a dependency, or an order. */
export type WaitKind = "need" | "milestone" | "waits-for" | "prepared-by" | "before" | "after";

export interface WaitsFor {
  readonly name: string;
  readonly kind: WaitKind;
}

export interface StartedService {
  readonly name: string;
  /** As descriptions have it; a newer manager may have more types than are known here. */
  readonly type: string;
  /** undefined: it was not to be up yet. */
  readonly starts: ServiceStarts | undefined;
  /** What a start of it has to wait for, while that starts. */
  readonly waitsFor: readonly WaitsFor[];
}

/** All starts that a manager knows of. */
export interface StartReport {
  readonly nowMs: number;
  /** The time of day when the manager began, in milliseconds since 1970. */
  readonly begunAt: number;
  /** It is process 1 of a machine: what was before it is the kernel's time. */
  readonly isFirstProcess: boolean;
  /** How long the kernel had run when the manager began. */
  readonly kernelMs: number;
  /** Its own start was over: the first service was to be up. undefined: none was yet. */
  readonly readyMs: number | undefined;
  /** What it was started for. */
  readonly targets: readonly string[];
  /** In the order in which they were loaded. */
  readonly services: readonly StartedService[];
}

/**
 * How long a start took by itself, waits aside; of one under way up to now. undefined: it has not
 * got there, or was given up before.
 */
export function ownDurationMs(start: StartTimes, nowMs: number): number | undefined {
  return start.ownMs === undefined ? undefined : (start.endedMs ?? nowMs) - start.ownMs;
}

/** How long it waited before that for others. */
export function waitDurationMs(start: StartTimes, nowMs: number): number {
  return (start.ownMs ?? start.endedMs ?? nowMs) - start.begunMs;
}
