/**
 * Signals to a service's processes, and the time limits that make them be sent: of a start, of a
 * stop, and of a start that is broken off.
 */
import type { ProcessRole } from "../../event.ts";
import type { Pid, SentSignal } from "../../types.ts";
import { checkTimedOut } from "../checking.ts";
import { fail } from "../failing.ts";
import { recoveryFailed } from "./process.ts";
import type { ServiceRecord } from "../record/record.ts";
import type { InterruptResult } from "./type_rules.ts";
import type { Work } from "../effects/work.ts";

/** Starts the stop timeout, in place of whatever was timed. */
export function armStop(work: Work, service: ServiceRecord): void {
  const { stopTimeoutMs } = service.description;
  if (stopTimeoutMs > 0) work.arm(service, "stop", stopTimeoutMs);
  else work.disarm(service);
}

/** The child exists. Sends what could not be sent while its pid was not known. */
export function processSpawned(
  work: Work,
  service: ServiceRecord,
  role: ProcessRole,
  pid: Pid,
): void {
  const process = role === "start" ? service.main : service.stopper;
  if (process.phase !== "launching") return;
  process.pid = pid;
  const signal = process.signalOnSpawn;
  if (signal === undefined) return;
  process.signalOnSpawn = undefined;
  sendSignal(work, service, role, signal);
}

/** Another child will be made: what is to be signalled meanwhile is kept for that. */
export function launchDeferred(service: ServiceRecord, role: ProcessRole): void {
  const process = role === "start" ? service.main : service.stopper;
  if (process.phase === "launching") process.pid = 0;
}

/**
 * To the process group, or with option signal-process-only to the process. Nothing when it is gone.
 */
export function sendSignal(
  work: Work,
  service: ServiceRecord,
  role: ProcessRole,
  signal: SentSignal,
): void {
  const process = role === "start" ? service.main : service.stopper;
  if (process.phase === "none" || process.phase === "ended") return;
  if (process.pid === 0) {
    if (process.signalOnSpawn !== "KILL") process.signalOnSpawn = signal;
    return;
  }
  const target = service.description.options.signalProcessOnly ? "process" : "group";
  work.emit({ kind: "signal", service: service.id, role, pid: process.pid, signal, target });
}

/** INTERRUPT of a process type: ends a relaunch delay, or asks the process to end. */
export function interruptProcess(work: Work, service: ServiceRecord): InterruptResult {
  if (service.main.phase === "none") {
    // A relaunch delay, or sockets that are being opened.
    work.disarm(service);
    return "ended";
  }
  const { startInterruptible } = service.description.options;
  if (!startInterruptible && !isStuckLaunch(work, service)) return "not-interruptible";
  work.log(service, "warn", "Start cancelled; sending SIGINT");
  breakOff(work, service);
  return "ending";
}

/** After that the child is stopped, or its program lies on a file system that does not answer. */
const STUCK_LAUNCH_MS = 1000;

/** The child has not executed its program, and is not about to: nothing is lost by ending it. */
function isStuckLaunch(work: Work, { main, lastLaunch }: ServiceRecord): boolean {
  return main.phase === "launching" && main.pid !== 0 && lastLaunch !== undefined &&
    work.now - lastLaunch >= STUCK_LAUNCH_MS;
}

function breakOff(work: Work, service: ServiceRecord): void {
  sendSignal(work, service, service.side === undefined ? "start" : "stop", "INT");
  armStop(work, service);
  work.enter(service, "stopping", "interrupted");
}

/** The stop has taken too long. */
export function stopTimedOut(work: Work, service: ServiceRecord): void {
  const seconds = service.description.stopTimeoutMs / 1000;
  work.log(service, "warn", `Stop timed out after ${seconds} s; sending SIGKILL`);
  service.hasGoneWrong = true;
  sendSignal(work, service, "start", "KILL");
  sendSignal(work, service, "stop", "KILL");
}

/** The start, or the recovery, has taken too long. */
export function startTimedOut(work: Work, service: ServiceRecord): void {
  if (service.phase === "checking") return checkTimedOut(work, service);
  const seconds = service.description.startTimeoutMs / 1000;
  if (service.state !== "starting") {
    work.log(service, "warn", `Recovery timed out after ${seconds} s; stopping the service`);
    recoveryFailed(work, service, "timed-out");
    return;
  }
  work.log(service, "warn", `Start timed out after ${seconds} s; sending SIGINT`);
  breakOff(work, service);
  service.reason = "timed-out";
  fail(work, service, "only");
}
