/**
 * The stop command of services with processes, and what comes of it. That of a scripted service is
 * its own stop; that of a process or bgprocess has to make the process end.
 */
import type { ExitStatus, SignalName } from "../../types.ts";
import { isSuccess, logEnd } from "./process_end.ts";
import { clearProcess, type ServiceRecord } from "../record/record.ts";
import { stopCommandSpawn } from "./spawning.ts";
import { stopped } from "../stopping.ts";
import { armStop, sendSignal } from "./time_limits.ts";
import type { Work } from "../effects/work.ts";

/** Launches the stop command; the stop timeout runs from here. */
export function launchStopCommand(work: Work, service: ServiceRecord): void {
  service.stopper.phase = "launching";
  work.emit(stopCommandSpawn(service));
  armStop(work, service);
}

/**
 * The end of a daemon that is not our child will not be reported: having signalled it must do,
 * unless with kill-tree somebody looks for it, under the stop timeout.
 */
export function finishUntracked(work: Work, service: ServiceRecord): void {
  if (service.main.isTracked || service.stopper.phase !== "none") return;
  const { main, description } = service;
  if (description.killTree && main.pid !== 0) {
    work.emit({ kind: "end-tree", service: service.id, daemon: main.pid });
    return;
  }
  clearProcess(service.main);
  stopped(work, service);
}

/**
 * The stop command of a process or bgprocess could not be run: the process gets a signal instead.
 */
export function stopCommandFailed(
  work: Work,
  service: ServiceRecord,
  signal: SignalName | "none",
): void {
  clearProcess(service.stopper);
  service.hasGoneWrong = true;
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
  if (!isSuccess(status)) service.hasGoneWrong = true;
  logEnd(work, service, "error", status, "Stop command");
  if (service.main.phase === "none") stopped(work, service);
  else finishUntracked(work, service);
}
