/**
 * Commands before and after: `start-pre` before the own start of a service, `start-post` when that
 * is done and before the service is started, `stop-post` when everything of it has ended.
 *
 * They run one after the other, as the process of role "stop" of which a service has no other then.
 * One that fails ends the start (unless it may fail); the failure of one after the stop is only
 * told. Which is under way stands in the record, so that whoever goes on with it goes on there.
 *
 * A start that is not wanted any more is not broken off in the middle of a command, unless with
 * start-interruptible; the commands that would follow are not run.
 */
import type { SideCommand } from "../../description/contract/description.ts";
import type { ExitStatus, StopReason } from "../../types.ts";
import { noteStart } from "../durations.ts";
import { fail } from "../failing.ts";
import { isKeptUpByPin } from "../pinning.ts";
import { clearProcess, type ServiceRecord, type SideList } from "../record/record.ts";
import { remainingDelay } from "../restart_policy.ts";
import { bringUp, started } from "../starting.ts";
import { rulesOf } from "../step.ts";
import { beginStop, stopped } from "../stopping.ts";
import { isSuccess, logEnd } from "./process_end.ts";
import { stopCommandSpawn } from "./spawning.ts";
import { armStop, sendSignal } from "./time_limits.ts";
import type { InterruptResult } from "./type_rules.ts";
import type { Work } from "../effects/work.ts";

/** How such a command is called in the log. */
const WORDS: Readonly<Record<SideList, string>> = {
  startPre: "Command before the start",
  startPost: "Command after the start",
  stopPost: "Command after the stop",
};

/** The own start begins with commands. The restart delay comes before them. */
export function beginPreparing(work: Work, service: ServiceRecord): void {
  work.enter(service, "starting", "preparing");
  service.side = { list: "startPre", index: 0 };
  const delayMs = service.isAutoRestart ? remainingDelay(work, service) : 0;
  if (delayMs > 0) work.arm(service, "relaunch", delayMs);
  else launchSide(work, service);
}

/** The restart delay is over. */
export function delayedPreparation(work: Work, service: ServiceRecord): void {
  launchSide(work, service);
}

/** The own start is done: commands come before the service counts as started. */
export function beginFinishing(work: Work, service: ServiceRecord): void {
  noteStart(work, service);
  work.enter(service, "starting", "finishing");
  service.side = { list: "startPost", index: 0 };
  launchSide(work, service);
}

/**
 * Everything of the service has ended, and commands come before it counts as stopped.
 *
 * @returns Whether there are any.
 */
export function beginCleaningUp(work: Work, service: ServiceRecord): boolean {
  work.changes.note(service);
  service.needsCleaningUp = false;
  service.isRecovering = false;
  service.isCheckingRun = false;
  if (service.description.stopPost.length === 0 || service.isSetAside) return false;
  if (work.console.owner === service) work.console.release(work, service);
  work.enter(service, "stopping", "cleaning-up");
  service.side = { list: "stopPost", index: 0 };
  launchSide(work, service);
  return true;
}

/** The command that is under way, or was the last. */
function presentCommand({ description, side }: ServiceRecord): SideCommand | undefined {
  return side === undefined ? undefined : description[side.list][side.index];
}

function launchSide(work: Work, service: ServiceRecord): void {
  const { startTimeoutMs } = service.description;
  work.changes.note(service);
  service.stopper.phase = "launching";
  work.emit(stopCommandSpawn(service));
  if (service.side?.list === "stopPost") armStop(work, service);
  else if (startTimeoutMs > 0) work.arm(service, "start", startTimeoutMs);
}

/** INTERRUPT of a start that is at its commands. */
export function interruptSide(work: Work, service: ServiceRecord): InterruptResult {
  if (service.stopper.phase === "none") {
    // The restart delay, or the last command has just ended.
    work.disarm(service);
    service.side = undefined;
    return "ended";
  }
  if (!service.description.options.startInterruptible) return "not-interruptible";
  work.log(service, "warn", "Start cancelled; sending SIGINT");
  sendSignal(work, service, "stop", "INT");
  armStop(work, service);
  work.enter(service, "stopping", "interrupted");
  return "ending";
}

/** The service's process has ended while a command after the start runs: the start has failed. */
export function endedWhileFinishing(work: Work, service: ServiceRecord): void {
  work.enter(service, "stopping", "interrupted");
  fail(work, service, "only");
  sendSignal(work, service, "stop", "TERM");
  armStop(work, service);
}

/** The process of a command has ended. */
export function sideEnded(work: Work, service: ServiceRecord, status: ExitStatus): void {
  const list = service.side?.list;
  const command = presentCommand(service);
  clearProcess(service.stopper);
  if (list === undefined) return;
  const isGood = isSuccess(status);
  const mayFail = command?.mayFail === true || list === "stopPost";
  if (!isGood) {
    const program = command?.words[0] ?? "";
    logEnd(work, service, mayFail ? "warn" : "error", status, `${WORDS[list]} ("${program}")`);
    if (list === "stopPost" && command?.mayFail !== true) service.hasGoneWrong = true;
  }
  if (!isGood && !mayFail && service.state === "starting") {
    service.exit = status;
    service.history.lastEndAt = work.now;
  }
  goOn(work, service, isGood || mayFail ? undefined : "failed");
}

/** The process of a command could not be made, or did not come to its program; that was told. */
export function sideNotRun(
  work: Work,
  service: ServiceRecord,
  reason: "failed" | "exec-failed",
): void {
  const list = service.side?.list;
  const command = presentCommand(service);
  clearProcess(service.stopper);
  if (list === undefined) return;
  const mayFail = command?.mayFail === true || list === "stopPost";
  if (list === "stopPost" && command?.mayFail !== true) service.hasGoneWrong = true;
  if (!mayFail && service.state === "starting") service.exit = { kind: "none" };
  goOn(work, service, mayFail ? undefined : reason);
}

/** @param failure Why the start has failed; undefined: it goes on. */
function goOn(work: Work, service: ServiceRecord, failure: StopReason | undefined): void {
  switch (service.phase) {
    case "preparing":
    case "finishing":
      if (failure !== undefined) failStart(work, service, failure);
      else if (isUnwanted(service)) beginStop(work, service, false);
      else next(work, service);
      return;
    case "cleaning-up":
      next(work, service);
      return;
    default:
      broughtDown(work, service);
  }
}

/** It was to stop meanwhile, and nothing keeps it up. */
function isUnwanted(service: ServiceRecord): boolean {
  return (service.isForced || service.target === "stopped") && !isKeptUpByPin(service);
}

function next(work: Work, service: ServiceRecord): void {
  const { side, description } = service;
  if (side === undefined) return;
  const { list, index } = side;
  if (index + 1 < description[list].length) {
    service.side = { list, index: index + 1 };
    launchSide(work, service);
    return;
  }
  work.disarm(service);
  service.side = undefined;
  switch (service.phase) {
    case "preparing":
      bringUp(work, service);
      return;
    case "finishing":
      started(work, service);
      return;
    default:
      stopped(work, service);
  }
}

function failStart(work: Work, service: ServiceRecord, reason: StopReason): void {
  const isPreparing = service.phase === "preparing";
  service.reason = reason;
  service.side = undefined;
  work.disarm(service);
  work.enter(service, "stopping", "stop-due");
  if (isPreparing) {
    fail(work, service, "then-stopped");
    return;
  }
  fail(work, service, "only");
  rulesOf(service).bringDown(work, service);
}

/** The start was broken off, and its command has ended: what else of it runs is brought down. */
function broughtDown(work: Work, service: ServiceRecord): void {
  service.side = undefined;
  if (service.state !== "stopping") return;
  work.disarm(service);
  work.enter(service, "stopping", "stop-due");
  rulesOf(service).bringDown(work, service);
}
