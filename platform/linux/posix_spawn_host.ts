/**
 * How the manager makes children on Linux: by the stub, unless the environment asks for posix_spawn.
 */
import { SPAWN_BACKEND_VARIABLE, spawnBackend } from "../backends.ts";
import type { ChildSettings, SpawnResult } from "../interface.ts";
import { SPAWN_ABI } from "../posix_spawn/abi.ts";
import { createPosixSpawner } from "../posix_spawn/spawner.ts";
import type { Inheritance } from "../stub_spawner.ts";
import { FILE } from "./abi.ts";
import { LINUX_CHILD_SYSTEM } from "./child_system.ts";
import { openLogFile } from "./file_changes.ts";
import { openFile } from "./files.ts";
import { hasForeignRights } from "./foreign_rights.ts";
import { kernel } from "./kernel.ts";
import { readIgnoredSignals, withSignalsBlocked } from "./signal_mask.ts";
import { createSpawner, openNullDevice } from "./spawn.ts";
import { close } from "./streams.ts";

/** The way to make children that the environment asks for. */
export interface Spawning {
  readonly spawn: (settings: ChildSettings) => SpawnResult;
  /** Whether a child can be given another limit of descriptors than the manager's. */
  readonly setsLimits: boolean;
}

/** What is refused is told on standard error. @throws {Error} When the wish cannot be read. */
export function openSpawning(inheritance: () => Inheritance): Spawning {
  const backend = spawnBackend({
    value: Deno.env.get(SPAWN_BACKEND_VARIABLE),
    isFirstProcess: Deno.pid === 1,
    hasForeignRights,
  });
  if (backend.kind === "posix_spawn") return { spawn: posixSpawner(), setsLimits: false };
  if (backend.kind === "refused") console.error(`dinit: ${backend.message}`);
  return { spawn: createSpawner(inheritance), setsLimits: true };
}

/** Makes the function that makes children by posix_spawn. */
export function posixSpawner(): (settings: ChildSettings) => SpawnResult {
  const ignored = readIgnoredSignals();
  return createPosixSpawner({
    abi: SPAWN_ABI.linux,
    system: LINUX_CHILD_SYSTEM,
    ignoredSignals: () => ignored,
    openNullDevice,
    openLogFile,
    close,
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
