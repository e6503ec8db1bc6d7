/**
 * What a service is still busy with while everything is to stop: for the watch over a shutdown and
 * its report. Only looks at the record.
 */
import type { Instant, Pid, ServiceName } from "../../types.ts";
import type { Link, ProcessRecord, ServiceRecord } from "./record.ts";
import { isIdle, isLastingLink, isOrderLink } from "./terms.ts";

/**
 * The time limit of what is under way. `none`: there is no limit. `passed`: it is over, and SIGKILL
 * was sent.
 */
export type StopLimit =
  | { readonly kind: "due"; readonly at: Instant }
  | { readonly kind: "none" }
  | { readonly kind: "passed" };

export type StopProgress =
  /** Its start goes on, because it cannot be broken off; SIGINT is sent at the limit. */
  | { readonly kind: "starting"; readonly pid: Pid | 0; readonly limit: StopLimit }
  /** Its start was broken off by SIGINT; SIGKILL is sent at the limit. */
  | { readonly kind: "interrupted"; readonly pid: Pid | 0; readonly limit: StopLimit }
  /**
   * Its process has not executed its program yet, and its stop waits for that; SIGKILL is sent at
   * the limit.
   */
  | { readonly kind: "launching"; readonly pid: Pid | 0; readonly limit: StopLimit }
  /** Its process was told to end; SIGKILL is sent at the limit. */
  | { readonly kind: "ending"; readonly pid: Pid | 0; readonly limit: StopLimit }
  /** Its stop command runs; SIGKILL is sent at the limit. */
  | { readonly kind: "stop-command"; readonly pid: Pid | 0; readonly limit: StopLimit }
  /** A command after its stop runs; SIGKILL is sent at the limit. */
  | { readonly kind: "cleaning-up"; readonly pid: Pid | 0; readonly limit: StopLimit }
  /** Nothing of its own is under way; names of those it waits for, perhaps none. */
  | { readonly kind: "waiting"; readonly for: readonly ServiceName[] };

/** @returns undefined for a service at rest. */
export function stopProgress(service: ServiceRecord): StopProgress | undefined {
  const { state, main, stopper } = service;
  if (state === "stopped" || service.presence.kind !== "loaded") return undefined;
  if (service.side !== undefined && hasProcess(stopper)) return sideProgress(service);
  if (hasProcess(stopper)) {
    return { kind: "stop-command", pid: stopper.pid, limit: limitOf(service) };
  }
  if (!hasProcess(main)) return { kind: "waiting", for: waitsFor(service) };
  if (service.phase === "interrupted") {
    return { kind: "interrupted", pid: main.pid, limit: limitOf(service) };
  }
  if (service.phase === "coming-down") {
    return { kind: "ending", pid: main.pid, limit: limitOf(service) };
  }
  if (service.phase === "stop-due") {
    return { kind: "launching", pid: main.pid, limit: limitOf(service) };
  }
  if (state !== "starting") return { kind: "waiting", for: waitsFor(service) };
  return { kind: "starting", pid: main.pid, limit: startLimitOf(service) };
}

/** A command before or after runs. */
function sideProgress(service: ServiceRecord): StopProgress {
  const { pid } = service.stopper;
  if (service.state === "starting") {
    return { kind: "starting", pid, limit: startLimitOf(service) };
  }
  const kind = service.phase === "cleaning-up" ? "cleaning-up" : "interrupted";
  return { kind, pid, limit: limitOf(service) };
}

function startLimitOf(service: ServiceRecord): StopLimit {
  return service.timer === "start" ? { kind: "due", at: service.deadline } : { kind: "none" };
}

function hasProcess({ phase }: ProcessRecord): boolean {
  return phase !== "none" && phase !== "ended";
}

/** A stop whose timer is not running any more has had its SIGKILL. */
function limitOf(service: ServiceRecord): StopLimit {
  if (service.timer === "stop") return { kind: "due", at: service.deadline };
  return service.description.stopTimeoutMs > 0 ? { kind: "passed" } : { kind: "none" };
}

function waitsFor(service: ServiceRecord): readonly ServiceName[] {
  const dependencies = service.links.filter((link) => link.waits).map((link) => link.to.name);
  const dependents = service.dependents.filter(isInTheWay).map((link) => link.from.name);
  return [...new Set([...dependencies, ...dependents])];
}

function isInTheWay(link: Link): boolean {
  if (isOrderLink(link) || link.from.state === "stopped") return false;
  return link.holds || (isLastingLink(link) && !isIdle(link.from));
}
