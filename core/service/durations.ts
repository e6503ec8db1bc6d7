/**
 * How long a service's own starts and stops usually take: for those who want to know before they
 * order one.
 */
import type { ServiceRecord } from "./record/record.ts";
import { durationNumber, durationOf } from "./record/usual_duration.ts";
import type { Work } from "./effects/work.ts";

/** What the newest one counts for; so the last few decide. */
const NEWEST = 1 / 4;

/** The service is up: from the launch of its process on this was its own start. */
export function noteStart(work: Work, service: ServiceRecord): void {
  if (service.phase !== "coming-up" || service.lastLaunch === undefined) return;
  // "Started" means that its sockets are open; the last launch was another matter.
  if (service.description.startsOnDemand) return;
  const { history } = service;
  history.usualStartMs = mean(history.usualStartMs, work.now - service.lastLaunch);
}

/** Its process is told to end, or its stop command launched. */
export function stopBegins(work: Work, service: ServiceRecord): void {
  const { history } = service;
  history.stopWaitMs = kept(work.now - (history.stateSince ?? work.now));
}

/** It is down. One that had nothing to end does not count. */
export function noteStop(work: Work, service: ServiceRecord): void {
  const { history } = service;
  const { stateSince, stopWaitMs } = history;
  if (stopWaitMs === undefined || stateSince === undefined) return;
  history.usualStopMs = mean(history.usualStopMs, work.now - stateSince - stopWaitMs);
  history.stopWaitMs = undefined;
}

function mean(before: number | undefined, newest: number): number | undefined {
  return kept(before === undefined ? newest : before + (newest - before) * NEWEST);
}

/** As precise as records keep it. */
function kept(milliseconds: number): number | undefined {
  return durationOf(durationNumber(milliseconds));
}
