/**
 * Who holds whom: ACQUIRE, LET-GO and RETAKE.
 *
 * A service runs while somebody holds it: its mark, or the link of a dependent. The first holder
 * starts it, the last one to let go stops it.
 */
import { isKeptUpByPin } from "./pinning.ts";
import type { Link, ServiceRecord } from "./record/record.ts";
import { beginStop } from "./stopping.ts";
import {
  holdsAllDependencies,
  holdsDependency,
  isOrderLink,
  isPinned,
  isUp,
  isWaitingForDependents,
} from "./record/terms.ts";
import type { Work } from "./effects/work.ts";

/**
 * ACQUIRE: one holder more. A service that is starting or started with target stopped is not
 * revived.
 */
export function acquire(work: Work, service: ServiceRecord): void {
  service.holders++;
  if (!isUp(service)) {
    // One that is being stopped for good may have holders left that are on their own way down.
    if (service.target === "started" || service.pendingStart) return;
    service.pendingStart = true;
    work.propagation.add(service);
  } else if (service.holders === 1 && isKeptUpByPin(service)) {
    // It will stay, so it needs what it stands on, which it may have let go before it was pinned.
    retakeDependencies(work, service);
  }
}

/** ACQUIRE through a link; nothing when it holds already. */
export function hold(work: Work, link: Link): void {
  if (link.holds) return;
  work.changes.noteLink(link);
  link.holds = true;
  acquire(work, link.to);
}

/**
 * LET-GO: one holder less; the last one lets the service stop and its dependencies go.
 *
 * @param mayStop False where the caller is taking the service down itself. Then a pin is no reason
 * to keep its dependencies either.
 */
export function letGo(work: Work, service: ServiceRecord, mayStop: boolean): void {
  service.holders--;
  if (service.holders !== 0) return;
  work.changes.note(service);
  if (service.state === "stopping" && service.target === "started" && !isPinned(service)) {
    work.notify(service, "start-cancelled");
  }
  service.target = "stopped";
  service.pendingStart = false;
  // While the pin keeps it up its dependencies stay held; PIN-LIFTED does what is left out here.
  if (mayStop && isKeptUpByPin(service)) return;
  releaseDependencies(work, service);
  if (mayStop && isUp(service)) {
    service.reason = "normal";
    beginStop(work, service, false);
  }
}

/** LET-GO through a link; nothing when it does not hold. */
export function unhold(work: Work, link: Link, mayStop: boolean): void {
  if (!link.holds) return;
  work.changes.noteLink(link);
  link.holds = false;
  letGo(work, link.to, mayStop);
}

/** Has the dependencies let go in the next propagation. */
export function releaseDependencies(work: Work, service: ServiceRecord): void {
  if (service.pendingAcquire) {
    service.pendingAcquire = false;
    if (!holdsDependency(service)) return;
  }
  service.pendingRelease = true;
  work.propagation.add(service);
}

/**
 * RETAKE: a service that had let go of its dependencies, wholly or in part, is wanted again before
 * it was down. Takes back what it does not hold; without this it would start over stopped
 * dependencies.
 */
export function retakeDependencies(work: Work, service: ServiceRecord): void {
  service.pendingRelease = false;
  if (service.pendingAcquire || holdsAllDependencies(service)) return;
  service.pendingAcquire = true;
  work.propagation.add(service);
}

/** Propagation of a pending acquire. */
export function acquireDependencies(work: Work, service: ServiceRecord): void {
  for (const link of service.links) {
    if (!isOrderLink(link)) hold(work, link);
  }
  service.pendingAcquire = false;
}

/** Propagation of a pending release. */
export function letDependenciesGo(work: Work, service: ServiceRecord): void {
  for (const link of service.links) unhold(work, link, true);
  service.pendingRelease = false;
}

/**
 * Nothing of the service is left to come down: dependencies that wait for it on their own way down
 * check again whether another dependent is in the way.
 */
export function clearTheWay(work: Work, service: ServiceRecord): void {
  for (const link of service.links) {
    if (isWaitingForDependents(link.to)) work.transitions.add(link.to);
  }
}
