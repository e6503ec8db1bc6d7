/**
 * The manager's own cgroup: the directory that relative `run-in-cgroup` paths are below, and
 * where the cgroups of services are made.
 *
 * Format of /proc/self/cgroup: one line `0::/path` with cgroup v2 alone (cgroups(7)).
 */
import { type CgroupMounts, parseCgroupMounts } from "../../../core/system/cgroups.ts";
import type { Failure, Platform } from "../../../platform/mod.ts";

const ROOT = "/sys/fs/cgroup";
const FILE_LIMIT_BYTES = 64 * 1024;
const MOUNTS_LIMIT_BYTES = 4 * 1024 * 1024;

export interface CgroupBase {
  readonly directory: string;
  /** Why relative paths will not work, for the log. */
  readonly warning: string | undefined;
}

/**
 * @param given `--cgroup-path`: relative to the root of cgroups, or absolute as it is.
 * @param isSystemManager The system manager is in the root.
 */
export function cgroupBase(
  platform: Platform,
  given: string | undefined,
  isSystemManager: boolean,
): CgroupBase {
  if (given !== undefined) {
    const directory = given.startsWith("/") ? given : `${ROOT}/${given}`;
    return { directory, warning: undefined };
  }
  if (isSystemManager || platform.os !== "linux") return { directory: ROOT, warning: undefined };
  const file = platform.readFile("/proc/self/cgroup", FILE_LIMIT_BYTES);
  if (file.kind === "failure") return { directory: ROOT, warning: undefined };
  const lines = new TextDecoder().decode(file.bytes).trimEnd().split("\n");
  const path = /^\d+:[^:]*:(\/.*)$/.exec(lines[0] ?? "")?.[1];
  if (lines.length !== 1 || path === undefined) {
    return {
      directory: ROOT,
      warning:
        "Cannot tell the manager's own control group: relative run-in-cgroup paths will fail",
    };
  }
  return { directory: path === "/" ? ROOT : `${ROOT}${path}`, warning: undefined };
}

/**
 * Below the manager's cgroup: where it goes itself when it is in the way of its services' cgroups.
 */
export const MANAGER_CGROUP = "dinit/manager";

/** Linux and FreeBSD agree. */
const ENOENT = 2;

/**
 * The directory of the manager's own cgroup of version 2, in which cgroups for services can be
 * made.
 *
 * Asked for when it is needed: a system manager may start before cgroups are mounted.
 *
 * @param given `--cgroup-path`.
 */
export function findOwnCgroup(platform: Platform, given: string | undefined): string | Failure {
  const mount = cgroupMounts(platform).unified;
  const candidates = given === undefined
    ? [mount === undefined ? undefined : ownCgroup(platform, mount)]
    : given.startsWith("/")
    ? [given]
    : [`${ROOT}/${given}`, mount === undefined ? undefined : `${mount}/${given}`];
  for (const directory of candidates) {
    // Version 1 has no file of this name.
    if (directory !== undefined && platform.exists(`${directory}/cgroup.controllers`)) {
      return directory.replace(/\/+$/, "");
    }
  }
  const where = given === undefined
    ? "no control groups of version 2 are mounted"
    : `"${given}" is none`;
  return { kind: "failure", call: "open", errno: ENOENT, message: where };
}

/** Where cgroups are mounted now. */
export function cgroupMounts(platform: Pick<Platform, "readFile">): CgroupMounts {
  const file = platform.readFile("/proc/self/mounts", MOUNTS_LIMIT_BYTES);
  return parseCgroupMounts(file.kind === "failure" ? "" : new TextDecoder().decode(file.bytes));
}

/** Source: cgroups(7): the line of version 2 begins with `0::`. */
function ownCgroup(platform: Platform, mount: string): string | undefined {
  const file = platform.readFile("/proc/self/cgroup", FILE_LIMIT_BYTES);
  if (file.kind === "failure") return undefined;
  const path = /^0::(\/.*)$/m.exec(new TextDecoder().decode(file.bytes))?.[1];
  // A cgroup outside of what is mounted here begins with "/..".
  if (path === undefined || path.startsWith("/..")) return undefined;
  const isMoved = path.endsWith(`/${MANAGER_CGROUP}`);
  return mount + (isMoved ? path.slice(0, -MANAGER_CGROUP.length - 1) : path);
}
