/**
 * The way down: STOP-ORDER, FORCE, RESTART-ORDER, BEGIN-STOP, STOPPED.
 *
 * BEGIN-STOP decides whether the service is to come back, tells its dependents (`dependents.ts`),
 * and puts it into state stopping. There it waits until no hard dependent is in the way; then
 * BRING-DOWN (by type) runs, and STOPPED either ends it or starts it again.
 */
import { leaveTheWay } from "./conflicts.ts";
import { leaveDependents, stopDependents } from "./dependents.ts";
import { noteStop } from "./durations.ts";
import { fail } from "./failing.ts";
import { clearTheWay, letGo, releaseDependencies, retakeDependencies } from "./holding.ts";
import { handleFailure } from "./handling.ts";
import { endProbes } from "./health.ts";
import { isKeptUpByPin } from "./pinning.ts";
import type { ServiceRecord } from "./record/record.ts";
import { allowsRestart, wantsRestart } from "./restart_policy.ts";
import { enterStarting } from "./starting.ts";
import { rulesOf } from "./step.ts";
import {
  hasDependentInTheWay,
  holdsAllDependencies,
  holdsDependency,
  isPinned,
  isWhole,
} from "./record/terms.ts";
import { isGoodEnd } from "./types/process_end.ts";
import { beginCleaningUp, interruptSide } from "./types/side_commands.ts";
import { setWaits } from "./waiting.ts";
import type { Work } from "./effects/work.ts";

/** STOP-ORDER: takes the mark off. `bringDown`: the service stops whoever else holds it. */
export function stopOrder(work: Work, service: ServiceRecord, bringDown: boolean): void {
  work.changes.note(service);
  if (service.isMarked) {
    service.isMarked = false;
    service.holders--;
  }
  const isUnheld = service.holders === 0;
  if (bringDown || isUnheld) service.target = "stopped";
  if (isKeptUpByPin(service)) return;
  if (isUnheld) {
    service.pendingStart = false;
    releaseDependencies(work, service);
  }
  if ((bringDown || isUnheld) && service.state !== "stopped") {
    service.reason = "normal";
    beginStop(work, service, false);
  }
}

/** FORCE: this stop is carried out even if somebody starts the service meanwhile. */
export function force(work: Work, service: ServiceRecord): void {
  if (service.state === "stopped") return;
  work.changes.note(service);
  service.isForced = true;
  if (isKeptUpByPin(service)) return;
  service.pendingStop = true;
  work.propagation.add(service);
}

/**
 * RESTART-ORDER, by a client or by a service that is prepared by this one.
 *
 * @returns Whether it was accepted: only a started service restarts.
 */
export function restart(work: Work, service: ServiceRecord): boolean {
  if (service.state !== "started") return false;
  work.changes.note(service);
  service.reason = "normal";
  service.isForced = true;
  beginStop(work, service, true);
  return true;
}

/** BEGIN-STOP: also called for a service that is stopping already, to cancel restarts. */
export function beginStop(work: Work, service: ServiceRecord, isRestart: boolean): void {
  if (isKeptUpByPin(service)) return;
  work.changes.note(service);
  if (service.state !== "stopping") service.isRestartCounted = false;
  const wasDecided = service.state === "stopping" && service.isAutoRestart &&
    (service.isRestartCounted || service.isFollowing);
  service.isAutoRestart = false;
  service.isUserRestart = false;
  const comesBack = decideRestart(work, service, { isRestart, wasDecided });
  if (!comesBack && service.isMarked) {
    service.isMarked = false;
    letGo(work, service, false);
  }
  const areDependentsIdle = stopDependents(work, service, isRestart, comesBack);
  // What runs after its own start is only on top of it.
  const wasWhole = isWhole(service) || service.phase === "finishing";
  switch (service.state) {
    case "stopped":
    case "stopping":
      return;
    case "starting":
      if (!breakOffStart(work, service)) return;
      break;
    case "started":
      break;
  }
  if (areDependentsIdle) {
    work.enter(service, "stopping", wasWhole ? "up-stop-due" : "stop-due");
    work.transitions.add(service);
  } else {
    work.enter(
      service,
      "stopping",
      wasWhole ? "up-waiting-for-dependents" : "ended-waiting-for-dependents",
    );
  }
}

/**
 * Whether the service is to start again when it is down.
 *
 * @param how `wasDecided`: this stop is to restart automatically, as far as was known, and has been
 * counted.
 */
function decideRestart(
  work: Work,
  service: ServiceRecord,
  how: { readonly isRestart: boolean; readonly wasDecided: boolean },
): boolean {
  if (service.isPinnedStopped) {
    // It cannot come back, so nobody may wait for that.
    service.target = "stopped";
    return false;
  }
  if (service.target !== "started") return false;
  if (how.isRestart) return true;
  if (!wantsRestart(work, service)) return false;
  if (!how.wasDecided && !allowsRestart(work, service)) {
    service.target = "stopped";
    return false;
  }
  service.isAutoRestart = true;
  return true;
}

/** @returns False when the start goes on or its process is still to end. */
function breakOffStart(work: Work, service: ServiceRecord): boolean {
  if (service.phase === "waiting-for-console") {
    work.console.leave(work, service);
  } else if (service.phase === "checking") {
    work.disarm(service);
  } else if (
    service.phase !== "waiting-for-dependencies" && service.phase !== "coming-back"
  ) {
    const result = service.phase === "coming-up"
      ? rulesOf(service).interrupt(work, service)
      : interruptSide(work, service);
    if (result === "not-interruptible") return false;
    if (result === "ending") {
      work.notify(service, "start-cancelled");
      return false;
    }
  }
  work.log(service, "info", "Start cancelled");
  work.notify(service, "start-cancelled");
  return true;
}

/**
 * The transition of a service whose own stop is due: comes down when no dependent is in the way.
 */
export function tryToComeDown(work: Work, service: ServiceRecord): void {
  if (hasDependentInTheWay(service)) {
    waitForDependents(work, service);
    return;
  }
  if (service.isSetAside || service.unmetCondition !== undefined) {
    // Nothing of it is there, and nothing is to be run for it.
    work.enter(service, "stopping", "stop-due");
    stopped(work, service);
    return;
  }
  if (service.description.options.killAllOnStop) {
    work.enter(service, "stopping", "killing-all");
    work.emit({ kind: "kill-all", service: service.id });
    return;
  }
  comeDown(work, service);
}

/** A dependent has come into the way since. */
function waitForDependents(work: Work, service: ServiceRecord): void {
  if (service.phase === "up-stop-due") work.enter(service, "stopping", "up-waiting-for-dependents");
  if (service.phase === "stop-due") work.enter(service, "stopping", "ended-waiting-for-dependents");
}

/** COME-DOWN: nobody is in the way, and what had to be killed is. */
function comeDown(work: Work, service: ServiceRecord): void {
  work.enter(service, "stopping", "stop-due");
  rulesOf(service).bringDown(work, service);
}

/** What kill-all asked for is done: the stop goes on. */
export function allKilled(work: Work, service: ServiceRecord): void {
  if (service.phase === "killing-all") comeDown(work, service);
}

/**
 * STOPPED: the own stop is complete, or there was nothing to stop; commands after the stop are run
 * first.
 */
export function stopped(work: Work, service: ServiceRecord): void {
  if (service.needsCleaningUp && beginCleaningUp(work, service)) return;
  if (service.target === "started" && service.isPinnedStopped) fail(work, service, "only");
  if (work.console.owner === service) work.console.release(work, service);
  work.disarm(service);
  endProbes(work, service);
  noteStop(work, service);
  service.isForced = false;
  service.isFollowing = false;
  service.isRecovering = false;
  service.isCheckingRun = false;
  service.unmetCondition = undefined;
  const comesBack = service.target === "started";
  if (!comesBack) leaveDependents(work, service);
  clearTheWay(work, service);
  work.enter(service, "stopped", "stopped");
  leaveTheWay(work, service);
  if (comesBack) startAgain(work, service);
  else comeToRest(work, service);
  if (!service.hasStartFailed) {
    work.emit({ kind: "status-line", service: service.id, outcome: "stopped" });
  }
  work.notify(service, "stopped");
  if (!service.hasStartFailed) chain(work, service, comesBack);
}

function startAgain(work: Work, service: ServiceRecord): void {
  for (const link of service.links) {
    // A pinned one cannot go down, or not come back: the service starts over it as it is.
    if (link.kind === "prepared-by" && !isPinned(link.to) && !link.to.isPinnedStopped) {
      restart(work, link.to);
    }
  }
  enterStarting(work, service);
  // Soft dependencies that stopped meanwhile let go of the link; it would wait for them for ever.
  if (!holdsAllDependencies(service)) retakeDependencies(work, service);
}

function comeToRest(work: Work, service: ServiceRecord): void {
  service.isAutoRestart = false;
  handleFailure(work, service);
  service.cause = undefined;
  for (const link of service.links) setWaits(work, link, false);
  if (holdsDependency(service)) releaseDependencies(work, service);
  if (service.description.sockets.length > 0 || service.description.timer !== undefined) {
    work.emit({ kind: "close-socket", service: service.id });
  }
}

/** Starts the service named by chain-to, if this one ended as that asks for. */
function chain(work: Work, service: ServiceRecord, comesBack: boolean): void {
  const to = service.description.chainTo;
  if (to === undefined || work.isShuttingDown) return;
  if (!service.description.options.alwaysChain) {
    if (comesBack || service.reason !== "terminated" || service.hasMissedWatchdog) return;
    if (!isGoodEnd(work, service, service.exit)) return;
  }
  work.emit({ kind: "chain", from: service.id, to });
}
