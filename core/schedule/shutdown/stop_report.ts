/**
 * The words for a shutdown that takes long: which services are still to stop, what each of them
 * waits for, and how long it may. Bounded, however many services there are.
 */
import type { StopLimit, StopProgress } from "../../service/record/stop_progress.ts";
import type { Instant, ServiceName } from "../../types.ts";

/** One service that has not stopped. */
export interface Unstopped {
  readonly name: ServiceName;
  readonly progress: StopProgress;
  /** How long its own stop took before, in milliseconds; undefined: it never did. */
  readonly usualMs: number | undefined;
}

/** Services that are named; the others are counted. */
const MOST_NAMED = 8;
/** Services that one of them is said to wait for. */
const MOST_AWAITED = 3;

/**
 * @param passedMs How long it has taken so far.
 * @returns One sentence for each line, at most {@linkcode MOST_NAMED} + 2.
 */
export function stopReport(
  services: readonly Unstopped[],
  passedMs: number,
  now: Instant,
): readonly string[] {
  const count = services.length === 1 ? "1 service has" : `${services.length} services have`;
  const lines = [`Stopping services has taken ${seconds(passedMs)}: ${count} not stopped yet`];
  // Those that only wait are explained by those they wait for.
  const named = [
    ...services.filter(({ progress }) => progress.kind !== "waiting"),
    ...services.filter(({ progress }) => progress.kind === "waiting"),
  ].slice(0, MOST_NAMED);
  for (const { name, progress, usualMs } of named) {
    const usual = isOwnStop(progress) ? usualText(usualMs) : "";
    lines.push(`  ${name}: ${progressText(progress, now)}${usual}`);
  }
  const left = services.length - named.length;
  if (left > 0) lines.push(`  and ${left} more`);
  return lines;
}

/** Whether it is at what its usual time was measured of. */
function isOwnStop({ kind }: StopProgress): boolean {
  return kind === "ending" || kind === "stop-command";
}

function usualText(usualMs: number | undefined): string {
  return usualMs === undefined ? "" : `; it usually takes ${seconds(usualMs)}`;
}

function progressText(progress: StopProgress, now: Instant): string {
  switch (progress.kind) {
    case "starting":
      return `is still starting${processText(progress.pid)}; ${
        limitText(progress.limit, "SIGINT", now)
      }`;
    case "interrupted":
      return `its start was interrupted${processText(progress.pid)}; ` +
        limitText(progress.limit, "SIGKILL", now);
    case "launching":
      return `is still being launched${processText(progress.pid)}; ${
        limitText(progress.limit, "SIGKILL", now)
      }`;
    case "ending":
      return `was told to end${processText(progress.pid)}; ${
        limitText(progress.limit, "SIGKILL", now)
      }`;
    case "stop-command":
      return `its stop command runs${processText(progress.pid)}; ` +
        limitText(progress.limit, "SIGKILL", now);
    case "cleaning-up":
      return `a command after its stop runs${processText(progress.pid)}; ` +
        limitText(progress.limit, "SIGKILL", now);
    case "waiting":
      return progress.for.length === 0 ? "waits" : `waits for ${namesText(progress.for)}`;
  }
}

function processText(pid: number): string {
  return pid === 0 ? "" : ` (process ${pid})`;
}

function limitText(limit: StopLimit, signal: string, now: Instant): string {
  switch (limit.kind) {
    case "due":
      return `${signal} in ${seconds(Math.max(0, limit.at - now))}`;
    case "none":
      return "it has no time limit";
    case "passed":
      return "SIGKILL was sent and has not ended it";
  }
}

function namesText(names: readonly ServiceName[]): string {
  const named = names.slice(0, MOST_AWAITED).join(", ");
  const left = names.length - MOST_AWAITED;
  return left > 0 ? `${named} and ${left} more` : named;
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 1000)} s`;
}
