/**
 * Pins: PIN-START, UNPIN, and how a start pin passes down to hard dependencies.
 *
 * A pin prevents a transition, it never causes one: a started pin keeps up what is up, a stopped
 * pin keeps down what is down. What a pin put off is done when it is lifted (PIN-LIFTED).
 */
import type { ServiceRecord } from "./record/record.ts";
import { drain } from "./step.ts";
import { beginStop } from "./stopping.ts";
import { isHardLink, isIdle, isLastingLink, isPinned, isUp } from "./record/terms.ts";
import type { Work } from "./effects/work.ts";

/**
 * The start pin keeps this service from stopping. Not when it came too late: something of the
 * service runs and a dependency it needs is on its way down already.
 */
export function isKeptUpByPin(service: ServiceRecord): boolean {
  if (!isPinned(service) || !isUp(service)) return false;
  if (isIdle(service)) return true;
  for (const link of service.links) {
    if (!isLastingLink(link)) continue;
    if (link.to.state === "stopping" || link.to.state === "stopped") return false;
  }
  return true;
}

/** PIN-START: takes effect in every state. */
export function pinStart(work: Work, service: ServiceRecord): void {
  if (service.isPinnedStarted) return;
  work.changes.note(service);
  service.isPinnedStarted = true;
  if (service.isPinnedByDependent) return;
  for (const link of service.links) {
    if (isHardLink(link) && !link.to.isPinnedByDependent) queuePin(work, link.to);
  }
}

/** UNPIN: lifts both pins; but a service that is pinned through a dependent keeps its stop pin. */
export function unpin(work: Work, service: ServiceRecord): void {
  if (service.isPinnedStarted || service.isPinnedStopped) work.changes.note(service);
  if (service.isPinnedStarted) {
    service.isPinnedStarted = false;
    if (service.isPinnedByDependent) return;
    pinChanged(work, service);
    pinLifted(work, service);
    drain(work);
  }
  service.isPinnedStopped = false;
  service.isSetAside = false;
}

/** PIN-CHANGED: hard dependencies are to work out again whether a dependent pins them. */
export function pinChanged(work: Work, service: ServiceRecord): void {
  const isPinnedNow = isPinned(service);
  for (const link of service.links) {
    if (isHardLink(link) && link.to.isPinnedByDependent !== isPinnedNow) queuePin(work, link.to);
  }
}

/** Propagation of a pending pin. */
export function settlePin(work: Work, service: ServiceRecord): void {
  service.pendingPin = false;
  const isWanted = hasPinnedDependent(service);
  if (isWanted === service.isPinnedByDependent) return;
  work.changes.note(service);
  service.isPinnedByDependent = isWanted;
  pinChanged(work, service);
  pinLifted(work, service);
}

/** Some hard dependent is pinned. */
export function hasPinnedDependent(service: ServiceRecord): boolean {
  for (const link of service.dependents) {
    if (isPinned(link.from) && isHardLink(link)) return true;
  }
  return false;
}

/**
 * PIN-LIFTED: the stop and the letting go that the pin had put off. Nothing while another pin
 * stays.
 */
export function pinLifted(work: Work, service: ServiceRecord): void {
  if (isPinned(service) || !isUp(service)) return;
  if (service.holders === 0) {
    service.pendingAcquire = false;
    service.pendingRelease = true;
    work.propagation.add(service);
  }
  if (service.target === "stopped" || service.isForced) beginStop(work, service, false);
}

/** Has a service work out again whether a dependent pins it. */
export function queuePin(work: Work, service: ServiceRecord): void {
  service.pendingPin = true;
  work.propagation.add(service);
}
