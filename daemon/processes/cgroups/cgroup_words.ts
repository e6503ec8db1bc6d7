/**
 * Which controllers a cgroup of version 2 has. Source: Documentation/admin-guide/cgroup-v2.rst.
 */
import type { Platform } from "../../../platform/mod.ts";

const FILE_LIMIT_BYTES = 1024 * 1024;

/** The words of an interface file; none when it cannot be read. */
export function readCgroupWords(platform: Platform, path: string): readonly string[] {
  const file = platform.readFile(path, FILE_LIMIT_BYTES);
  if (file.kind === "failure") return [];
  return new TextDecoder().decode(file.bytes).split(/\s+/).filter((word) => word !== "");
}
