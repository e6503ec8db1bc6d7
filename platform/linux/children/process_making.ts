/**
 * How the manager makes children on Linux: by the stub, unless no page of machine code can be made;
 * in a build for tests also unless the environment asks for posix_spawn.
 */
import type { ProcessMaking } from "../../interface/child_settings.ts";
import type { Preferred } from "../../interface/platform.ts";
import type { Launcher } from "../../child/stub_launcher.ts";
import type { Inheritance } from "../../posix/processes/inheritance.ts";
import { SPAWN_BACKEND_VARIABLE, spawnBackend } from "../kernel/backends.ts";
import { loadStub } from "./code_page.ts";
import { createLaunchPriority } from "./launch_priority.ts";
import { posixSpawner } from "./posix_spawn_host.ts";
import { createLauncher } from "./spawn.ts";

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
  const launcher = createLauncher(stub, inheritance, launchPriority);
  return {
    launch: (settings, note) => launcher.launch(settings, note),
    expectMany: () => launcher.expectMany(),
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
