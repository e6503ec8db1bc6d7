/** Figures of services and of the manager itself, for those who ask. */
import { BUILD } from "../core/build_info.ts";
import type { SchedulerApi } from "../core/schedule/api.ts";
import type { ServiceId } from "../core/types.ts";
import type { ManagerUsage, ServiceUsage } from "../core/usage.ts";
import type { Platform } from "../platform/mod.ts";
import { usageOfProcess, type UsagePlatform } from "./processes/process_usage.ts";
import type { ServiceCgroups } from "./processes/service_cgroups.ts";
import { findUsage } from "./processes/service_usage.ts";
import type { StartNotes } from "./time/start_notes.ts";

export interface UsageParts {
  readonly platform: UsagePlatform & Pick<Platform, "now" | "processId">;
  readonly scheduler: Pick<SchedulerApi, "description" | "status" | "history">;
  readonly cgroups: Pick<ServiceCgroups, "directoryOf" | "processes">;
  readonly starts: Pick<StartNotes, "counts">;
}

export function serviceUsage(service: ServiceId, parts: UsageParts): ServiceUsage {
  const { platform, scheduler, starts } = parts;
  const { stateSince, restarts } = scheduler.history(service);
  const { name } = scheduler.description(service);
  const now = platform.now();
  return {
    ...findUsage(name, scheduler.status(service).pid, parts),
    atMs: now,
    inStateMs: stateSince === undefined ? undefined : now - stateSince,
    restarts,
    ...starts.counts(service),
  };
}

export function managerUsage({ platform }: Pick<UsageParts, "platform">): ManagerUsage {
  const pid = platform.processId();
  const descriptors = platform.os === "linux" ? platform.readDirectory("/proc/self/fd") : undefined;
  return {
    ...usageOfProcess(platform, pid),
    version: BUILD.version,
    pid,
    // One is that of the listing itself.
    descriptors: descriptors?.kind === "names" ? descriptors.names.length - 1 : undefined,
    atMs: platform.now(),
  };
}
