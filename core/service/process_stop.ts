/**
 * The own stop of services with processes: the stop command or the term signal, and what ends it.
 */
import type { ExitStatus, SignalName } from "../types.ts";
import { commitStop } from "./dependents.ts";
import { armStop, isSuccess, logEnd, sendSignal } from "./process.ts";
import { clearProcess, type ServiceRecord } from "./record.ts";
import { stopped } from "./stopping.ts";
import type { Work } from "./work.ts";

/** Launches the stop command; the stop timeout runs from here. */
export function launchStopCommand(work: Work, service: ServiceRecord): void {
  service.stopper.phase = "launching";
  work.emit({
    kind: "spawn",
    service: service.id,
    role: "stop",
    onConsole: false,
    watchReadiness: false,
  });
  armStop(work, service);
}

/** A stopping process or bgprocess has no process any more. */
export function stoppingProcessGone(work: Work, service: ServiceRecord): void {
  service.isRecovering = false;
  if (service.isWaiting) {
    service.isStanding = false;
    commitStop(service);
    return;
  }
  if (service.stopper.phase === "none") stopped(work, service);
}

/** BRING-DOWN of process and bgprocess. */
export function bringDownProcess(work: Work, service: ServiceRecord): void {
  const { main, stopper, description } = service;
  if (service.isStopIssued || stopper.phase !== "none") return;
  if (main.phase === "launching" || main.phase === "ended") {
    // The exec report is due; what comes of it leads here again. A child that never gets so far is killed.
    armStop(work, service);
    return;
  }
  if (main.phase === "none") {
    work.disarm(service);
    stopped(work, service);
    return;
  }
  service.isStopIssued = true;
  if (description.stopCommand.length > 0) {
    launchStopCommand(work, service);
    return;
  }
  if (description.termSignal !== "none") {
    sendSignal(work, service, "start", description.termSignal);
  }
  armStop(work, service);
  finishUntracked(work, service);
}

/**
 * The end of a daemon that is not our child will not be reported: having signalled it must do, unless with kill-tree
 * somebody looks for it, under the stop timeout.
 */
function finishUntracked(work: Work, service: ServiceRecord): void {
  if (service.main.isTracked || service.stopper.phase !== "none") return;
  const { main, description } = service;
  if (description.killTree && main.pid !== 0) {
    work.emit({ kind: "end-tree", service: service.id, daemon: main.pid });
    return;
  }
  clearProcess(service.main);
  stopped(work, service);
}

/** The stop command of a process or bgprocess could not be run: the process gets a signal instead. */
export function stopCommandFailed(
  work: Work,
  service: ServiceRecord,
  signal: SignalName | "none",
): void {
  clearProcess(service.stopper);
  service.hasFailed = true;
  if (service.main.phase === "none") {
    stopped(work, service);
    return;
  }
  if (signal !== "none") sendSignal(work, service, "start", signal);
  finishUntracked(work, service);
}

/** The stop command of a process or bgprocess has ended. */
export function stopCommandEnded(work: Work, service: ServiceRecord, status: ExitStatus): void {
  clearProcess(service.stopper);
  if (!isSuccess(status)) service.hasFailed = true;
  logEnd(work, service, "error", status, "Stop command");
  if (service.main.phase === "none") stopped(work, service);
  else finishUntracked(work, service);
}
