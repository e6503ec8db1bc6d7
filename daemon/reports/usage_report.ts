/** Figures of services and of the manager itself, for those who ask. */
import { BUILD } from "../../core/program/build_info.ts";
import type { SchedulerApi } from "../../core/schedule/api.ts";
import type { ServiceId } from "../../core/types.ts";
import type { ManagerUsage, ServiceUsage } from "../../core/figures/usage.ts";
import type { Platform } from "../../platform/mod.ts";
import { usageOfProcess, type UsagePlatform } from "../processes/process_usage.ts";
import type { ServiceCgroups } from "../processes/cgroups/service_cgroups.ts";
import { findUsage } from "../processes/service_usage.ts";
import type { StartNotes } from "../time/start_notes.ts";

export interface UsageParts {
  readonly platform: UsagePlatform & Pick<Platform, "now" | "processId">;
  readonly scheduler: Pick<
    SchedulerApi,
    "description" | "status" | "history" | "links" | "dependentLinks"
  >;
  readonly cgroups: Pick<ServiceCgroups, "directoryOf" | "processes">;
  readonly starts: Pick<StartNotes, "counts" | "of">;
}

/** Of those that a service waits for, for people. */
const MOST_NAMES = 20;

export function serviceUsage(service: ServiceId, parts: UsageParts): ServiceUsage {
  const { platform, scheduler, starts } = parts;
  const { stateSince, restarts, usualStartMs, usualStopMs, health } = scheduler.history(service);
  const { name } = scheduler.description(service);
  const { pid, state } = scheduler.status(service);
  const now = platform.now();
  return {
    ...findUsage(name, pid, parts),
    atMs: now,
    inStateMs: stateSince === undefined ? undefined : now - stateSince,
    restarts,
    ...starts.counts(service),
    ...{ state, usualStartMs, usualStopMs },
    ...health !== undefined && { isHealthy: health.isGood },
    waitsFor: waitedFor(service, parts).slice(0, MOST_NAMES)
      .map((other) => scheduler.description(other).name),
  };
}

/**
 * Those that come up, for a start that has not begun its own part; those that go down, for a stop.
 */
function waitedFor(
  service: ServiceId,
  { scheduler, starts }: Pick<UsageParts, "scheduler" | "starts">,
): readonly ServiceId[] {
  const stateOf = (other: ServiceId) => scheduler.status(other).state;
  switch (stateOf(service)) {
    case "starting":
      if (starts.of(service)?.last.ownMs !== undefined) return [];
      return scheduler.links(service).map(({ to }) => to)
        .filter((other) => stateOf(other) === "starting" || stateOf(other) === "stopping");
    case "stopping":
      return scheduler.dependentLinks(service)
        .filter(({ kind }) => kind === "need" || kind === "prepared-by" || kind === "milestone")
        .map(({ from }) => from)
        .filter((other) => stateOf(other) === "stopping" || stateOf(other) === "starting");
    default:
      return [];
  }
}

export function managerUsage(
  { platform, logStore }: Pick<UsageParts, "platform"> & {
    readonly logStore: ManagerUsage["logStore"];
  },
): ManagerUsage {
  const pid = platform.processId();
  const descriptors = platform.os === "linux" ? platform.readDirectory("/proc/self/fd") : undefined;
  return {
    ...usageOfProcess(platform, pid),
    version: BUILD.version,
    pid,
    // One is that of the listing itself.
    descriptors: descriptors?.kind === "names" ? descriptors.names.length - 1 : undefined,
    atMs: platform.now(),
    ...logStore && { logStore },
  };
}
