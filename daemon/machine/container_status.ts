/**
 * The exit status of a container's manager whose services have all stopped: that of the program
 * which was the reason. 0 only where nothing went wrong.
 */
import type { SchedulerApi } from "../../core/schedule/api.ts";
import type { ServiceStatus } from "../../core/command.ts";
import { EXEC_STAGE, type ServiceId } from "../../core/types.ts";

/** As the status of a process that a signal ended: what shells and container runtimes report. */
const SIGNAL_BASE = 128;
/** timeout(1): the time was up. */
const TIMED_OUT = 124;
/** env(1): what was to be set up before the program (its log file, its user) could not be. */
const NOT_SET_UP = 125;
/** POSIX, exit status of the shell: found but not executable; not found. */
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;
/** The same number on all systems: errno.h of each. */
const ENOENT = 2;
/** A failure that has no number of its own: a description that cannot be loaded, for one. */
const FAILED = 1;

/** The status of a process ended by the signal. */
export function signalStatus(signal: number): number {
  return SIGNAL_BASE + signal;
}

/**
 * @param names The services that decide, in order; the first one that failed does, and if it failed
 * because of a dependency, that.
 * @returns 0 when all of them ended well.
 */
export function containerStatus(scheduler: SchedulerApi, names: Iterable<string>): number {
  for (const name of names) {
    const service = scheduler.find(name);
    const isLoaded = service !== undefined && scheduler.fault(service) === undefined;
    const status = isLoaded ? statusOf(scheduler, service, new Set()) : FAILED;
    if (status !== 0) return status;
  }
  return 0;
}

/** @param seen Services that were looked at: each can be reached in several ways. */
function statusOf(scheduler: SchedulerApi, service: ServiceId, seen: Set<ServiceId>): number {
  if (seen.has(service)) return 0;
  seen.add(service);
  const status = scheduler.status(service);
  const own = scheduler.hasGoneWrong(service) ? ownFailure(status) : 0;
  if (own !== 0) return own;
  // Also of one that stopped as usual: because a dependency had ended, or that a shutdown found
  // already failing.
  const dependencies = hardDependencies(scheduler, service);
  for (const dependency of dependencies) {
    const theirs = statusOf(scheduler, dependency, seen);
    if (theirs !== 0) return theirs;
  }
  if (!scheduler.hasGoneWrong(service)) return 0;
  // The start of what needs an application that has done its work and ended is broken off: that is
  // no failure.
  return dependencies.some((dependency) => endedWell(scheduler, dependency)) ? 0 : FAILED;
}

function hardDependencies(scheduler: SchedulerApi, service: ServiceId): readonly ServiceId[] {
  return scheduler.links(service)
    .filter(({ kind }) => kind === "need" || kind === "milestone" || kind === "prepared-by")
    .map(({ to }) => to);
}

/** By itself, or because something that it needs has. */
function endedWell(scheduler: SchedulerApi, service: ServiceId): boolean {
  if (scheduler.hasGoneWrong(service)) return false;
  switch (scheduler.status(service).reason) {
    case "terminated":
      return true;
    case "dependency-failed":
      return hardDependencies(scheduler, service).some((to) => endedWell(scheduler, to));
    default:
      return false;
  }
}

/** @returns 0 when the reason is not to be found in the service itself. */
function ownFailure(status: ServiceStatus): number {
  switch (status.reason) {
    case "dependency-failed":
    case "dependency-restarted":
      return 0;
    case "exec-failed":
      return execStatus(status.execFailure);
    case "timed-out":
      return TIMED_OUT;
    case "failed":
    case "terminated":
      return processStatus(status) || FAILED;
    case "normal":
      return processStatus(status);
  }
}

function execStatus(failure: ServiceStatus["execFailure"]): number {
  if (failure !== undefined && failure.stage !== EXEC_STAGE.execute) return NOT_SET_UP;
  return failure?.errno === ENOENT ? NOT_FOUND : NOT_EXECUTABLE;
}

function processStatus({ exit }: ServiceStatus): number {
  switch (exit.kind) {
    case "none":
      return 0;
    case "exited":
      return exit.code;
    case "signalled":
      return signalStatus(exit.signal);
  }
}
