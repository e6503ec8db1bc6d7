/**
 * How the manager makes children on Linux: by the stub, unless no page of machine code can be made; in a build for
 * tests also unless the environment asks for posix_spawn.
 */
import { SPAWN_BACKEND_VARIABLE, spawnBackend } from "../backends.ts";
import type { ChildSettings, LaunchResult, ProcessMaking } from "../child/settings.ts";
import type { Preferred } from "../interface.ts";
import { SPAWN_ABI } from "../posix_spawn/abi.ts";
import { createPosixSpawner } from "../posix_spawn/spawner.ts";
import type { Inheritance, Launcher } from "../child/stub_launcher.ts";
import { FILE } from "./abi.ts";
import { LINUX_CHILD_SYSTEM } from "./child_system.ts";
import { loadStub } from "./code_page.ts";
import { openFile } from "./files.ts";
import { kernel } from "./kernel.ts";
import { createLaunchPriority } from "./launch_priority.ts";
import { readIgnoredSignals, withSignalsBlocked } from "./signal_mask.ts";
import { createLauncher, openNullDevice } from "./spawn.ts";
import { close } from "./streams.ts";

/** The way to make children that is asked for, or is left. */
export interface Spawning extends Launcher {
  readonly processMaking: ProcessMaking;
  /** `Platform.prefer` */
  readonly prefer: (whom: Preferred) => void;
}

/** @throws {Error} When the wish of a test cannot be read. */
export function openSpawning(inheritance: () => Inheritance): Spawning {
  if (typeof DINIT_FOR_TESTS !== "undefined" && DINIT_FOR_TESTS) {
    if (spawnBackend(Deno.env.get(SPAWN_BACKEND_VARIABLE)) === "posix_spawn") {
      return byPosixSpawn(`${SPAWN_BACKEND_VARIABLE} asks for it`, false);
    }
  }
  const stub = loadStub();
  if (stub.kind === "failure") return byPosixSpawn(`${stub.call}: ${stub.message}`, true);
  const launchPriority = createLaunchPriority();
  return {
    ...createLauncher(stub, inheritance, launchPriority),
    processMaking: { kind: "stub" },
    prefer: launchPriority.prefer,
  };
}

function byPosixSpawn(why: string, isFallback: boolean): Spawning {
  return {
    launch: posixSpawner(),
    expectMany: () => {},
    processMaking: { kind: "posix_spawn", why, isFallback },
    // Its children would keep the priority when their program runs.
    prefer: () => {},
  };
}

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
