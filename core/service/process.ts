/**
 * What the three process types share: launching, signals, the timer, and what an end leads to. The stop
 * of a process is in `process_stop.ts`.
 */
import type { ProcessRole } from "../event.ts";
import type { ExitStatus, Pid, SentSignal, StopReason } from "../types.ts";
import { forgetActivations } from "./activation_limit.ts";
import { commitStop } from "./dependents.ts";
import { fail } from "./failing.ts";
import { clearProcess, clearRunExit, type ServiceRecord } from "./record.ts";
import { beginHistory, remainingDelay } from "./restart_policy.ts";
import type { InterruptResult } from "./step.ts";
import { beginStop, force } from "./stopping.ts";
import type { Work } from "./work.ts";

/** BRING-UP: launches, at once or (automatic restart) when the restart delay has passed. */
export function bringUpProcess(work: Work, service: ServiceRecord): void {
  if (service.description.startsOnDemand) {
    if (!service.isAutoRestart) {
      beginHistory(work, service);
      forgetActivations(service);
    }
    work.emit({ kind: "listen", service: service.id });
    return;
  }
  if (service.isAutoRestart) {
    relaunch(work, service);
    return;
  }
  beginHistory(work, service);
  launch(work, service);
}

/** Launches again, not sooner than the restart delay after the last launch. */
export function relaunch(work: Work, service: ServiceRecord): void {
  const delayMs = remainingDelay(work, service);
  if (delayMs > 0) work.arm(service, "relaunch", delayMs);
  else launch(work, service);
}

/** A stop was cancelled: a recovery that came due meanwhile, and was left, is taken up. */
export function takeUpRecovery(work: Work, service: ServiceRecord): void {
  if (service.state !== "started" || !service.isRecovering) return;
  if (service.main.phase !== "none" || service.timer !== "none") return;
  relaunch(work, service);
}

function launch(work: Work, service: ServiceRecord): void {
  const { type, console, readyNotification, startTimeoutMs } = service.description;
  service.main.phase = "launching";
  service.lastLaunch = work.now;
  service.awaitsReadiness = type === "process" && readyNotification.kind !== "none";
  clearRunExit(service);
  work.emit({
    kind: "spawn",
    service: service.id,
    role: "start",
    onConsole: service.hasConsole || console === "shares",
    watchReadiness: service.awaitsReadiness,
  });
  if (startTimeoutMs > 0) work.arm(service, "start", startTimeoutMs);
}

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

/** To the process group, or with option signal-process-only to the process. Nothing when it is gone. */
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
  sendSignal(work, service, "start", "INT");
  service.isInterrupting = true;
  service.isWaiting = false;
  service.hasPassedGate = true;
  armStop(work, service);
  work.setState(service, "stopping");
}

/** The service's timer has fired; it is disarmed already. */
export function timerFired(
  work: Work,
  service: ServiceRecord,
  timer: "start" | "stop" | "relaunch",
): void {
  switch (timer) {
    case "relaunch":
      // A recovery that is due while the service waits to stop is left until that is cancelled.
      if (service.state !== "stopping") launch(work, service);
      return;
    case "stop":
      stopTimedOut(work, service);
      return;
    case "start":
      startTimedOut(work, service);
  }
}

function stopTimedOut(work: Work, service: ServiceRecord): void {
  const seconds = service.description.stopTimeoutMs / 1000;
  work.log(service, "warn", `Stop timed out after ${seconds} s; sending SIGKILL`);
  service.hasFailed = true;
  sendSignal(work, service, "start", "KILL");
  sendSignal(work, service, "stop", "KILL");
}

function startTimedOut(work: Work, service: ServiceRecord): void {
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

/** The main process has ended: nothing of it is left to time or to signal. */
export function recordEnd(
  work: Work,
  service: ServiceRecord,
  status: ExitStatus,
  what: string,
): void {
  clearProcess(service.main);
  // A stop command that still runs stays under the stop timeout.
  if (service.stopper.phase === "none") work.disarm(service);
  service.exit = status;
  service.runExit = status;
  service.history.lastEndAt = work.now;
  if (service.state !== "stopping") logEnd(work, service, "error", status, what);
}

/** Says how a process ended, unless that was as it should be. */
export function logEnd(
  work: Work,
  service: ServiceRecord,
  level: "warn" | "error",
  status: ExitStatus,
  what: string,
): void {
  if (status.kind === "exited" && status.code !== 0) {
    work.log(service, level, `${what} exited with status ${status.code}`);
  } else if (status.kind === "signalled") {
    work.log(service, level, `${what} was ended by ${signalText(status.signal)}`);
  } else if (status.kind === "none") {
    work.log(service, level, `${what} has ended; its exit status is unknown`);
  }
}

/** Numbers that all systems share. Source: POSIX, kill utility, "signal numbers 1 to 15". */
const SIGNAL_TEXT: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  6: "SIGABRT",
  9: "SIGKILL",
  14: "SIGALRM",
  15: "SIGTERM",
};

function signalText(signal: number): string {
  const name = SIGNAL_TEXT[signal];
  return name === undefined ? `signal ${signal}` : `${name} (${signal})`;
}

/** Exited with status 0. */
export function isSuccess(status: ExitStatus): boolean {
  return status.kind === "exited" && status.code === 0;
}

/** The process of a started service has ended, or could not be brought back, and is not to be recovered. */
export function unexpectedEnd(
  work: Work,
  service: ServiceRecord,
  reason: StopReason = "terminated",
): void {
  service.isRecovering = false;
  service.isFollowing = false;
  if (!isSuccess(service.runExit) || service.hasMissedWatchdog) service.hasFailed = true;
  service.reason = reason;
  service.isForced = true;
  beginStop(work, service, false);
}

/**
 * Smooth recovery did not work out: the service stops for good, its hard dependents first. One that is
 * on its way down already goes on, and nobody can cancel that any more.
 */
export function recoveryFailed(
  work: Work,
  service: ServiceRecord,
  reason: StopReason = "terminated",
): void {
  service.isRecovering = false;
  if (service.state === "stopping") {
    if (service.timer === "start") work.disarm(service);
    if (service.isWaiting) commitStop(service);
    return;
  }
  service.hasFailed = true;
  service.reason = reason;
  service.target = "stopped";
  service.isFollowing = false;
  work.disarm(service);
  force(work, service);
}
