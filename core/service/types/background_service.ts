/**
 * Type bgprocess: a launcher that leaves a daemon behind, whose pid it writes to a file, or which
 * is found among what it left. Started when the launcher has exited with status 0 and there is a
 * living process.
 */
import type { PidFileReading } from "../../event.ts";
import type { ExitStatus } from "../../types.ts";
import { fail } from "../failing.ts";
import { watchLiveness } from "../health.ts";
import {
  bringDownProcess,
  processEnded,
  recordEnd,
  recoveryFailed,
  stoppingProcessGone,
} from "./process.ts";
import { isSuccess } from "./process_end.ts";
import type { ServiceRecord } from "../record/record.ts";
import { started } from "../starting.ts";
import { isWaitingForDependents } from "../record/terms.ts";
import type { Work } from "../effects/work.ts";

export function launcherExecuted(work: Work, service: ServiceRecord): void {
  if (service.phase === "stop-due") bringDownProcess(work, service);
}

/** The launcher could not be executed. */
export function launcherNotExecuted(work: Work, service: ServiceRecord): void {
  if (service.state === "started") {
    recoveryFailed(work, service);
  } else if (service.isRecovering || isWaitingForDependents(service)) {
    stoppingProcessGone(work, service);
  } else {
    service.reason = "exec-failed";
    work.enter(service, "stopping", "stop-due");
    fail(work, service, "then-stopped");
  }
}

export function launcherEnded(
  work: Work,
  service: ServiceRecord,
  status: ExitStatus,
  pidFile: PidFileReading | undefined,
): void {
  recordEnd(work, service, status, "Launcher");
  const found = findDaemon(work, service, status, pidFile);
  switch (service.state) {
    case "starting":
      if (found === "no-daemon") {
        service.reason = "failed";
        fail(work, service, "then-stopped");
        return;
      }
      started(work, service);
      break;
    case "started":
      service.isRecovering = false;
      if (found === "no-daemon") recoveryFailed(work, service);
      else watchLiveness(work, service);
      break;
    case "stopping":
      stoppingLauncherEnded(work, service, found);
      break;
    case "stopped":
      return;
  }
  if (pidFile?.kind === "ended" && found === "ended") processEnded(work, service, pidFile.status);
}

/**
 * What was taken for the daemon has ended well and left another process, which takes its place: a
 * launcher that divides twice ends before its child does.
 */
export function daemonHandedOver(
  work: Work,
  service: ServiceRecord,
  successor: Extract<PidFileReading, { readonly kind: "running" }>,
): void {
  service.main.pid = successor.pid;
  service.main.isTracked = successor.tracked;
  work.log(service, "info", `Process ${successor.pid} goes on as the daemon`);
}

function stoppingLauncherEnded(
  work: Work,
  service: ServiceRecord,
  found: "running" | "ended" | "no-daemon",
): void {
  service.isRecovering = false;
  if (found === "ended") return;
  if (found === "no-daemon") {
    stoppingProcessGone(work, service);
    return;
  }
  // The launcher was told to stop but did its work first: now the daemon is to be stopped.
  if (isWaitingForDependents(service)) return;
  work.enter(service, "stopping", "stop-due");
  bringDownProcess(work, service);
}

/** Takes the daemon over, if the launcher left one. */
function findDaemon(
  work: Work,
  service: ServiceRecord,
  status: ExitStatus,
  pidFile: PidFileReading | undefined,
): "running" | "ended" | "no-daemon" {
  if (!isSuccess(status)) return "no-daemon";
  switch (pidFile?.kind) {
    case "running":
      service.main.phase = "daemon";
      service.main.pid = pidFile.pid;
      service.main.isTracked = pidFile.tracked;
      if (pidFile.isStranger || !pidFile.tracked) {
        const what = pidFile.tracked
          ? "its exit status may stay unknown"
          : "its end goes unnoticed";
        work.log(service, "warn", `Process ${pidFile.pid} of the pid file is no child; ${what}`);
      }
      return "running";
    case "ended":
      return "ended";
    case "invalid":
      work.log(service, "error", `Cannot find the daemon: ${pidFile.why}`);
      return "no-daemon";
    case undefined:
      work.log(service, "error", "Cannot find the daemon: nobody looked for it");
      return "no-daemon";
  }
}
