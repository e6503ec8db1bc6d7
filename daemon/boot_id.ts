/** Which run of the kernel this is: what is written in one says nothing of processes in another. */
import type { Platform } from "../platform/mod.ts";

/** Linux: random(4). */
const FILE = "/proc/sys/kernel/random/boot_id";
const LIMIT_BYTES = 64;

/** @returns undefined: the system does not tell. */
export function readBootId(platform: Pick<Platform, "os" | "readFile">): string | undefined {
  if (platform.os !== "linux") return undefined;
  const file = platform.readFile(FILE, LIMIT_BYTES);
  return file.kind === "failure" ? undefined : new TextDecoder().decode(file.bytes).trim();
}
