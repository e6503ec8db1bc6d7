/**
 * Settings that cannot be served on a system, or by a way to make processes.
 */
import type { UnservedSettings } from "../core/description/mod.ts";
import type { Platform } from "../platform/mod.ts";

/** What is impossible in any case; undefined: nothing. */
export function unservedSettings(
  { os, processMaking }: Pick<Platform, "os" | "processMaking">,
): UnservedSettings | undefined {
  if (processMaking.kind === "posix_spawn") {
    return { ...BEYOND_POSIX_SPAWN, why: `It can only use posix_spawn: ${processMaking.why}` };
  }
  return os === "freebsd" ? BEYOND_FREEBSD : undefined;
}

/** Settings that posix_spawn(3) has no term for: `platform/posix_spawn/order.ts`. */
const BEYOND_POSIX_SPAWN: Omit<UnservedSettings, "why"> = {
  settings: new Set([
    "run-as",
    "nice",
    "ioprio",
    "oom-score-adj",
    "rlimit-nofile",
    "rlimit-core",
    "rlimit-data",
    "rlimit-addrspace",
    "run-in-cgroup",
    "cgroup",
    "capabilities",
    "securebits",
    // LISTEN_PID must be the child's own number, which only the child knows before its program runs.
    "socket-listen",
    "socket",
  ]),
  options: new Set(["starts-on-console", "runs-on-console", "shares-console", "no-new-privs"]),
};

/** What FreeBSD's kernel has nothing for: `platform/bsd/freebsd_child.ts`. */
const BEYOND_FREEBSD: UnservedSettings = {
  settings: new Set([
    "ioprio",
    "oom-score-adj",
    "run-in-cgroup",
    "cgroup",
    "capabilities",
    "securebits",
  ]),
  options: new Set(),
  why: "FreeBSD has nothing like it: leave the setting out there",
};
