/**
 * The exit status of a container's manager whose services have all stopped by themselves: that of the
 * program which was the reason.
 */
import type { SchedulerApi } from "../core/schedule/api.ts";
import type { ServiceStatus } from "../core/command.ts";
import type { ServiceId } from "../core/types.ts";

/** As the status of a process that a signal ended: what shells and container runtimes report. */
const SIGNAL_BASE = 128;
/** timeout(1): the time was up. */
const TIMED_OUT = 124;
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
 * @param names The services that the manager was told to start, in order; the first one that failed decides,
 * and if it failed because of a dependency, that.
 * @returns 0 when all of them ended well.
 */
export function containerStatus(scheduler: SchedulerApi, names: readonly string[]): number {
  for (const name of names) {
    const service = scheduler.find(name);
    const status = service === undefined ? FAILED : statusOf(scheduler, service, new Set());
    if (status !== 0) return status;
  }
  return 0;
}

function statusOf(scheduler: SchedulerApi, service: ServiceId, seen: Set<ServiceId>): number {
  if (seen.has(service)) return 0;
  seen.add(service);
  const status = scheduler.status(service);
  switch (status.reason) {
    case "normal":
    case "dependency-restarted":
    case "dependency-failed":
      // "normal" is also the reason of one that stopped because a dependency had ended by itself.
      return statusOfDependencies(scheduler, service, seen);
    case "exec-failed":
      return status.execFailure?.errno === ENOENT ? NOT_FOUND : NOT_EXECUTABLE;
    case "timed-out":
      return TIMED_OUT;
    case "failed":
      return ownStatus(status) || FAILED;
    case "terminated":
      return ownStatus(status);
  }
}

/** A dependency that ended well ends its dependents too: that is no failure. */
function statusOfDependencies(
  scheduler: SchedulerApi,
  service: ServiceId,
  seen: Set<ServiceId>,
): number {
  for (const link of scheduler.links(service)) {
    if (link.kind !== "need" && link.kind !== "milestone" && link.kind !== "prepared-by") continue;
    const status = statusOf(scheduler, link.to, seen);
    if (status !== 0) return status;
  }
  return 0;
}

function ownStatus({ exit }: ServiceStatus): number {
  switch (exit.kind) {
    case "none":
      return 0;
    case "exited":
      return exit.code;
    case "signalled":
      return signalStatus(exit.signal);
  }
}
