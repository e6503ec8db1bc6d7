/**
 * One service: the state model, and which rule an event leads to.
 *
 * State and target. A service is stopped, starting, started or stopping; its target, stopped or
 * started, is where it is meant to end up. Starting has two parts: waiting (for dependencies, then for
 * the console) and its own start (a process is launched). Stopping likewise: waiting for dependents,
 * then its own stop.
 *
 * Who wants it up. The holders: the mark ("start" was ordered by name) and the links of dependents.
 * The first holder starts the service, the last one to let go stops it. A link holds from the moment
 * the dependent leaves stopped until the dependent is let go itself, not until it is down: so a whole
 * tree is let go at once, and everything below goes to stopping and waits there, dependents first.
 *
 * Which wish wins. Pins first: they prevent a transition, never cause one. Then force: this stop must
 * be carried out, a start only makes the service come back afterwards. Then the target.
 *
 * Two phases. An order or event sets fields and `pending…` flags and puts services on two lists.
 * Propagation (who holds whom, everyone's target) is always worked off before one transition (the real
 * start or stop of one service) is tried. Otherwise a dependency would look wanted at the moment its
 * last dependent goes. Lists instead of recursion: the graph may be deep, the stack may not.
 *
 * What is waited for. A starting service waits on links: `waits` is set until the dependency is
 * started, or has failed and was soft. A stopping service waits while a hard dependent is in the way,
 * that is, while anything of it runs; so whatever is up stands on hard dependencies that are up.
 *
 * Where to look. The way up: `starting.ts`; the way down: `stopping.ts`; a failed start: `failing.ts`;
 * holders: `holding.ts`; pins: `pinning.ts`; automatic restart: `restart_policy.ts`; processes:
 * `process.ts` and a file for each type. `docs/design/0001-state-model.md` traces an example.
 */
import type { Event, PidFileReading } from "../event.ts";
import { type ExitStatus, unreachable } from "../types.ts";
import {
  daemonEnded,
  launcherEnded,
  launcherExecuted,
  launcherNotExecuted,
} from "./background_service.ts";
import { execFailureText } from "./exec_failure.ts";
import { bringUpTriggered } from "./internal_service.ts";
import {
  bringDownProcess,
  bringUpProcess,
  interruptProcess,
  processSpawned,
  recoveryFailed,
  stopCommandEnded,
  stopCommandFailed,
  stoppingProcessGone,
} from "./process.ts";
import {
  processEnded,
  processExecuted,
  processIsReady,
  processNotExecuted,
  readinessClosed,
} from "./process_service.ts";
import { clearProcess, type ServiceRecord } from "./record.ts";
import {
  bringDownScripted,
  scriptNotExecuted,
  startScriptEnded,
  stopScriptEnded,
  stopScriptNotExecuted,
} from "./scripted_service.ts";
import { failLaunch } from "./starting.ts";
import { allKilled } from "./stopping.ts";
import type { InterruptResult, Work } from "./work.ts";

/** BRING-UP: the service's own start. */
export function bringUp(work: Work, service: ServiceRecord): void {
  const { type } = service.description;
  switch (type) {
    case "process":
    case "bgprocess":
    case "scripted":
      bringUpProcess(work, service);
      return;
    case "internal":
      work.started(service);
      return;
    case "triggered":
      bringUpTriggered(work, service);
      return;
    default:
      unreachable(type);
  }
}

/** BRING-DOWN: the service's own stop. */
export function bringDown(work: Work, service: ServiceRecord): void {
  const { type } = service.description;
  switch (type) {
    case "process":
    case "bgprocess":
      bringDownProcess(work, service);
      return;
    case "scripted":
      bringDownScripted(work, service);
      return;
    case "internal":
    case "triggered":
      work.stopped(service);
      return;
    default:
      unreachable(type);
  }
}

/** INTERRUPT: breaks off the service's own start. */
export function interrupt(work: Work, service: ServiceRecord): InterruptResult {
  const { type } = service.description;
  if (type === "internal" || type === "triggered") return "ended";
  return interruptProcess(work, service);
}

/** Events that concern one service. */
export type ServiceReport = Extract<Event, { readonly service: unknown }>;

/** Leads a report about a service to the rule for it. Reports about what is gone are ignored. */
export function report(work: Work, service: ServiceRecord, event: ServiceReport): void {
  switch (event.kind) {
    case "spawned":
      processSpawned(work, service, event.role, event.pid);
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
      if (service.description.type === "scripted") work.stopped(service);
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
type ExecFailure = Pick<Extract<Event, { readonly kind: "exec-failed" }>, "stage" | "errno">;

function startNotExecuted(
  work: Work,
  service: ServiceRecord,
  { stage, errno }: ExecFailure,
): void {
  if (service.main.phase !== "launching" && service.main.phase !== "ended") return;
  work.log(service, "error", execFailureText("command", stage, work.errnoText(errno)));
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
  { stage, errno }: ExecFailure,
): void {
  if (service.stopper.phase !== "launching" && service.stopper.phase !== "ended") return;
  work.log(service, "error", execFailureText("stop command", stage, work.errnoText(errno)));
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
