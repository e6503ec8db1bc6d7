/**
 * Making children by posix_spawn on Linux.
 */
import type { ChildSettings, LaunchResult } from "../../interface/child_settings.ts";
import { SPAWN_ABI } from "../../posix_spawn/abi.ts";
import { createPosixSpawner } from "../../posix_spawn/spawner.ts";
import { FILE } from "../kernel/abi.ts";
import { LINUX_CHILD_SYSTEM } from "./child_system.ts";
import { LINUX } from "../kernel/kernel.ts";
import { files, mask, streams } from "../kernel/parts.ts";
import { openNullDevice } from "./spawn.ts";

/** Makes the function that makes children by posix_spawn. */
export function posixSpawner(): (settings: ChildSettings) => LaunchResult {
  const ignored = mask.ignored();
  return createPosixSpawner({
    abi: SPAWN_ABI.linux,
    system: LINUX_CHILD_SYSTEM,
    ignoredSignals: () => ignored,
    openNullDevice,
    isDirectory,
    withSignalsBlocked: (action) => mask.withBlocked("all", action),
  });
}

/** Links are followed, as chdir(2) does. */
function isDirectory(path: string): boolean {
  const fd = files.openFile(path, FILE.O_PATH | LINUX.processor.O_DIRECTORY);
  if (typeof fd !== "number") return false;
  streams.close(fd);
  return true;
}
