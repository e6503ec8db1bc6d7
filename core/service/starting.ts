/**
 * The way up: START-ORDER, BEGIN-START, ENTER-STARTING, COME-UP, STARTED.
 *
 * BEGIN-START turns a wish into the state starting; the service waits there for its dependencies,
 * then for the console if it wants it, then BRING-UP (by type) runs, and STARTED lets the
 * dependents go on.
 */
import { beginChecking, isCheckedAtStart } from "./checking.ts";
import { isHeldUpByConflict, takeTheWay } from "./conflicts.ts";
import { noteStart } from "./durations.ts";
import { fail } from "./failing.ts";
import { watchLiveness } from "./health.ts";
import { clearTheWay, retakeDependencies } from "./holding.ts";
import { isKeptUpByPin } from "./pinning.ts";
import { takeUpRecovery } from "./types/process.ts";
import { beginFinishing, beginPreparing } from "./types/side_commands.ts";
import type { ServiceRecord } from "./record/record.ts";
import { rulesOf } from "./step.ts";
import { beginStop } from "./stopping.ts";
import {
  isHardLink,
  isLastingLink,
  isOrderLink,
  isUp,
  isWaitingForDependents,
  waitsForDependency,
} from "./record/terms.ts";
import { endWait, setWaits } from "./waiting.ts";
import type { Work } from "./effects/work.ts";

/** START-ORDER: marks the service, so that it runs without a dependent. */
export function startOrder(work: Work, service: ServiceRecord): void {
  if (service.isPinnedStopped) return;
  if (!service.isMarked) {
    work.changes.note(service);
    service.isMarked = true;
    service.holders++;
  }
  beginStart(work, service);
}

/** BEGIN-START: the service is wanted. */
export function beginStart(work: Work, service: ServiceRecord): void {
  work.changes.note(service);
  const wasReleased = service.target === "stopped";
  if (wasReleased && mayStart(service) && !takeTheWay(work, service)) return;
  service.target = "started";
  switch (service.state) {
    case "stopped":
      if (service.isPinnedStopped || service.presence.kind === "broken") {
        // It is down already, so there is no STOPPED to come.
        fail(work, service, "only");
        return;
      }
      reattachSoftDependents(work, service);
      if (service.pendingRelease) {
        service.pendingRelease = false;
      } else {
        service.pendingAcquire = true;
        work.propagation.add(service);
      }
      enterStarting(work, service);
      return;
    case "starting":
    case "started":
      if (wasReleased) retakeDependencies(work, service);
      return;
    case "stopping":
      if (service.isPinnedStopped) {
        // It will not come back when it is down: whoever waits for it must not wait for ever.
        fail(work, service, "only");
      } else if (isWaitingForDependents(service) && !service.isForced) {
        cancelStop(work, service);
      } else if (wasReleased) {
        retakeDependencies(work, service);
      }
      return;
  }
}

/** Soft dependents that are up and lost this service (it was stopped) hold it again. */
function reattachSoftDependents(work: Work, service: ServiceRecord): void {
  for (const link of service.dependents) {
    if (link.holds || isOrderLink(link) || isHardLink(link) || !isUp(link.from)) continue;
    work.changes.noteLink(link);
    link.holds = true;
    service.holders++;
  }
}

/** A stop that still waits for dependents is cancelled. */
function cancelStop(work: Work, service: ServiceRecord): void {
  work.notify(service, "stop-cancelled");
  if (service.phase === "up-waiting-for-dependents") {
    comeBack(work, service);
  } else {
    // It may have it since its start was broken off; it joins the queue for it anew.
    work.console.release(work, service);
    enterStarting(work, service);
    clearTheWay(work, service);
  }
  retakeDependencies(work, service);
}

/**
 * Nothing of the service has been taken down, so nothing is launched; but its dependencies, which
 * were about to follow it, must be back before it counts as started again.
 */
function comeBack(work: Work, service: ServiceRecord): void {
  service.hasStartFailed = false;
  work.enter(service, "starting", "coming-back");
  let isReady = true;
  for (const link of service.links) {
    const waits = isLastingLink(link) && link.to.state !== "started";
    setWaits(work, link, waits);
    if (waits) isReady = false;
  }
  if (isReady) work.transitions.add(service);
}

/** It is not kept down in any case. */
function mayStart({ isPinnedStopped, presence, state }: ServiceRecord): boolean {
  const isDown = state === "stopped" || state === "stopping";
  return presence.kind !== "broken" && !(isPinnedStopped && isDown);
}

/** ENTER-STARTING: waits for every dependency that is not started, and for orderings under way. */
export function enterStarting(work: Work, service: ServiceRecord): void {
  service.hasStartFailed = false;
  service.hasGoneWrong = false;
  service.isStartSkipped = false;
  service.unmetCondition = undefined;
  work.enter(service, "starting", "waiting-for-dependencies");
  let isReady = true;
  for (const link of service.links) {
    const waits = isOrderLink(link) ? link.to.state === "starting" : link.to.state !== "started";
    setWaits(work, link, waits);
    if (waits) isReady = false;
  }
  for (const link of service.dependents) {
    if (!isOrderLink(link) || link.from.state !== "starting") continue;
    // One whose own start has begun is not held back any more.
    const { phase } = link.from;
    if (phase !== "waiting-for-dependencies" && phase !== "waiting-for-console") continue;
    setWaits(work, link, true);
  }
  if (isReady) work.transitions.add(service);
}

/**
 * The transition of a service that waits for dependencies: goes on when none is left to wait for.
 */
export function tryToGoOn(work: Work, service: ServiceRecord): void {
  if (waitsForDependency(service)) return;
  if (service.phase === "coming-back") {
    backAgain(work, service);
    return;
  }
  if (isHeldUpByConflict(work, service)) return;
  if (isCheckedAtStart(service.description)) beginChecking(work, service);
  else goOnStart(work, service);
}

/** Nothing is waited for but the console, if it wants it. */
export function goOnStart(work: Work, service: ServiceRecord): void {
  const { console: use } = service.description;
  if (use === "starts" || use === "runs") work.console.join(work, service);
  else comeUp(work, service);
}

/** It is started as it was before its stop was begun. */
function backAgain(work: Work, service: ServiceRecord): void {
  started(work, service);
  takeUpRecovery(work, service);
  // What came in while it was about to stop was not answered.
  if (isListening(service)) {
    work.emit({ kind: "listen", service: service.id });
  }
}

/** It starts on demand, and its process is not there. */
function isListening({ description, main, unmetCondition, isCheckingRun }: ServiceRecord): boolean {
  if (unmetCondition !== undefined || isCheckingRun) return false;
  return description.startsOnDemand && main.phase === "none";
}

/** COME-UP: everything that it waited for is there, the console too if it wants it. */
export function comeUp(work: Work, service: ServiceRecord): void {
  const { startPre, stopPost } = service.description;
  if (stopPost.length > 0) {
    work.changes.note(service);
    service.needsCleaningUp = true;
  }
  if (startPre.length > 0) beginPreparing(work, service);
  else bringUp(work, service);
}

/** BRING-UP by type: nothing is to be done before the service's own start. */
export function bringUp(work: Work, service: ServiceRecord): void {
  work.enter(service, "starting", "coming-up");
  rulesOf(service).bringUp(work, service);
}

/** STARTED: the service is up, once the commands after its own start have been run. */
export function started(work: Work, service: ServiceRecord): void {
  if (service.phase === "coming-up" && service.description.startPost.length > 0) {
    beginFinishing(work, service);
    return;
  }
  if (work.console.owner === service && !keepsConsole(service)) work.console.release(work, service);
  const outcome = service.unmetCondition === undefined ? "started" : "skipped";
  work.emit({ kind: "status-line", service: service.id, outcome });
  noteStart(work, service);
  work.enter(service, "started", "started");
  work.notify(service, "started");
  if (service.description.liveness !== undefined) watchLiveness(work, service);
  if (service.description.options.startsRwfs) work.emit({ kind: "root-writable" });
  if (service.description.options.startsLog) work.emit({ kind: "log-available" });
  if (service.isForced || service.target === "stopped") {
    if (!isKeptUpByPin(service)) {
      beginStop(work, service, false);
      return;
    }
    if (service.holders > 0) retakeDependencies(work, service);
  }
  for (const link of service.dependents) {
    endWait(work, link);
  }
}

/** The console is its own until it is stopped, not only until it is started. */
export function keepsConsole(service: ServiceRecord): boolean {
  return service.description.console === "runs" && rulesOf(service).keepsConsole;
}

/**
 * A launch that could not be made: the start fails at once. How a process of an earlier run ended
 * is not the reason.
 */
export function failLaunch(
  work: Work,
  service: ServiceRecord,
  reason: "failed" | "exec-failed" = "failed",
): void {
  service.reason = reason;
  service.exit = { kind: "none" };
  // A relaunch after the delay fails in state starting, a first launch has left it.
  if (!service.isAutoRestart) work.enter(service, "stopping", "stop-due");
  fail(work, service, "then-stopped");
}
