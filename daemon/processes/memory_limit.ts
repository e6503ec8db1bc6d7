/**
 * How much memory the manager and its services may use: the machine's, or less where a cgroup says
 * so.
 *
 * Source: cgroups(7), proc(5); Documentation/admin-guide/cgroup-v2.rst (memory.max) and
 * cgroup-v1/memory.rst (memory.limit_in_bytes).
 */
import type { Platform } from "../../platform/mod.ts";
import { cgroupMounts } from "./cgroups/own_cgroup.ts";

type Reader = Pick<Platform, "readFile">;

const FILE_LIMIT_BYTES = 64 * 1024;

/** @returns Bytes; undefined where the system does not have that. */
export function memoryLimit(platform: Reader): number | undefined {
  const own = textOf(platform, "/proc/self/cgroup");
  const { unified, legacy } = cgroupMounts(platform);
  const machineKilobytes = /^MemTotal:\s+(\d+) kB$/m.exec(textOf(platform, "/proc/meminfo"))?.[1];
  const limits = [
    ...(machineKilobytes === undefined ? [] : [Number(machineKilobytes) * 1024]),
    ...limitsOf(platform, unified, /^0::(\/.*)$/m.exec(own)?.[1], "memory.max"),
    ...limitsOf(
      platform,
      legacy.get("memory"),
      /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(\/.*)$/m.exec(own)?.[1],
      "memory.limit_in_bytes",
    ),
  ];
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/**
 * Of a group and of all above it. In a container the path may be the host's, and what is mounted
 * the group itself: then only the last one is there.
 */
function limitsOf(
  platform: Reader,
  mount: string | undefined,
  path: string | undefined,
  file: string,
): readonly number[] {
  if (mount === undefined || path === undefined) return [];
  const parts = path.split("/").filter((part) => part !== "");
  return Array.from(
    { length: parts.length + 1 },
    (_, length) => ["", ...parts.slice(0, length)].join("/"),
  )
    .map((group) => textOf(platform, `${mount}${group}/${file}`).trim())
    // "max", and a missing file, are no limits.
    .filter((text) => /^\d+$/.test(text))
    .map(Number);
}

function textOf(platform: Reader, path: string): string {
  const file = platform.readFile(path, FILE_LIMIT_BYTES);
  return file.kind === "failure" ? "" : new TextDecoder().decode(file.bytes);
}
