/**
 * One service: the state model, and what is done when something is reported about it, by kind of
 * report and type of service.
 *
 * State and target. A service is stopped, starting, started or stopping; its target, stopped or
 * started, is where it is meant to end up. Starting has two parts: waiting (for dependencies, then
 * for the console) and its own start (a process is launched). Stopping likewise: waiting for
 * dependents, then its own stop. In which part it is its phase says (`record/phase.ts`).
 *
 * Who wants it up. The holders: the mark ("start" was ordered by name) and the links of dependents.
 * The first holder starts the service, the last one to let go stops it. A link holds from the
 * moment the dependent leaves stopped until the dependent is let go itself, not until it is down:
 * so a whole tree is let go at once, and everything below goes to stopping and waits there,
 * dependents first.
 *
 * Which wish wins. Pins first: they prevent a transition, never cause one. Then force: this stop
 * must be carried out, a start only makes the service come back afterwards. Then the target.
 *
 * Two lists. An order or event sets fields and `pending…` flags and puts services on two lists.
 * Propagation (who holds whom, everyone's target) is always worked off before one transition (the
 * real start or stop of one service) is tried. Otherwise a dependency would look wanted at the
 * moment its last dependent goes. Lists instead of recursion: the graph may be deep, the stack may
 * not.
 *
 * What is waited for. A starting service waits on links: `waits` is set until the dependency is
 * started, or has failed and was soft. A stopping service waits while a hard dependent is in the
 * way, that is, while anything of it runs; so whatever is up stands on hard dependencies that are
 * up.
 *
 * Types. Only a service's own start and own stop differ by its type, and what reports about its
 * processes lead to: one row of `TYPE_RULES` each. Reports may come in any order that processes can
 * bring about: the end before the exec report, a byte of readiness before either. Those about what
 * is gone are ignored.
 *
 * Where to look. The way up: `starting.ts`. The way down: `stopping.ts`, and what it means for
 * dependents: `dependents.ts`. A failed start: `failing.ts`. Holders: `holding.ts`. Pins:
 * `pinning.ts`. Automatic restart: `restart_policy.ts`. Processes: `types/process.ts` and
 * beside it a file for each type. `docs/design/0001-state-model.md` traces examples.
 */
import type { ServiceType } from "../description/contract/description.ts";
import type { Event } from "../event.ts";
import { unreachable } from "../types.ts";
import {
  launcherEnded,
  launcherExecuted,
  launcherNotExecuted,
} from "./types/background_service.ts";
import { checked } from "./checking.ts";
import { failByDependency } from "./failing.ts";
import { probed } from "./health.ts";
import { memoryRanOut } from "./out_of_memory.ts";
import { acquireDependencies, letDependenciesGo } from "./holding.ts";
import { bringUpInternal, bringUpTriggered, interruptInternal } from "./types/internal_service.ts";
import { announcesEnd, extendTimeout, mainPidChanged, watchdogExpired } from "./notify_rules.ts";
import { cannotListen, demanded, isListening } from "./types/on_demand.ts";
import { settlePin } from "./pinning.ts";
import { bringDownProcess, bringUpProcess, mainEnded, processEnded } from "./types/process.ts";
import {
  mainClosedReadiness,
  mainExecuted,
  mainIsReady,
  mainNotExecuted,
  mainNotSpawned,
  stopperEnded,
  stopperExecuted,
  stopperNotExecuted,
  stopperNotSpawned,
} from "./types/process_reports.ts";
import {
  processExecuted,
  processIsReady,
  processNotExecuted,
  readinessClosed,
} from "./types/process_service.ts";
import type { ServiceRecord } from "./record/record.ts";
import {
  bringDownScripted,
  scriptExecuted,
  scriptNotExecuted,
  startScriptEnded,
  stopScriptEnded,
  stopScriptNotExecuted,
} from "./types/scripted_service.ts";
import { beginStart, tryToGoOn } from "./starting.ts";
import { stopCommandEnded, stopCommandFailed } from "./types/stop_command.ts";
import { allKilled, beginStop, stopped, tryToComeDown } from "./stopping.ts";
import { interruptProcess, launchDeferred, processSpawned } from "./types/time_limits.ts";
import type { TypeRules } from "./types/type_rules.ts";
import type { Work } from "./effects/work.ts";

/** One row for each type. */
export const TYPE_RULES: Readonly<Record<ServiceType, TypeRules>> = {
  process: {
    bringUp: bringUpProcess,
    bringDown: bringDownProcess,
    interrupt: interruptProcess,
    keepsConsole: true,
    processes: {
      isSupervised: true,
      executed: processExecuted,
      notExecuted: processNotExecuted,
      ended: processEnded,
      readiness: { given: processIsReady, closed: readinessClosed },
      stopCommandFailed,
      stopCommandEnded,
    },
  },
  bgprocess: {
    bringUp: bringUpProcess,
    bringDown: bringDownProcess,
    interrupt: interruptProcess,
    keepsConsole: false,
    processes: {
      isSupervised: true,
      executed: launcherExecuted,
      notExecuted: launcherNotExecuted,
      ended: launcherEnded,
      readiness: undefined,
      stopCommandFailed,
      stopCommandEnded,
    },
  },
  scripted: {
    bringUp: bringUpProcess,
    bringDown: bringDownScripted,
    interrupt: interruptProcess,
    keepsConsole: true,
    processes: {
      isSupervised: false,
      executed: scriptExecuted,
      notExecuted: scriptNotExecuted,
      ended: startScriptEnded,
      readiness: undefined,
      stopCommandFailed: stopScriptNotExecuted,
      stopCommandEnded: stopScriptEnded,
    },
  },
  internal: {
    bringUp: bringUpInternal,
    bringDown: stopped,
    interrupt: interruptInternal,
    keepsConsole: true,
    processes: undefined,
  },
  triggered: {
    bringUp: bringUpTriggered,
    bringDown: stopped,
    interrupt: interruptInternal,
    keepsConsole: true,
    processes: undefined,
  },
};

/** The row of a service's type. */
export function rulesOf({ description }: ServiceRecord): TypeRules {
  return TYPE_RULES[description.type];
}

/** Events that concern one service. */
export type ServiceReport = Extract<Event, { readonly service: unknown }>;

/** Leads a report about a service to the rule for it. */
export function report(work: Work, service: ServiceRecord, event: ServiceReport): void {
  work.changes.note(service);
  switch (event.kind) {
    case "spawned":
      return processSpawned(work, service, event.role, event.pid);
    case "launch-deferred":
      return launchDeferred(service, event.role);
    case "spawn-failed":
      if (event.role === "start") return mainNotSpawned(work, service, event.why);
      return stopperNotSpawned(work, service, event.why);
    case "exec-succeeded":
      return event.role === "start" ? mainExecuted(work, service) : stopperExecuted(work, service);
    case "exec-failed":
      if (event.role === "start") return mainNotExecuted(work, service, event);
      return stopperNotExecuted(work, service, event);
    case "exited":
      if (event.role === "start") return mainEnded(work, service, event.status, event.pidFile);
      return stopperEnded(work, service, event.status);
    case "ready":
      return mainIsReady(work, service);
    case "readiness-closed":
      return mainClosedReadiness(work, service);
    case "stopping":
      return announcesEnd(work, service);
    case "main-pid":
      return mainPidChanged(service, event.pid);
    case "extend-timeout":
      return extendTimeout(work, service, event.timeoutMs);
    case "watchdog-expired":
      return watchdogExpired(work, service);
    case "memory-ran-out":
      return memoryRanOut(work, service, event.count);
    case "listening":
      return isListening(work, service);
    case "listen-failed":
      return cannotListen(work, service, event);
    case "demand":
      return demanded(work, service, event);
    case "checked":
      return checked(work, service, event.verdict);
    case "probed":
      return probed(work, service, event);
    case "all-killed":
      return allKilled(work, service);
    default:
      return unreachable(event);
  }
}

/** Works off both lists: propagation until nothing is pending, then one transition, and again. */
export function drain(work: Work): void {
  for (;;) {
    let service = work.propagation.take();
    while (service !== undefined) {
      work.handledCount++;
      propagate(work, service);
      service = work.propagation.take();
    }
    service = work.transitions.take();
    if (service === undefined) return;
    work.handledCount++;
    transition(work, service);
  }
}

/** Settles what is pending for one service, always in this order. */
function propagate(work: Work, service: ServiceRecord): void {
  if (service.pendingAcquire) acquireDependencies(work, service);
  if (service.pendingRelease) letDependenciesGo(work, service);
  if (service.pendingFail) failByDependency(work, service);
  if (service.pendingStart) {
    service.pendingStart = false;
    beginStart(work, service);
  }
  if (service.pendingStop) {
    service.pendingStop = false;
    beginStop(work, service, service.isUserRestart);
  }
  if (service.pendingPin) settlePin(work, service);
}

/** Goes on with the start or the stop of a service, if nothing it waits for is left. */
function transition(work: Work, service: ServiceRecord): void {
  switch (service.phase) {
    case "waiting-for-dependencies":
    case "coming-back":
      return tryToGoOn(work, service);
    case "up-waiting-for-dependents":
    case "ended-waiting-for-dependents":
    case "up-stop-due":
    case "stop-due":
      return tryToComeDown(work, service);
    default:
      // It was on the list twice, and the first time was enough.
      return;
  }
}
