/**
 * A path made absolute, as the kernel sees it.
 */
import type { Platform } from "../../interface/platform.ts";
import { FILE } from "./abi.ts";
import { files, streams } from "./parts.ts";

/**
 * As `Platform.realPath`: the name of a descriptor that only marks the place (O_PATH), in /proc.
 */
export function realPath(path: string): ReturnType<Platform["realPath"]> {
  const fd = files.openFile(path, FILE.O_PATH);
  if (typeof fd !== "number") return fd;
  const target = files.readLink(`/proc/self/fd/${fd}`);
  streams.close(fd);
  return typeof target === "string" ? { kind: "path", path: target } : target;
}
