/**
 * One item of each work list: the propagation of a service's pending changes, and one transition.
 */
import { failByDependency } from "../service/failing.ts";
import { acquireDependencies, letDependenciesGo } from "../service/holding.ts";
import { settlePin } from "../service/pinning.ts";
import type { ServiceRecord } from "../service/record.ts";
import { beginStart, tryToGoOn } from "../service/starting.ts";
import { beginStop, tryToComeDown } from "../service/stopping.ts";
import type { Work } from "../service/work.ts";

/** Settles what is pending for one service, always in this order. */
export function propagate(work: Work, service: ServiceRecord): void {
  if (service.pendingAcquire) acquireDependencies(work, service);
  if (service.pendingRelease) letDependenciesGo(work, service);
  if (service.pendingFail) failByDependency(work, service);
  if (service.pendingStart) {
    service.pendingStart = false;
    beginStart(work, service);
  }
  if (service.pendingStop) {
    service.pendingStop = false;
    beginStop(work, service, service.isUserRestart);
  }
  if (service.pendingPin) settlePin(work, service);
}

/** Goes on with the start or the stop of a service, if nothing it waits for is left. */
export function transition(work: Work, service: ServiceRecord): void {
  switch (service.phase) {
    case "waiting-for-dependencies":
    case "coming-back":
      tryToGoOn(work, service);
      return;
    case "up-waiting-for-dependents":
    case "ended-waiting-for-dependents":
    case "up-stop-due":
    case "stop-due":
      tryToComeDown(work, service);
      return;
    default:
      // It was on the list twice, and the first time was enough.
      return;
  }
}
