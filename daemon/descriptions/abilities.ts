/**
 * What this manager can do for its services, as far as it knows when it loads them.
 */
import { missingController } from "../../core/system/cgroups.ts";
import { type Abilities, type CgroupFault, unservedSettings } from "../../core/description/mod.ts";
import type { Platform } from "../../platform/mod.ts";
import { cgroupMounts, findOwnCgroup } from "../processes/cgroups/own_cgroup.ts";
import { readCgroupWords } from "../processes/cgroups/cgroup_words.ts";

export interface AbilityOptions {
  /** `--cgroup-path`. */
  readonly cgroupPath: string | undefined;
  /** `--cgroups all`. */
  readonly areCgroupsForAll: boolean;
  /** Its services may mount cgroups, and remount what is read-only yet. */
  readonly isSystemManager: boolean;
}

/** Asked anew for each description: cgroups come and go with mounts. */
export function managerAbilities(platform: Platform, options: AbilityOptions): Abilities {
  return {
    unserved: unservedSettings(platform),
    endsTrees: options.areCgroupsForAll,
    cgroupFault: (controller) => cgroupFault(platform, options, controller),
    // Both lines that are asked about are a /proc of the box's own.
    sandboxFault: () => mayMount(platform) ? undefined : NO_RIGHT_TO_PROC,
  };
}

const NO_RIGHT_TO_PROC =
  "only a manager with CAP_SYS_ADMIN, root's mostly, can make a /proc that shows less";
const CAP_SYS_ADMIN = 1n << 21n;
const STATUS_BYTES = 16 * 1024;

/** Source: proc(5), CapPrm. Where nothing is to be read the start will show. */
function mayMount(platform: Platform): boolean {
  const file = platform.readFile("/proc/self/status", STATUS_BYTES);
  const text = file.kind === "contents" ? new TextDecoder().decode(file.bytes) : "";
  const permitted = /^CapPrm:\s*([0-9a-f]+)$/m.exec(text)?.[1];
  return permitted === undefined || (BigInt(`0x${permitted}`) & CAP_SYS_ADMIN) !== 0n;
}

function cgroupFault(
  platform: Platform,
  { cgroupPath, isSystemManager }: AbilityOptions,
  controller: string | undefined,
): CgroupFault | undefined {
  const root = findOwnCgroup(platform, cgroupPath);
  if (typeof root !== "string") {
    if (isSystemManager) return undefined;
    const hint = cgroupPath === undefined
      ? "Mount them: mount -t cgroup2 none /sys/fs/cgroup"
      : "Name a directory of control groups version 2 with --cgroup-path";
    return { why: root.message, hint };
  }
  if (controller === undefined) return undefined;
  const available = readCgroupWords(platform, `${root}/cgroup.controllers`);
  if (!available.includes(controller)) {
    return missingController(controller, root, available, cgroupMounts(platform));
  }
  return isSystemManager ? undefined : handingOutFault(platform, root, controller);
}

/**
 * Whether the controller can be handed on to groups of services: writing nothing changes nothing.
 */
function handingOutFault(
  platform: Platform,
  root: string,
  controller: string,
): CgroupFault | undefined {
  const file = `${root}/cgroup.subtree_control`;
  if (readCgroupWords(platform, file).includes(controller)) return undefined;
  const failure = platform.writeFile(file, "");
  if (failure === undefined) return undefined;
  return {
    why: `the controller "${controller}" cannot be enabled in ${root}: ${failure.message}`,
    hint: "The group must belong to the manager's user, with cgroup.procs and " +
      "cgroup.subtree_control in it; --cgroup-path names another",
  };
}
