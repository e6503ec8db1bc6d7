/**
 * Terms that the rules are told in, each worked out from records: hard link, idle, up, pinned …
 */
import type { ServiceType } from "../../description/contract/description.ts";
import type { Link, ServiceRecord } from "./record.ts";
import { rulesOf, TYPE_RULES } from "../step.ts";

export function isOrderLink(link: Link): boolean {
  return link.kind === "before" || link.kind === "after";
}

/**
 * The dependent cannot be up without the dependency. A milestone is hard while it is waited for.
 */
export function isHardLink(link: Link): boolean {
  switch (link.kind) {
    case "need":
    case "prepared-by":
      return true;
    case "milestone":
      return link.waits;
    default:
      return false;
  }
}

/** Hard in every state: the dependency must outlive the dependent. */
export function isLastingLink(link: Link): boolean {
  return link.kind === "need" || link.kind === "prepared-by";
}

export function isPinned(service: ServiceRecord): boolean {
  return service.isPinnedStarted || service.isPinnedByDependent;
}

export function isUp(service: ServiceRecord): boolean {
  return service.state === "starting" || service.state === "started";
}

/** Nothing of its own runs, so its dependencies may go. */
export function isIdle(service: ServiceRecord): boolean {
  return service.phase === "stopped" || service.phase === "waiting-for-dependencies";
}

/** It was started, and nothing of it has been taken down. */
export function isWhole({ phase }: ServiceRecord): boolean {
  return phase === "started" || phase === "coming-back" || phase === "up-stop-due" ||
    phase === "up-waiting-for-dependents";
}

/** Stopping: its dependents have to be down first. */
export function isWaitingForDependents({ phase }: ServiceRecord): boolean {
  return phase === "up-waiting-for-dependents" || phase === "ended-waiting-for-dependents";
}

/** Nothing of it would have to be taken down for it to be stopped. */
export function hasNothingUp(service: ServiceRecord): boolean {
  return !isWhole(service) && service.phase !== "killing-all" && service.side === undefined &&
    !service.needsCleaningUp && service.main.phase === "none" && service.stopper.phase === "none";
}

/** Has processes: process, bgprocess or scripted. */
export function isProcessType(type: ServiceType): boolean {
  return TYPE_RULES[type].processes !== undefined;
}

/** Its process is there as long as it is started: process or bgprocess. */
export function isSupervised(service: ServiceRecord): boolean {
  return rulesOf(service).processes?.isSupervised === true;
}

/**
 * Some own link is waited for.
 *
 * Asked again each time a dependency is ready: going on where the last search ended keeps the cost
 * of a service with n dependencies at n in all.
 */
export function waitsForDependency(service: ServiceRecord): boolean {
  const { links } = service;
  for (let i = 0; i < links.length; i++) {
    const index = (service.waitHint + i) % links.length;
    if (links[index]?.waits !== true) continue;
    service.waitHint = index;
    return true;
  }
  return false;
}

/** Some dependency is held. */
export function holdsDependency(service: ServiceRecord): boolean {
  for (const link of service.links) {
    if (link.holds) return true;
  }
  return false;
}

/** Every dependency, order links aside, is held. */
export function holdsAllDependencies(service: ServiceRecord): boolean {
  for (const link of service.links) {
    if (!link.holds && !isOrderLink(link)) return false;
  }
  return true;
}

/** A dependent that is not down keeps this service from stopping. Goes on like the search above. */
export function hasDependentInTheWay(service: ServiceRecord): boolean {
  const { dependents } = service;
  for (let i = 0; i < dependents.length; i++) {
    const index = (service.barHint + i) % dependents.length;
    const link = dependents[index];
    if (link === undefined || !isLastingLink(link) || isIdle(link.from)) continue;
    service.barHint = index;
    return true;
  }
  return false;
}
