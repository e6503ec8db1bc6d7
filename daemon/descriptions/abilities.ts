/**
 * What this manager can do for its services, as far as it knows when it loads them.
 */
import { missingController } from "../../core/cgroups.ts";
import { type Abilities, type CgroupFault, unservedSettings } from "../../core/description/mod.ts";
import type { Platform } from "../../platform/mod.ts";
import { cgroupMounts, findOwnCgroup } from "../processes/own_cgroup.ts";
import { readCgroupWords } from "../processes/cgroup_words.ts";

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
  };
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
