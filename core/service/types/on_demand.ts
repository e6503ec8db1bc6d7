/**
 * Services that start on demand: "started" means that their sockets are open and watched. The
 * process is launched when something comes in, may end when it has nothing more to do, and is
 * launched again by what comes next; the service stays started all the while, and so do its
 * dependents.
 *
 * With a timer it is the same, but that there are no sockets and what comes in is a point in time
 * (docs/design/0038). A run of it that fails, or cannot be launched, is no reason to stop: another
 * time comes.
 *
 * A launch on demand is handled like a smooth recovery: it happens in state started, keeps the
 * restart delay, and if it cannot be made the service stops.
 */
import type { Event } from "../../event.ts";
import { EXEC_STAGE, type ExitStatus } from "../../types.ts";
import { activationLimitText, allowsActivation } from "./activation_limit.ts";
import { checkRun, isCheckedAtRuns } from "../checking.ts";
import { relaunch, unexpectedEnd } from "./process.ts";
import { isGoodEnd } from "./process_end.ts";
import type { ServiceRecord } from "../record/record.ts";
import { allowsRestart, wantsRestart } from "../restart_policy.ts";
import { failLaunch, started } from "../starting.ts";
import type { Work } from "../effects/work.ts";

/** Opens the sockets, if they are not, and waits for what comes; or for the next time. */
export function listenOnDemand(work: Work, service: ServiceRecord): void {
  work.emit({ kind: "listen", service: service.id });
}

/** The sockets are open: that is all the start there is. */
export function isListening(work: Work, service: ServiceRecord): void {
  // Not so when the report is about an earlier start, and this one still waits for the console.
  if (service.phase === "coming-up") started(work, service);
}

/**
 * The sockets cannot be opened or watched: as with a launch, the stage and the system's error are
 * told.
 */
export function cannotListen(
  work: Work,
  service: ServiceRecord,
  { errno, why }: Pick<Extract<Event, { readonly kind: "listen-failed" }>, "errno" | "why">,
): void {
  work.log(service, "error", why);
  service.execFailure = { stage: EXEC_STAGE.activationSocket, errno };
  if (service.phase === "coming-up") {
    failLaunch(work, service, "exec-failed");
  } else if (service.state === "started") {
    service.hasGoneWrong = true;
    endForGood(work, service, "exec-failed");
  }
}

/** Something came in. */
export function demanded(
  work: Work,
  service: ServiceRecord,
  { wasWaiting, where }: Pick<Extract<Event, { readonly kind: "demand" }>, "wasWaiting" | "where">,
): void {
  if (service.state !== "started" || service.main.phase !== "none") return;
  if (service.timer === "relaunch" || service.isSetAside || service.isCheckingRun) return;
  if (service.unmetCondition !== undefined) return;
  if (!allowsActivation(work, service, wasWaiting)) {
    work.log(service, "error", activationLimitText(service, where));
    service.hasGoneWrong = true;
    endForGood(work, service, "failed");
    return;
  }
  service.isRecovering = true;
  if (isCheckedAtRuns(service.description)) checkRun(work, service);
  else relaunch(work, service);
}

/**
 * The process of a started service has ended: back to waiting, unless it failed and is not to be,
 * or too often, started again.
 */
export function demandServed(work: Work, service: ServiceRecord, status: ExitStatus): void {
  if (service.description.timer !== undefined) {
    runIsOver(work, service);
    return;
  }
  const isGood = isGoodEnd(work, service, status) && !service.hasMissedWatchdog;
  if (!isGood) {
    if (!wantsRestart(work, service) || !allowsRestart(work, service)) {
      endForGood(work, service, "terminated");
      return;
    }
  }
  if (isGood) service.restartsInRow = 0;
  service.isRecovering = false;
  listenOnDemand(work, service);
}

/** A run of a started service with a timer has ended, or came to nothing. */
export function runIsOver(work: Work, service: ServiceRecord): void {
  service.isRecovering = false;
  listenOnDemand(work, service);
}

/** Whatever `restart` says: its dependents stop, and it does. */
function endForGood(
  work: Work,
  service: ServiceRecord,
  reason: "exec-failed" | "failed" | "terminated",
): void {
  service.target = "stopped";
  unexpectedEnd(work, service, reason);
}
