/**
 * What the three process types share: bringing a process up and down, and what its end leads to. A
 * child's death to its restart is traced in `docs/design/0001-state-model.md`.
 */
import type { PidFileReading } from "../../event.ts";
import type { ExitStatus, StopReason } from "../../types.ts";
import { forgetActivations } from "./activation_limit.ts";
import { checkRun, isCheckedAtRuns } from "../checking.ts";
import { daemonHandedOver } from "./background_service.ts";
import { commitStop } from "../dependents.ts";
import { stopBegins } from "../durations.ts";
import { fail } from "../failing.ts";
import { endProbes } from "../health.ts";
import { demandServed, runIsOver } from "./on_demand.ts";
import { isGoodEnd, logMainEnd } from "./process_end.ts";
import { clearProcess, clearRunExit, type ServiceRecord } from "../record/record.ts";
import { beginHistory, recoversSmoothly, remainingDelay } from "../restart_policy.ts";
import { rulesOf } from "../step.ts";
import { delayedPreparation, endedWhileFinishing } from "./side_commands.ts";
import { spawnCommand } from "./spawning.ts";
import { finishUntracked, launchStopCommand } from "./stop_command.ts";
import { beginStop, force, stopped } from "../stopping.ts";
import { isWaitingForDependents } from "../record/terms.ts";
import { armStop, sendSignal, startTimedOut, stopTimedOut } from "./time_limits.ts";
import type { Work } from "../effects/work.ts";

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
  if (service.main.phase !== "none" || service.timer !== "none" || service.isCheckingRun) return;
  if (isCheckedAtRuns(service.description)) checkRun(work, service);
  else relaunch(work, service);
}

function launch(work: Work, service: ServiceRecord): void {
  const { readyNotification, readiness, startTimeoutMs } = service.description;
  const maySayReady = rulesOf(service).processes?.readiness !== undefined;
  service.main.phase = "launching";
  service.lastLaunch = work.now;
  service.awaitsReadiness = maySayReady &&
    (readyNotification.kind !== "none" || readiness !== undefined);
  clearRunExit(service);
  work.emit(spawnCommand(service, work.console.owner === service));
  if (startTimeoutMs > 0) work.arm(service, "start", startTimeoutMs);
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
      if (service.phase === "preparing") delayedPreparation(work, service);
      else if (service.state !== "stopping") launch(work, service);
      return;
    case "stop":
      stopTimedOut(work, service);
      return;
    case "start":
      startTimedOut(work, service);
  }
}

/** The main process has ended, or the daemon that it left. */
export function mainEnded(
  work: Work,
  service: ServiceRecord,
  status: ExitStatus,
  pidFile: PidFileReading | undefined,
): void {
  const { main } = service;
  switch (main.phase) {
    case "none":
    case "ended":
      return;
    case "launching":
      // The exec report decides first whether there was a start at all.
      main.phase = "ended";
      main.endStatus = status;
      main.endPidFile = pidFile;
      return;
    case "daemon":
      if (pidFile?.kind === "running" && service.state === "started") {
        daemonHandedOver(work, service, pidFile);
      } else processEnded(work, service, status);
      return;
    case "running":
      rulesOf(service).processes?.ended(work, service, status, pidFile);
  }
}

/** Nothing of a main process that has ended is left to time or to signal. */
export function recordEnd(
  work: Work,
  service: ServiceRecord,
  status: ExitStatus,
  what: string,
): void {
  clearProcess(service.main);
  endProbes(work, service);
  // A stop command that still runs stays under the stop timeout.
  if (service.stopper.phase === "none") work.disarm(service);
  service.exit = status;
  service.runExit = status;
  service.history.lastEndAt = work.now;
  if (service.state !== "stopping") logMainEnd(work, service, status, what);
}

/**
 * The supervised process has ended: that of a process, or the daemon of a bgprocess.
 *
 * Whether the service is still wanted is not asked before a recovery: it is started, so if it is
 * not wanted a pin keeps it up, and what a pin keeps up recovers.
 */
export function processEnded(work: Work, service: ServiceRecord, status: ExitStatus): void {
  recordEnd(work, service, status, "Process");
  switch (service.state) {
    case "starting":
      service.reason = "failed";
      if (service.phase === "finishing") endedWhileFinishing(work, service);
      else fail(work, service, "then-stopped");
      return;
    case "started":
      if (service.description.startsOnDemand) {
        demandServed(work, service, status);
      } else if (recoversSmoothly(work, service)) {
        service.isRecovering = true;
        relaunch(work, service);
      } else {
        unexpectedEnd(work, service);
      }
      return;
    case "stopping":
      stoppingProcessGone(work, service);
      return;
    case "stopped":
      return;
  }
}

/**
 * The process of a started service has ended, or could not be brought back, and is not to be
 * recovered.
 */
export function unexpectedEnd(
  work: Work,
  service: ServiceRecord,
  reason: StopReason = "terminated",
): void {
  service.isRecovering = false;
  service.isFollowing = false;
  const isGood = isGoodEnd(work, service, service.runExit) && !service.hasMissedWatchdog;
  if (!isGood) service.hasGoneWrong = true;
  service.reason = reason;
  service.isForced = true;
  beginStop(work, service, false);
}

/**
 * Smooth recovery did not work out: the service stops for good, its hard dependents first. One that
 * is on its way down already goes on, and nobody can cancel that any more.
 */
export function recoveryFailed(
  work: Work,
  service: ServiceRecord,
  reason: StopReason = "terminated",
): void {
  service.isRecovering = false;
  if (service.state === "stopping") {
    if (service.timer === "start") work.disarm(service);
    if (isWaitingForDependents(service)) commitStop(work, service);
    return;
  }
  service.hasGoneWrong = true;
  service.reason = reason;
  service.target = "stopped";
  service.isFollowing = false;
  work.disarm(service);
  force(work, service);
}

/** The process of a service that is up, or on its way down, did not come to run. */
export function processMissing(work: Work, service: ServiceRecord): void {
  if (service.state === "started") {
    if (service.description.timer === undefined) recoveryFailed(work, service);
    else runIsOver(work, service);
  } else if (service.state === "stopping") stoppingProcessGone(work, service);
}

/** A stopping process or bgprocess has no process any more. */
export function stoppingProcessGone(work: Work, service: ServiceRecord): void {
  service.isRecovering = false;
  if (isWaitingForDependents(service)) {
    work.enter(service, "stopping", "ended-waiting-for-dependents");
    commitStop(work, service);
    return;
  }
  if (service.stopper.phase === "none") stopped(work, service);
}

/** BRING-DOWN of process and bgprocess. */
export function bringDownProcess(work: Work, service: ServiceRecord): void {
  const { main, stopper, description } = service;
  if (service.phase === "coming-down" || stopper.phase !== "none") return;
  if (main.phase === "launching" || main.phase === "ended") {
    // The exec report is due; what comes of it leads here again. A child that never gets so far is
    // killed.
    armStop(work, service);
    return;
  }
  if (main.phase === "none") {
    work.disarm(service);
    stopped(work, service);
    return;
  }
  // A start that was broken off stays one, also when its program got to run after all.
  if (service.phase !== "interrupted") {
    work.enter(service, "stopping", "coming-down");
    stopBegins(work, service);
  }
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
