/**
 * The directory that relative `run-in-cgroup` paths are below: the manager's own control group.
 *
 * Format of /proc/self/cgroup: one line `0::/path` with cgroup v2 alone (cgroups(7)).
 */
import type { Platform } from "../platform/mod.ts";

const ROOT = "/sys/fs/cgroup";
const FILE_LIMIT_BYTES = 64 * 1024;

export interface CgroupBase {
  readonly directory: string;
  /** Why relative paths will not work, for the log. */
  readonly warning: string | undefined;
}

/**
 * @param given `--cgroup-path`: relative to the root of control groups, or absolute as it is.
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
