/**
 * Conditions and assertions: what the machine has to be like is asked of the outside before the own
 * start of a service begins, and at each run of one with a timer.
 *
 * A service of which a condition does not hold counts as started, with nothing of it run, until it
 * is stopped: dependents go on, as they do where there is nothing to do. One of which an assertion
 * does not hold fails to start.
 */
import type { ServiceDescription } from "../description/contract/description.ts";
import type { CheckVerdict } from "../event.ts";
import { fail } from "./failing.ts";
import { relaunch } from "./types/process.ts";
import { runIsOver } from "./types/on_demand.ts";
import { clearRunExit, type ServiceRecord } from "./record/record.ts";
import { failLaunch, goOnStart, started } from "./starting.ts";
import type { Work } from "./effects/work.ts";

/** Whether something is to be asked before the own start. */
export function isCheckedAtStart(description: ServiceDescription): boolean {
  return description.timer === undefined && hasChecks(description);
}

/** Whether something is to be asked before each run. */
export function isCheckedAtRuns(description: ServiceDescription): boolean {
  return description.timer !== undefined && hasChecks(description);
}

function hasChecks(description: ServiceDescription): boolean {
  const { conditions, assertions, requiresMountsFor } = description;
  return conditions.length > 0 || assertions.length > 0 || requiresMountsFor.length > 0;
}

/** Nothing is waited for any more: the own start is next, if the machine is as it has to be. */
export function beginChecking(work: Work, service: ServiceRecord): void {
  work.enter(service, "starting", "checking");
  work.emit({ kind: "check", service: service.id });
  const { requiresMountsFor, startTimeoutMs } = service.description;
  // Nothing else is waited for.
  if (requiresMountsFor.length > 0 && startTimeoutMs > 0) {
    work.arm(service, "start", startTimeoutMs);
  }
}

/** What it needs was not mounted in time. */
export function checkTimedOut(work: Work, service: ServiceRecord): void {
  const seconds = service.description.startTimeoutMs / 1000;
  work.log(
    service,
    "error",
    `Start timed out after ${seconds} s: not all is mounted that it needs`,
  );
  service.reason = "timed-out";
  work.enter(service, "stopping", "stop-due");
  fail(work, service, "then-stopped");
}

/** It is time for a run, if the machine is as it has to be. */
export function checkRun(work: Work, service: ServiceRecord): void {
  service.isCheckingRun = true;
  work.emit({ kind: "check", service: service.id });
}

/** The answer; one that nobody waits for any more is left. */
export function checked(work: Work, service: ServiceRecord, verdict: CheckVerdict): void {
  if (service.phase === "checking") startChecked(work, service, verdict);
  else if (service.isCheckingRun) runChecked(work, service, verdict);
}

function startChecked(work: Work, service: ServiceRecord, verdict: CheckVerdict): void {
  work.disarm(service);
  switch (verdict.kind) {
    case "met":
      goOnStart(work, service);
      return;
    case "skip":
      work.log(service, "info", `Start skipped: condition not met: ${verdict.text}`);
      clearRunExit(service);
      service.isStartSkipped = true;
      service.unmetCondition = verdict.text;
      started(work, service);
      return;
    case "fail":
      work.log(service, "error", `Cannot start: assertion not met: ${verdict.text}`);
      failLaunch(work, service);
  }
}

function runChecked(work: Work, service: ServiceRecord, verdict: CheckVerdict): void {
  service.isCheckingRun = false;
  // One that waits to be stopped is asked anew when that is cancelled.
  if (service.state !== "started") return;
  switch (verdict.kind) {
    case "met":
      relaunch(work, service);
      return;
    case "skip":
      work.log(service, "info", `Run skipped: condition not met: ${verdict.text}`);
      break;
    case "fail":
      work.log(service, "error", `Cannot run: assertion not met: ${verdict.text}`);
  }
  runIsOver(work, service);
}
