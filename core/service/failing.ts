/**
 * FAIL: a start that did not succeed. Hard dependents that are starting fail with it, soft ones go
 * on, and everybody lets go of the service.
 */
import { blame } from "./record/history_view.ts";
import { letGo, unhold } from "./holding.ts";
import { pinChanged } from "./pinning.ts";
import type { Link, ServiceRecord } from "./record/record.ts";
import { force, stopped } from "./stopping.ts";
import { hasNothingUp, isIdle } from "./record/terms.ts";
import { endWait } from "./waiting.ts";
import type { Work } from "./effects/work.ts";

/**
 * `then-stopped`: by itself, and it is down. `by-dependency`: through a dependency, and it is down.
 * `only`: it was down before, or something of it still runs, whose end gives STOPPED.
 */
export type FailHow = "then-stopped" | "by-dependency" | "only";

/**
 * FAIL: the start of the service has failed, or cannot begin. Never retried, whatever its settings.
 */
export function fail(work: Work, service: ServiceRecord, how: FailHow): void {
  work.changes.note(service);
  service.target = "stopped";
  // If it is wanted again while it comes down, that is no restart of its own.
  service.isAutoRestart = false;
  if (service.isPinnedStarted) {
    // A failed start drops the pin, and what the pin kept up below.
    service.isPinnedStarted = false;
    pinChanged(work, service);
  }
  if (service.isMarked) {
    service.isMarked = false;
    letGo(work, service, false);
  }
  for (const link of service.dependents) {
    if (failsWith(link)) {
      work.changes.note(link.from);
      blame(link.from, service);
      link.from.pendingFail = true;
      work.propagation.add(link.from);
    } else {
      endWait(work, link);
    }
    unhold(work, link, false);
  }
  service.hasStartFailed = true;
  service.hasGoneWrong = true;
  work.emit({
    kind: "status-line",
    service: service.id,
    outcome: how === "by-dependency" ? "failed-by-dependency" : "failed",
  });
  work.notify(service, "failed");
  if (how !== "only") stopped(work, service);
}

function failsWith(link: Link): boolean {
  if (link.from.state !== "starting") return false;
  if (link.kind === "need" || link.kind === "prepared-by") return true;
  // A milestone that was reached is soft for a start that is past its waiting.
  return link.kind === "milestone" && isIdle(link.from);
}

/** Propagation of a pending fail. */
export function failByDependency(work: Work, service: ServiceRecord): void {
  service.pendingFail = false;
  if (service.state !== "starting" && service.state !== "stopping") return;
  work.changes.note(service);
  service.reason = "dependency-failed";
  if (hasNothingUp(service)) {
    work.console.leave(work, service);
    work.enter(service, "stopped", "stopped");
    fail(work, service, "by-dependency");
    return;
  }
  // Something of it runs: that must come down before the service can be called stopped.
  service.target = "stopped";
  force(work, service);
}
