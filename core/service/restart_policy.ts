/**
 * Whether a service that stops is started again by itself: the restart mode, and the limit.
 */
import { isAmong } from "../system/end_statuses.ts";
import { countRestart, restartDelay } from "./backoff.ts";
import type { ServiceRecord } from "./record/record.ts";
import { isSupervised } from "./record/terms.ts";
import type { Work } from "./effects/work.ts";

/**
 * What `restart` and the statuses beside it say, given how the process of this run ended.
 *
 * A service that is stopped while its process runs (because of a dependency) has not failed.
 */
export function wantsRestart(work: Work, service: ServiceRecord): boolean {
  const { restart, restartForceStatus } = service.description;
  const { runExit } = service;
  const { signals, deliberateSignals } = work.system;
  if (isRestartPrevented(work, service)) return false;
  if (isAmong(restartForceStatus, runExit, signals)) return true;
  switch (restart) {
    case "always":
      return true;
    case "never":
      return false;
    case "on-failure":
      break;
  }
  if (!isSupervised(service)) return false;
  if (service.hasMissedWatchdog) return true;
  if (isAmong(service.description.successStatus, runExit, signals)) return false;
  switch (runExit.kind) {
    case "none":
      return false;
    case "exited":
      return runExit.code !== 0;
    case "signalled":
      return !deliberateSignals.has(runExit.signal);
  }
}

/** Its process ended in a way after which it is never brought back; that is told. */
function isRestartPrevented(work: Work, service: ServiceRecord): boolean {
  const { restartPreventStatus } = service.description;
  if (!isAmong(restartPreventStatus, service.runExit, work.system.signals)) return false;
  // Asked again while it stops.
  if (service.state === "started") {
    const how = service.runExit.kind === "exited" ? "status" : "signal";
    work.log(service, "warn", `Not restarting: restart-prevent-status names the ${how} of its end`);
  }
  return true;
}

/**
 * Counts one automatic restart (or recovery) and says whether the limit allows it. At the limit it
 * has failed.
 *
 * Whatever restarts is limited: an internal service over a process that does not restart by itself,
 * and ends, starts that process again with itself. Only with a dependency that restarts by itself,
 * within its own limit, it may go along.
 */
export function allowsRestart(work: Work, service: ServiceRecord): boolean {
  work.changes.note(service);
  service.isRestartCounted = !goesAlong(service);
  const isAllowed = !service.isRestartCounted || isWithinLimit(work, service);
  service.history.isLimitReached = !isAllowed;
  if (isAllowed) {
    service.history.restarts++;
    countRestart(work.now, service);
  }
  return isAllowed;
}

/** Of supervised processes every restart counts, as upstream has it. */
function goesAlong(service: ServiceRecord): boolean {
  return service.isFollowing && !isSupervised(service);
}

function isWithinLimit(work: Work, service: ServiceRecord): boolean {
  const { restartLimitCount, restartLimitIntervalMs } = service.description;
  if (restartLimitCount === 0) return true;
  if (work.now - service.windowStart >= restartLimitIntervalMs) {
    service.windowStart = work.now;
    service.restartCount = 1;
    return true;
  }
  if (service.restartCount < restartLimitCount) {
    service.restartCount++;
    return true;
  }
  const seconds = restartLimitIntervalMs / 1000;
  const text = `Restart limit reached (${restartLimitCount} within ${seconds} s); not restarting`;
  work.log(service, "error", text);
  service.hasGoneWrong = true;
  // What has no process of its own that can end stops because of a dependency only; or it is down
  // already (chain-to).
  if (!isSupervised(service) && service.state !== "stopped") service.reason = "dependency-failed";
  return false;
}

/**
 * What is left of the restart delay, in milliseconds; 0 when the next launch is due. Of supervised
 * processes only.
 */
export function remainingDelay(work: Work, service: ServiceRecord): number {
  const { description, lastLaunch, name, restartsInRow } = service;
  if (!isSupervised(service) || lastLaunch === undefined) return 0;
  const delayMs = restartDelay(description, { name, lastLaunch, restartsInRow });
  return Math.max(0, delayMs - (work.now - lastLaunch));
}

/** A start that is no automatic restart: the history begins anew. */
export function beginHistory(work: Work, service: ServiceRecord): void {
  service.restartCount = 0;
  service.restartsInRow = 0;
  service.windowStart = work.now;
  service.history.restarts = 0;
  service.history.isLimitReached = false;
}

/** Whether an end of its process is mended without a change of state. */
export function recoversSmoothly(work: Work, service: ServiceRecord): boolean {
  if (!service.description.smoothRecovery) return false;
  if (isRestartPrevented(work, service)) {
    service.target = "stopped";
    return false;
  }
  if (allowsRestart(work, service)) return true;
  service.target = "stopped";
  return false;
}
