/**
 * What follows from a service's own word, beyond being ready: it is about to end, another process
 * is its main one now, it needs more time, or it has not been heard of for too long.
 */
import type { Pid } from "../types.ts";
import type { ServiceRecord } from "./record/record.ts";
import { armStop, sendSignal } from "./types/time_limits.ts";
import type { Work } from "./effects/work.ts";

/** The process has begun to end by itself; like a stop by order, that may take the stop timeout. */
export function announcesEnd(work: Work, service: ServiceRecord): void {
  if (service.state === "started" && service.main.phase === "running") armStop(work, service);
}

/** Another process of the service is to be signalled and waited for from now on. */
export function mainPidChanged(service: ServiceRecord, pid: Pid): void {
  if (service.main.phase === "running") service.main.pid = pid;
}

/** Whatever is timed now may take at least so long from now on; nothing becomes shorter. */
export function extendTimeout(work: Work, service: ServiceRecord, timeoutMs: number): void {
  const { timer } = service;
  if (timer !== "start" && timer !== "stop") return;
  if (work.now + timeoutMs > service.deadline) work.arm(service, timer, timeoutMs);
}

/**
 * No sign of life: the process is taken for hung. SIGABRT, so that it can leave a core dump; its
 * end is then handled like any other, only that it counts as a failure however it comes about.
 */
export function watchdogExpired(work: Work, service: ServiceRecord): void {
  const { state, main } = service;
  if ((state !== "started" && state !== "starting") || main.phase !== "running") return;
  work.log(service, "error", "No sign of life within watchdog-timeout; sending SIGABRT");
  service.hasMissedWatchdog = true;
  sendSignal(work, service, "start", "ABRT");
  // It may have set its own limit before it is ready; the start timeout, if there is one, goes on
  // then.
  if (state === "started" || service.timer === "none") armStop(work, service);
}
