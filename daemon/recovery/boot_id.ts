/**
 * Which run of the kernel this is, and which space of process numbers: what is written in one says
 * nothing of processes in another.
 */
import type { Platform } from "../../platform/mod.ts";

/** Linux: random(4). */
const FILE = "/proc/sys/kernel/random/boot_id";
const LIMIT_BYTES = 64;

/** Linux: pid_namespaces(7). */
const NAMESPACE = "/proc/self/ns/pid";

/** @returns undefined: the system does not tell. */
export function readBootId(
  platform: Pick<Platform, "os" | "readFile" | "fileStatus">,
): string | undefined {
  if (platform.os !== "linux") return undefined;
  const file = platform.readFile(FILE, LIMIT_BYTES);
  const space = platform.fileStatus(NAMESPACE, "followed");
  if (file.kind === "failure" || "kind" in space) return undefined;
  return `${new TextDecoder().decode(file.bytes).trim()} ${space.inode}`;
}
