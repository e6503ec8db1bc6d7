/**
 * SET-ASIDE: the manager has crashed over a service again and again, and does nothing for it any
 * more.
 *
 * Its processes have been ended by others, so to the rules they are gone: nothing is signalled, no
 * stop command is run, no launch is made. It is down as after a failed start, with its dependents,
 * and a pin keeps it there until somebody lifts it.
 */
import { fail } from "./failing.ts";
import { pinChanged } from "./pinning.ts";
import { clearProcess, type ServiceRecord } from "./record/record.ts";
import { isWaitingForDependents } from "./record/terms.ts";
import { beginStop, stopped } from "./stopping.ts";
import { commitStop } from "./dependents.ts";
import type { Work } from "./effects/work.ts";

/** @param why A sentence for the log. */
export function setAside(work: Work, service: ServiceRecord, why: string): void {
  work.changes.note(service);
  work.log(service, "error", why);
  service.isSetAside = true;
  service.isPinnedStopped = true;
  service.hasGoneWrong = true;
  service.isRecovering = false;
  service.isCheckingRun = false;
  work.disarm(service);
  clearProcess(service.main);
  clearProcess(service.stopper);
  service.side = undefined;
  service.needsCleaningUp = false;
  if (service.isPinnedStarted) {
    service.isPinnedStarted = false;
    pinChanged(work, service);
  }
  switch (service.state) {
    case "stopped":
      return;
    case "starting":
      work.console.leave(work, service);
      service.reason = "failed";
      work.enter(service, "stopping", "stop-due");
      fail(work, service, "then-stopped");
      return;
    case "started":
      service.reason = "failed";
      service.target = "stopped";
      service.isFollowing = false;
      service.isForced = true;
      beginStop(work, service, false);
      return;
    case "stopping":
      service.reason = "failed";
      if (!isWaitingForDependents(service)) {
        stopped(work, service);
        return;
      }
      work.enter(service, "stopping", "ended-waiting-for-dependents");
      commitStop(work, service);
  }
}
