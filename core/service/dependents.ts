/**
 * What the stop of a service means for its dependents.
 *
 * Hard ones (need, prepared-by, a milestone that is waited for) have to stop first, and come back
 * only if the service does. Soft ones go on without it; their link is cut unless the service comes
 * back.
 */
import { blame } from "./record/history_view.ts";
import { letGo, unhold } from "./holding.ts";
import type { Link, ServiceRecord } from "./record/record.ts";
import { force } from "./stopping.ts";
import { isHardLink, isIdle, isLastingLink, isPinned } from "./record/terms.ts";
import { endWait } from "./waiting.ts";
import type { Work } from "./effects/work.ts";

/** STOP-DEPENDENTS. @returns Whether all hard dependents were idle. */
export function stopDependents(
  work: Work,
  service: ServiceRecord,
  isRestart: boolean,
  comesBack: boolean,
): boolean {
  let areIdle = true;
  for (const link of service.dependents) {
    if (isHardLink(link)) {
      if (!isIdle(link.from)) areIdle = false;
      stopHardDependent(work, service, link.from, isRestart);
      if (service.target === "stopped") dropStaleHold(work, link);
    } else if (!comesBack) {
      cut(work, link);
    }
  }
  return areIdle;
}

function stopHardDependent(
  work: Work,
  service: ServiceRecord,
  dependent: ServiceRecord,
  isRestart: boolean,
): void {
  if (service.isForced) {
    work.changes.note(dependent);
    if (service.target === "stopped") {
      blame(dependent, service);
      dependent.reason = "dependency-failed";
      dependent.target = "stopped";
    }
    follow(service, dependent);
    force(work, dependent);
  }
  if (dependent.state === "stopped") return;
  if (service.target === "stopped") {
    if (dependent.target === "stopped") return;
    work.changes.note(dependent);
    dependent.target = "stopped";
    if (dependent.isMarked) {
      dependent.isMarked = false;
      letGo(work, dependent, true);
    }
  } else {
    if (!isRestart || dependent.state === "stopping") return;
    work.changes.note(dependent);
    dependent.reason = "dependency-restarted";
    dependent.isUserRestart = true;
  }
  dependent.pendingStop = true;
  work.propagation.add(dependent);
}

/**
 * Of several that force it one that does not restart by itself, nor because of another that does,
 * is enough.
 */
function follow(service: ServiceRecord, dependent: ServiceRecord): void {
  const isFirst = !dependent.pendingStop && dependent.state !== "stopping";
  const restarts = service.isAutoRestart || service.isFollowing;
  dependent.isFollowing = restarts && (isFirst || dependent.isFollowing);
}

/**
 * A dependent that nobody wants any more can hold the service again (wake, re-attachment) while it
 * comes down itself. If it is wanted later it has to ask for the service anew, so this hold must
 * not stand.
 */
function dropStaleHold(work: Work, link: Link): void {
  if (link.from.holders === 0 && !link.from.pendingRelease) unhold(work, link, false);
}

/** A soft dependent goes on without the service. */
function cut(work: Work, link: Link): void {
  endWait(work, link);
  unhold(work, link, false);
}

/** STOPPED for good: whoever still holds or awaits the service goes on without it, or fails. */
export function leaveDependents(work: Work, service: ServiceRecord): void {
  for (const link of service.dependents) {
    if (!isHardLink(link)) {
      cut(work, link);
      continue;
    }
    if (isLeftWaiting(link.from)) {
      link.from.pendingFail = true;
      work.propagation.add(link.from);
    }
    unhold(work, link, false);
  }
}

/** Its start should have been cancelled, and will not be: a pin forbade that, for one. */
function isLeftWaiting(dependent: ServiceRecord): boolean {
  if (dependent.state !== "starting" || dependent.pendingFail) return false;
  return isPinned(dependent) || (isIdle(dependent) && !dependent.pendingStop);
}

/**
 * The process of a stopping service ended before its dependents were down. There is nothing left to
 * come back to, so its stop cannot be cancelled any more, nor can that of whatever stands on it.
 */
export function commitStop(work: Work, service: ServiceRecord): void {
  if (service.isForced) return;
  work.changes.note(service);
  service.isForced = true;
  for (const link of service.dependents) {
    if (isLastingLink(link) && !isIdle(link.from)) commitStop(work, link.from);
  }
}
