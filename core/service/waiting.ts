/**
 * Who waits for whom on the way up: a starting service waits on its links, each until the
 * dependency is started, or has failed and was soft.
 */
import { queuePin } from "./pinning.ts";
import type { Link, ServiceRecord } from "./record/record.ts";
import { isPinned, isWaitingForDependents } from "./record/terms.ts";
import type { Work } from "./effects/work.ts";

/** Makes a link one that is waited for, or not any more. */
export function setWaits(work: Work, link: Link, waits: boolean): void {
  if (link.waits === waits) return;
  work.changes.noteLink(link);
  link.waits = waits;
  if (link.kind !== "milestone") return;
  // It is a hard link only while it is waited for: pins pass and the way down is barred by no
  // other.
  if (isPinned(link.from)) queuePin(work, link.to);
  if (link.to.transitionEntries > 0) return;
  if (isWaitingForDependents(link.to)) work.transitions.add(link.to);
}

/**
 * END-WAIT: the dependency is started, or out of the way; whoever waited for it may be able to go
 * on.
 */
export function endWait(work: Work, link: Link): void {
  if (!link.waits) return;
  setWaits(work, link, false);
  reconsiderStart(work, link.from);
}

/** One thing less is waited for: if that was the last, the start goes on. */
export function reconsiderStart(work: Work, service: ServiceRecord): void {
  const { phase } = service;
  if (phase === "waiting-for-dependencies" || phase === "coming-back") {
    work.transitions.add(service);
  }
}
