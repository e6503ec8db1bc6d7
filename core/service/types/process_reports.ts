/**
 * What is reported about a service's processes, up to their ends: made or not, executed or not,
 * ready. The end of the main process is in `process.ts`.
 *
 * Here it is kept in mind what was reported already; what follows from a report is in the row of
 * the type.
 */
import type { Event, ProcessRole } from "../../event.ts";
import type { ExitStatus } from "../../types.ts";
import { execFailureText, type NamedCommand } from "./exec_failure.ts";
import { mainEnded, processMissing } from "./process.ts";
import { clearProcess, type ServiceRecord, type SideList } from "../record/record.ts";
import { failLaunch } from "../starting.ts";
import { rulesOf } from "../step.ts";
import { sideEnded, sideNotRun } from "./side_commands.ts";
import type { Work } from "../effects/work.ts";

/** The process of the start could not be made. */
export function mainNotSpawned(work: Work, service: ServiceRecord, why: string): void {
  if (service.main.phase !== "launching") return;
  work.log(service, "error", `Cannot launch a process: ${why}`);
  forgetMain(work, service);
  if (service.state === "starting") failLaunch(work, service);
  else processMissing(work, service);
}

/** The process of the stop command could not be made. */
export function stopperNotSpawned(work: Work, service: ServiceRecord, why: string): void {
  if (service.stopper.phase !== "launching") return;
  const { what } = commandOf(service, "stop");
  work.log(service, "error", `Cannot launch the ${what}: ${why}`);
  if (service.side !== undefined) {
    sideNotRun(work, service, "failed");
    return;
  }
  const { termSignal } = service.description;
  rulesOf(service).processes?.stopCommandFailed(
    work,
    service,
    termSignal === "none" ? "KILL" : termSignal,
  );
}

export function mainExecuted(work: Work, service: ServiceRecord): void {
  const { main } = service;
  const hasEnded = main.phase === "ended";
  if (main.phase !== "launching" && !hasEnded) return;
  const { endStatus, endPidFile } = main;
  main.phase = "running";
  // One that is ended and stopping needs no signal any more.
  if (!hasEnded || service.state !== "stopping") {
    rulesOf(service).processes?.executed(work, service);
  }
  if (hasEnded) mainEnded(work, service, endStatus, endPidFile);
}

export function stopperExecuted(work: Work, service: ServiceRecord): void {
  const { stopper } = service;
  if (stopper.phase === "launching") {
    stopper.phase = "running";
  } else if (stopper.phase === "ended") {
    const { endStatus } = stopper;
    stopper.phase = "running";
    stopperEnded(work, service, endStatus);
  }
}

/** Why a program could not be executed. */
type ExecFailure = Pick<
  Extract<Event, { readonly kind: "exec-failed" }>,
  "stage" | "errno" | "why"
>;

export function mainNotExecuted(work: Work, service: ServiceRecord, failure: ExecFailure): void {
  if (!keepExecFailure(work, service, "start", failure)) return;
  forgetMain(work, service);
  rulesOf(service).processes?.notExecuted(work, service);
}

export function stopperNotExecuted(work: Work, service: ServiceRecord, failure: ExecFailure): void {
  if (!keepExecFailure(work, service, "stop", failure)) return;
  if (service.side !== undefined) {
    sideNotRun(work, service, "exec-failed");
    return;
  }
  const { termSignal } = service.description;
  rulesOf(service).processes?.stopCommandFailed(work, service, termSignal);
}

/** @returns Whether the report was still due. */
function keepExecFailure(
  work: Work,
  service: ServiceRecord,
  role: ProcessRole,
  { stage, errno, why }: ExecFailure,
): boolean {
  service.execFailure = { stage, errno };
  const { phase } = role === "start" ? service.main : service.stopper;
  if (phase !== "launching" && phase !== "ended") return false;
  const failure = { stage, errno, error: work.system.errnoText(errno) };
  const command = commandOf(service, role);
  work.log(service, "error", why ?? execFailureText(service.description, command, failure));
  return true;
}

/** The command of a role, or the one before or after that is in its place. */
function commandOf(
  { description, side }: ServiceRecord,
  role: ProcessRole,
): NamedCommand {
  const { command, stopCommand } = description;
  if (role === "start") return { what: "command", words: command };
  if (side === undefined) return { what: "stop command", words: stopCommand };
  return { what: SIDE_WORDS[side.list], words: description[side.list][side.index]?.words ?? [] };
}

const SIDE_WORDS: Readonly<Record<SideList, string>> = {
  startPre: "command before the start",
  startPost: "command after the start",
  stopPost: "command after the stop",
};

/** There is no process to time; a stop command that runs stays under the stop timeout. */
function forgetMain(work: Work, service: ServiceRecord): void {
  clearProcess(service.main);
  if (service.stopper.phase === "none") work.disarm(service);
}

/** It says that it is up. */
export function mainIsReady(work: Work, service: ServiceRecord): void {
  // A byte can only come from a program that was executed.
  if (service.main.phase === "launching") service.main.phase = "running";
  if (service.main.phase === "running") rulesOf(service).processes?.readiness?.given(work, service);
}

/** It will not say any more that it is up. */
export function mainClosedReadiness(work: Work, service: ServiceRecord): void {
  if (service.main.phase !== "none") rulesOf(service).processes?.readiness?.closed(work, service);
}

export function stopperEnded(work: Work, service: ServiceRecord, status: ExitStatus): void {
  const { stopper } = service;
  if (stopper.phase === "none" || stopper.phase === "ended") return;
  if (stopper.phase === "launching") {
    stopper.phase = "ended";
    stopper.endStatus = status;
    return;
  }
  if (service.side !== undefined) sideEnded(work, service, status);
  else rulesOf(service).processes?.stopCommandEnded(work, service, status);
}
