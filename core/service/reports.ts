/**
 * What is reported about a service's processes, and the rule that each report leads to.
 *
 * Reports may come in any order that processes can bring about: the end before the exec report, a byte
 * of readiness before either. Reports about what is gone are ignored.
 */
import type { Event, PidFileReading, ProcessRole } from "../event.ts";
import { type ExitStatus, unreachable } from "../types.ts";
import {
  daemonEnded,
  launcherEnded,
  launcherExecuted,
  launcherNotExecuted,
} from "./background_service.ts";
import { execFailureText } from "./exec_failure.ts";
import { announcesEnd, extendTimeout, mainPidChanged, watchdogExpired } from "./notify_rules.ts";
import { cannotListen, demanded, isListening } from "./on_demand.ts";
import { launchDeferred, processSpawned, recoveryFailed } from "./process.ts";
import {
  processEnded,
  processExecuted,
  processIsReady,
  processNotExecuted,
  readinessClosed,
} from "./process_service.ts";
import { stopCommandEnded, stopCommandFailed, stoppingProcessGone } from "./process_stop.ts";
import { clearProcess, type ServiceRecord } from "./record.ts";
import {
  scriptNotExecuted,
  startScriptEnded,
  stopScriptEnded,
  stopScriptNotExecuted,
} from "./scripted_service.ts";
import { failLaunch } from "./starting.ts";
import { allKilled, stopped } from "./stopping.ts";
import type { Work } from "./work.ts";
/** Events that concern one service. */
export type ServiceReport = Extract<Event, { readonly service: unknown }>;

/** Leads a report about a service to the rule for it. Reports about what is gone are ignored. */
export function report(work: Work, service: ServiceRecord, event: ServiceReport): void {
  switch (event.kind) {
    case "spawned":
      processSpawned(work, service, event.role, event.pid);
      return;
    case "launch-deferred":
      launchDeferred(service, event.role);
      return;
    case "spawn-failed":
      if (event.role === "start") startNotSpawned(work, service, event.why);
      else stopNotSpawned(work, service, event.why);
      return;
    case "exec-succeeded":
      if (event.role === "start") startExecuted(work, service);
      else stopExecuted(work, service);
      return;
    case "exec-failed":
      service.execFailure = { stage: event.stage, errno: event.errno };
      if (event.role === "start") startNotExecuted(work, service, event);
      else stopNotExecuted(work, service, event);
      return;
    case "exited":
      if (event.role === "start") mainEnded(work, service, event.status, event.pidFile);
      else stopperEnded(work, service, event.status);
      return;
    case "ready":
      // A byte can only come from a program that was executed.
      if (service.main.phase === "launching") service.main.phase = "running";
      if (service.main.phase === "running") processIsReady(work, service);
      return;
    case "readiness-closed":
      if (service.main.phase !== "none") readinessClosed(work, service);
      return;
    case "stopping":
      announcesEnd(work, service);
      return;
    case "main-pid":
      mainPidChanged(service, event.pid);
      return;
    case "extend-timeout":
      extendTimeout(work, service, event.timeoutMs);
      return;
    case "watchdog-expired":
      watchdogExpired(work, service);
      return;
    case "listening":
      isListening(work, service);
      return;
    case "listen-failed":
      cannotListen(work, service, event);
      return;
    case "demand":
      demanded(work, service, event);
      return;
    case "all-killed":
      allKilled(work, service);
      return;
    default:
      unreachable(event);
  }
}

function startNotSpawned(work: Work, service: ServiceRecord, why: string): void {
  if (service.main.phase !== "launching") return;
  work.log(service, "error", `Cannot launch a process: ${why}`);
  clearProcess(service.main);
  if (service.stopper.phase === "none") work.disarm(service);
  switch (service.state) {
    case "starting":
      failLaunch(work, service);
      return;
    case "started":
      recoveryFailed(work, service);
      return;
    case "stopping":
      if (service.description.type === "scripted") stopped(work, service);
      else stoppingProcessGone(work, service);
      return;
    case "stopped":
      return;
  }
}

function stopNotSpawned(work: Work, service: ServiceRecord, why: string): void {
  if (service.stopper.phase !== "launching") return;
  work.log(service, "error", `Cannot launch the stop command: ${why}`);
  if (service.description.type === "scripted") {
    stopScriptNotExecuted(work, service);
    return;
  }
  const { termSignal } = service.description;
  stopCommandFailed(work, service, termSignal === "none" ? "KILL" : termSignal);
}

function startExecuted(work: Work, service: ServiceRecord): void {
  const { main } = service;
  const hasEnded = main.phase === "ended";
  if (main.phase !== "launching" && !hasEnded) return;
  const { endStatus, endPidFile } = main;
  main.phase = "running";
  // One that is ended and stopping needs no signal any more.
  if (!hasEnded || service.state !== "stopping") executed(work, service);
  if (hasEnded) mainEnded(work, service, endStatus, endPidFile);
}

function executed(work: Work, service: ServiceRecord): void {
  if (service.description.type === "process") processExecuted(work, service);
  if (service.description.type === "bgprocess") launcherExecuted(work, service);
}

function stopExecuted(work: Work, service: ServiceRecord): void {
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

function logExecFailure(
  work: Work,
  service: ServiceRecord,
  role: ProcessRole,
  { stage, errno, why }: ExecFailure,
): void {
  const failure = { stage, errno, error: work.system.errnoText(errno) };
  work.log(service, "error", why ?? execFailureText(service.description, role, failure));
}

function startNotExecuted(
  work: Work,
  service: ServiceRecord,
  failure: ExecFailure,
): void {
  if (service.main.phase !== "launching" && service.main.phase !== "ended") return;
  logExecFailure(work, service, "start", failure);
  switch (service.description.type) {
    case "process":
      processNotExecuted(work, service);
      return;
    case "bgprocess":
      launcherNotExecuted(work, service);
      return;
    default:
      scriptNotExecuted(work, service);
  }
}

function stopNotExecuted(
  work: Work,
  service: ServiceRecord,
  failure: ExecFailure,
): void {
  if (service.stopper.phase !== "launching" && service.stopper.phase !== "ended") return;
  logExecFailure(work, service, "stop", failure);
  if (service.description.type === "scripted") stopScriptNotExecuted(work, service);
  else stopCommandFailed(work, service, service.description.termSignal);
}

function mainEnded(
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
      daemonEnded(work, service, status);
      return;
    case "running":
      break;
  }
  switch (service.description.type) {
    case "process":
      processEnded(work, service, status);
      return;
    case "bgprocess":
      launcherEnded(work, service, status, pidFile);
      return;
    default:
      startScriptEnded(work, service, status);
  }
}

function stopperEnded(work: Work, service: ServiceRecord, status: ExitStatus): void {
  const { stopper } = service;
  if (stopper.phase === "none" || stopper.phase === "ended") return;
  if (stopper.phase === "launching") {
    stopper.phase = "ended";
    stopper.endStatus = status;
    return;
  }
  if (service.description.type === "scripted") stopScriptEnded(work, service, status);
  else stopCommandEnded(work, service, status);
}
