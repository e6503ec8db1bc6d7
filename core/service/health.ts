/**
 * What probes of a service come to (`[readiness]`, `[liveness]`): it counts as started once it
 * answers, and is ended when it does not answer any more.
 *
 * How often it is asked, and how many answers make a verdict, is decided in `core/health/`; here
 * only verdicts arrive. Probes go on while the process runs: they are asked for when there is one,
 * and taken back at its end.
 */
import type { Event } from "../event.ts";
import { bringDownProcess, recoveryFailed } from "./types/process.ts";
import { mainIsReady } from "./types/process_reports.ts";
import { armStop, sendSignal } from "./types/time_limits.ts";
import { fail } from "./failing.ts";
import type { ServiceRecord } from "./record/record.ts";
import type { Work } from "./effects/work.ts";

/** Its process runs, and is to be asked whether it is up. */
export function awaitReadiness(work: Work, service: ServiceRecord): void {
  work.emit({ kind: "probe", service: service.id, purpose: "readiness" });
}

/** It is up: from now on it is asked whether it still is. */
export function watchLiveness(work: Work, service: ServiceRecord): void {
  if (!isWatched(service)) return;
  forgetHealth(work, service);
  work.emit({ kind: "probe", service: service.id, purpose: "liveness" });
}

/** Whether there is something that can be asked. */
function isWatched({ description, main, isSetAside, unmetCondition }: ServiceRecord): boolean {
  return description.liveness !== undefined && !isSetAside && unmetCondition === undefined &&
    (main.phase === "running" || main.phase === "daemon");
}

/** There is no process to ask any more. */
export function endProbes(work: Work, service: ServiceRecord): void {
  const { readiness, liveness } = service.description;
  forgetHealth(work, service);
  if (readiness === undefined && liveness === undefined) return;
  work.emit({ kind: "end-probes", service: service.id });
}

function forgetHealth(work: Work, service: ServiceRecord): void {
  if (service.health === undefined) return;
  work.changes.note(service);
  service.health = undefined;
  work.emit({ kind: "notify-health", service: service.id, state: "unknown", why: "" });
}

/** What is to be asked of it, for a manager that goes on where another was. */
export function probeDue(
  service: Readonly<ServiceRecord>,
): "readiness" | "liveness" | undefined {
  const { description, phase, main, isRecovering } = service;
  const isUp = phase === "started" || phase === "up-waiting-for-dependents";
  if (main.phase === "running" && description.readiness !== undefined && service.awaitsReadiness) {
    if (phase === "coming-up" || (isUp && isRecovering)) return "readiness";
  }
  return isUp && !isRecovering && isWatched(service) ? "liveness" : undefined;
}

type Probed = Extract<Event, { readonly kind: "probed" }>;

/** A verdict. Those about an earlier process are none. */
export function probed(work: Work, service: ServiceRecord, { purpose, isGood, why }: Probed): void {
  if (purpose === "liveness") livenessJudged(work, service, isGood, why);
  else if (isGood) mainIsReady(work, service);
  else notReady(work, service, why);
}

/** It has not become ready often enough for the start, or the recovery, to have failed. */
function notReady(work: Work, service: ServiceRecord, why: string): void {
  if (!service.awaitsReadiness || service.main.phase !== "running") return;
  if (service.phase === "coming-up") {
    work.log(service, "error", `Has not become ready: ${why}`);
    service.reason = "failed";
    work.disarm(service);
    work.enter(service, "stopping", "stop-due");
    fail(work, service, "only");
    bringDownProcess(work, service);
  } else if (service.isRecovering && service.state === "started") {
    work.log(service, "error", `Has not become ready in recovery: ${why}`);
    recoveryFailed(work, service);
  }
}

function livenessJudged(work: Work, service: ServiceRecord, isGood: boolean, why: string): void {
  const { liveness } = service.description;
  if (service.state !== "started" || liveness === undefined || !isWatched(service)) return;
  const was = service.health?.isGood;
  const wasBad = was === false;
  service.health = { isGood, since: work.now, why };
  if (was !== isGood) {
    const state = isGood ? "healthy" : "unhealthy";
    work.emit({ kind: "notify-health", service: service.id, state, why });
  }
  if (isGood) {
    if (wasBad) work.log(service, "info", "Answers its liveness probe again");
    return;
  }
  switch (liveness.action.kind) {
    case "mark":
      work.log(service, "error", `Is unhealthy: ${why}`);
      return;
    case "run":
      work.log(service, "error", `Is unhealthy: ${why}; running "${liveness.action.command[0]}"`);
      work.emit({ kind: "tell-unhealthy", service: service.id, why });
      return;
    case "restart":
      endUnhealthy(work, service, why);
  }
}

/** As a process that gives no sign of life: its end is a failure, however it comes about. */
function endUnhealthy(work: Work, service: ServiceRecord, why: string): void {
  const { termSignal } = service.description;
  const signal = termSignal === "none" ? "KILL" : termSignal;
  work.log(service, "error", `Is unhealthy: ${why}; sending SIG${signal}`);
  service.hasMissedWatchdog = true;
  sendSignal(work, service, "start", signal);
  armStop(work, service);
}
