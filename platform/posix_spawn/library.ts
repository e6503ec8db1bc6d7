/**
 * posix_spawn(3) and its companions from the C library. All answer 0 or the error number itself.
 */
import { systemLibrary } from "../ffi/library.ts";

type Memory = Uint8Array<ArrayBuffer>;

export interface SpawnLibrary {
  readonly spawn: (
    pid: Memory,
    path: Memory,
    actions: Memory,
    attributes: Memory,
    argv: Memory,
    environment: Memory,
  ) => number;
  readonly actionsInit: (actions: Memory) => number;
  readonly actionsDestroy: (actions: Memory) => number;
  readonly addDuplicate: (actions: Memory, source: number, target: number) => number;
  readonly addClose: (actions: Memory, fd: number) => number;
  /** glibc 2.29, macOS 10.15. */
  readonly addDirectory: (actions: Memory, path: Memory) => number;
  readonly attributesInit: (attributes: Memory) => number;
  readonly attributesDestroy: (attributes: Memory) => number;
  readonly setFlags: (attributes: Memory, flags: number) => number;
  readonly setGroup: (attributes: Memory, group: number) => number;
  readonly setDefaultSignals: (attributes: Memory, set: Memory) => number;
  readonly setMask: (attributes: Memory, set: Memory) => number;
}

/** Binds them. @throws {Error} When the C library lacks one. */
export function bindSpawn(): SpawnLibrary {
  const onObject = { parameters: ["buffer"], result: "i32" } as const;
  const withMemory = { parameters: ["buffer", "buffer"], result: "i32" } as const;
  const withNumber = { parameters: ["buffer", "i32"], result: "i32" } as const;
  const { symbols } = Deno.dlopen(systemLibrary(), {
    spawn: {
      name: "posix_spawn",
      parameters: ["buffer", "buffer", "buffer", "buffer", "buffer", "buffer"],
      result: "i32",
    },
    actionsInit: { name: "posix_spawn_file_actions_init", ...onObject },
    actionsDestroy: { name: "posix_spawn_file_actions_destroy", ...onObject },
    addDuplicate: {
      name: "posix_spawn_file_actions_adddup2",
      parameters: ["buffer", "i32", "i32"],
      result: "i32",
    },
    addClose: { name: "posix_spawn_file_actions_addclose", ...withNumber },
    addDirectory: { name: "posix_spawn_file_actions_addchdir_np", ...withMemory },
    attributesInit: { name: "posix_spawnattr_init", ...onObject },
    attributesDestroy: { name: "posix_spawnattr_destroy", ...onObject },
    setFlags: {
      name: "posix_spawnattr_setflags",
      parameters: ["buffer", "i16"],
      result: "i32",
    },
    setGroup: { name: "posix_spawnattr_setpgroup", ...withNumber },
    setDefaultSignals: { name: "posix_spawnattr_setsigdefault", ...withMemory },
    setMask: { name: "posix_spawnattr_setsigmask", ...withMemory },
  });
  return symbols;
}
