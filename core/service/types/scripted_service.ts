/**
 * Type scripted: a start command that runs to its end, and perhaps a stop command.
 */
import type { ExitStatus } from "../../types.ts";
import { stopBegins } from "../durations.ts";
import { fail } from "../failing.ts";
import { recordEnd } from "./process.ts";
import { isGoodEnd, isSuccess, logEnd } from "./process_end.ts";
import { clearProcess, type ServiceRecord } from "../record/record.ts";
import { started } from "../starting.ts";
import { launchStopCommand } from "./stop_command.ts";
import { stopped } from "../stopping.ts";
import type { Work } from "../effects/work.ts";

/** SIGINT has this number everywhere. Source: POSIX, kill utility. */
const SIGINT = 2;

/** It runs: that is not enough, it has to end well. */
export function scriptExecuted(): void {}

/** The start command could not be executed. */
export function scriptNotExecuted(work: Work, service: ServiceRecord): void {
  if (service.state === "stopping") {
    stopped(work, service);
    return;
  }
  service.reason = "exec-failed";
  fail(work, service, "then-stopped");
}

export function startScriptEnded(work: Work, service: ServiceRecord, status: ExitStatus): void {
  recordEnd(work, service, status, "Start command");
  if (service.state === "stopping") {
    interruptedScriptEnded(work, service, status);
    return;
  }
  if (isGoodEnd(work, service, status)) {
    started(work, service);
    return;
  }
  const { skippable } = service.description.options;
  if (skippable && status.kind === "signalled" && status.signal === SIGINT) {
    service.isStartSkipped = true;
    started(work, service);
    return;
  }
  service.reason = "failed";
  fail(work, service, "then-stopped");
}

/** A script that said no by its status has cleaned up; any other end calls for the stop command. */
function interruptedScriptEnded(work: Work, service: ServiceRecord, status: ExitStatus): void {
  const isDone = isGoodEnd(work, service, status);
  if (status.kind === "exited" && !isDone) stopped(work, service);
  else bringDownScripted(work, service);
}

export function bringDownScripted(work: Work, service: ServiceRecord): void {
  if (service.main.phase !== "none" || service.stopper.phase !== "none") return;
  const { stopCommand, killTree } = service.description;
  // To end what the start command left is a stop command, too.
  if (stopCommand.length === 0 && !killTree) {
    stopped(work, service);
    return;
  }
  work.enter(service, "stopping", "coming-down");
  stopBegins(work, service);
  launchStopCommand(work, service);
}

/** The stop command could not be made or executed: the service is stopped without it. */
export function stopScriptNotExecuted(work: Work, service: ServiceRecord): void {
  clearProcess(service.stopper);
  service.hasGoneWrong = true;
  stopped(work, service);
}

export function stopScriptEnded(work: Work, service: ServiceRecord, status: ExitStatus): void {
  clearProcess(service.stopper);
  service.exit = status;
  service.history.lastEndAt = work.now;
  if (!isSuccess(status)) service.hasGoneWrong = true;
  logEnd(work, service, "warn", status, "Stop command");
  stopped(work, service);
}
