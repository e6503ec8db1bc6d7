/**
 * Conflicts: two services of which at most one is up. Whoever is wanted later has the way: the
 * other is stopped as by an order, and what comes waits until nothing of it runs. It cannot have it
 * where the other is pinned started or needed; then its start fails, and nothing changes.
 *
 * Of two that conflict at most one is meant to be started, so they never take turns by themselves.
 */
import { fail } from "./failing.ts";
import type { ServiceRecord } from "./record/record.ts";
import { isIdle, isLastingLink, isPinned, isUp } from "./record/terms.ts";
import { stopOrder } from "./stopping.ts";
import type { Work } from "./effects/work.ts";

/** Why those that it conflicts with cannot make way for it, for people; undefined: they can. */
export function conflictFault(work: Work, service: ServiceRecord): string | undefined {
  const others = work.conflictsOf(service);
  for (const other of others) {
    if (other.target === "stopped" && !isUp(other)) continue;
    if (isPinned(other) && isUp(other)) {
      return `"${other.name}" conflicts with it, and is pinned started`;
    }
    const needer = neederOf(other, others);
    if (needer !== undefined) {
      return `"${other.name}" conflicts with it, and is needed by "${needer.name}"`;
    }
  }
  return undefined;
}

/** A service that is meant to be up and cannot be without this one, nor has to make way itself. */
function neederOf(
  service: ServiceRecord,
  others: readonly ServiceRecord[],
): ServiceRecord | undefined {
  return service.dependents.find((link) =>
    link.holds && isLastingLink(link) && link.from.target === "started" &&
    !others.includes(link.from)
  )?.from;
}

/**
 * The service is about to be wanted: those that it conflicts with are told to stop.
 *
 * @returns False when one of them cannot; then the start of the service has failed.
 */
export function takeTheWay(work: Work, service: ServiceRecord): boolean {
  const others = work.conflictsOf(service);
  if (others.length === 0) return true;
  const why = conflictFault(work, service);
  if (why !== undefined) {
    work.log(service, "error", `Cannot start: ${why}`);
    if (service.state === "stopped") service.reason = "failed";
    fail(work, service, "only");
    return false;
  }
  for (const other of others) {
    if (other.state === "stopped" || other.target === "stopped") continue;
    work.log(other, "info", `Stopping: "${service.name}" starts, which conflicts with it`);
    stopOrder(work, other, true);
  }
  return true;
}

/** Something runs of one that it conflicts with. */
export function isHeldUpByConflict(work: Work, service: ServiceRecord): boolean {
  return work.conflictsOf(service).some((other) => !isIdle(other));
}

/** Nothing of the service runs any more: those that waited for that go on. */
export function leaveTheWay(work: Work, service: ServiceRecord): void {
  for (const other of work.conflictsOf(service)) {
    if (other.phase === "waiting-for-dependencies") work.transitions.add(other);
  }
}
