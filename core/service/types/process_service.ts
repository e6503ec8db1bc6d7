/**
 * Type process: one supervised process. Started when it could be executed, or has given readiness.
 */
import { fail } from "../failing.ts";
import { awaitReadiness, watchLiveness } from "../health.ts";
import { bringDownProcess, processMissing, recoveryFailed } from "./process.ts";
import type { ServiceRecord } from "../record/record.ts";
import { started } from "../starting.ts";
import { isWaitingForDependents } from "../record/terms.ts";
import type { Work } from "../effects/work.ts";

export function processExecuted(work: Work, service: ServiceRecord): void {
  const isStopping = service.state === "stopping";
  if (!service.awaitsReadiness) processIsReady(work, service);
  else if (!isStopping && service.description.readiness !== undefined) {
    awaitReadiness(work, service);
  }
  // Also after SIGINT, which came before the program could have cared for it.
  if (isStopping && !isWaitingForDependents(service)) bringDownProcess(work, service);
}

/** The start, or the recovery, is complete. */
export function processIsReady(work: Work, service: ServiceRecord): void {
  if (service.phase === "coming-up") {
    work.disarm(service);
    started(work, service);
  } else if (service.isRecovering) {
    service.isRecovering = false;
    if (service.timer === "start") work.disarm(service);
    watchLiveness(work, service);
  }
}

/** The readiness pipe was closed without a word: the start, or the recovery, has failed. */
export function readinessClosed(work: Work, service: ServiceRecord): void {
  if (service.phase === "coming-up") {
    work.log(service, "error", "Readiness pipe was closed without notification");
    work.disarm(service);
    work.enter(service, "stopping", "stop-due");
    fail(work, service, "only");
    bringDownProcess(work, service);
  } else if (service.isRecovering) {
    work.log(service, "error", "Readiness pipe was closed without notification in recovery");
    recoveryFailed(work, service);
  }
}

/** The process could not be executed. */
export function processNotExecuted(work: Work, service: ServiceRecord): void {
  if (service.state !== "starting") {
    processMissing(work, service);
    return;
  }
  service.reason = "exec-failed";
  work.enter(service, "stopping", "stop-due");
  fail(work, service, "then-stopped");
}
