/**
 * What a service takes of the machine: by its control group if it has one of its own, else by its
 * process and the descendants of that.
 *
 * A control group tells processor time whatever is switched on in it; memory, tasks and disks only
 * with their controllers (Documentation/admin-guide/cgroup-v2.rst). What it does not tell is summed
 * up over its processes.
 */
import type { Pid, ServiceName } from "../../core/types.ts";
import { NO_USAGE, type ServiceUsage, type Usage } from "../../core/figures/usage.ts";
import {
  MOST_PROCESSES,
  numberAfter,
  processTree,
  textOf,
  usageOfProcesses,
  type UsagePlatform,
} from "./process_usage.ts";
import type { ServiceCgroups } from "./cgroups/service_cgroups.ts";

/** Figures and where they come from. */
export type FoundUsage = Usage & Pick<ServiceUsage, "source" | "isPartial">;

/** @param main Its process; 0: it has none that is known. */
export function findUsage(
  name: ServiceName,
  main: Pid | 0,
  { platform, cgroups }: {
    readonly platform: UsagePlatform;
    readonly cgroups: Pick<ServiceCgroups, "directoryOf" | "processes">;
  },
): FoundUsage {
  const directory = cgroups.directoryOf(name);
  if (directory !== undefined) {
    const told = cgroupUsage(platform, directory);
    // They are to be looked at only for what the group does not tell.
    if (!Object.values(told).includes(undefined)) {
      return { ...told, source: "cgroup", isPartial: false };
    }
    const pids = cgroups.processes(name);
    const summed = usageOfProcesses(platform, pids);
    return {
      cpuMs: told.cpuMs ?? summed.cpuMs,
      memoryBytes: told.memoryBytes ?? summed.memoryBytes,
      tasks: told.tasks ?? summed.tasks,
      readBytes: told.readBytes ?? summed.readBytes,
      writtenBytes: told.writtenBytes ?? summed.writtenBytes,
      source: "cgroup",
      isPartial: pids.length > MOST_PROCESSES,
    };
  }
  if (main === 0) return { ...NO_USAGE, source: "none", isPartial: false };
  const pids = processTree(platform, main);
  return {
    ...usageOfProcesses(platform, pids),
    source: "processes",
    isPartial: pids.length > MOST_PROCESSES,
  };
}

function cgroupUsage(platform: UsagePlatform, directory: string): Usage {
  const read = (file: string) => textOf(platform, `${directory}/${file}`);
  const processor = numberAfter(read("cpu.stat") ?? "", "usage_usec ");
  const disks = read("io.stat");
  return {
    cpuMs: processor === undefined ? undefined : processor / 1000,
    memoryBytes: numberAfter(read("memory.current") ?? "", ""),
    tasks: numberAfter(read("pids.current") ?? "", ""),
    readBytes: disks === undefined ? undefined : sumOfKey(disks, "rbytes"),
    writtenBytes: disks === undefined ? undefined : sumOfKey(disks, "wbytes"),
  };
}

/** Of `8:0 rbytes=4096 wbytes=0 …`, a line for each disk; none: nothing was read or written. */
function sumOfKey(text: string, key: string): number {
  let sum = 0;
  for (const [, number] of text.matchAll(new RegExp(` ${key}=(\\d+)`, "g"))) sum += Number(number);
  return sum;
}
