/**
 * Making children by posix_spawn on Linux.
 */
import type { ChildSettings, LaunchResult } from "../interface/child_settings.ts";
import { SPAWN_ABI } from "../posix_spawn/abi.ts";
import { createPosixSpawner } from "../posix_spawn/spawner.ts";
import { FILE } from "./abi.ts";
import { LINUX_CHILD_SYSTEM } from "./child_system.ts";
import { openFile } from "./files.ts";
import { kernel } from "./kernel.ts";
import { readIgnoredSignals, withSignalsBlocked } from "./signal_mask.ts";
import { openNullDevice } from "./spawn.ts";
import { close } from "./streams.ts";

/** Makes the function that makes children by posix_spawn. */
export function posixSpawner(): (settings: ChildSettings) => LaunchResult {
  const ignored = readIgnoredSignals();
  return createPosixSpawner({
    abi: SPAWN_ABI.linux,
    system: LINUX_CHILD_SYSTEM,
    ignoredSignals: () => ignored,
    openNullDevice,
    isDirectory,
    withSignalsBlocked,
  });
}

/** Links are followed, as chdir(2) does. */
function isDirectory(path: string): boolean {
  const fd = openFile(path, FILE.O_PATH | kernel().abi.O_DIRECTORY);
  if (typeof fd !== "number") return false;
  close(fd);
  return true;
}
