/**
 * Numbers of posix_spawn(3) that differ between systems: spawn.h of glibc 2.36 and of XNU. FreeBSD
 * has no flag for a session of its own, so its children are made by the stub only.
 */
import type { System } from "../../core/types.ts";

export interface SpawnAbi {
  readonly POSIX_SPAWN_SETPGROUP: number;
  readonly POSIX_SPAWN_SETSIGDEF: number;
  readonly POSIX_SPAWN_SETSIGMASK: number;
  readonly POSIX_SPAWN_SETSID: number;
  /** Size of sigset_t in the C library: bit N − 1 is signal N. */
  readonly signalSetBytes: number;
  /** Reported for what cannot be done this way. */
  readonly ENOTSUP: number;
}

export const SPAWN_ABI: Readonly<Record<Exclude<System, "freebsd">, SpawnAbi>> = {
  linux: {
    POSIX_SPAWN_SETPGROUP: 2,
    POSIX_SPAWN_SETSIGDEF: 4,
    POSIX_SPAWN_SETSIGMASK: 8,
    POSIX_SPAWN_SETSID: 0x80,
    signalSetBytes: 128,
    ENOTSUP: 95,
  },
  darwin: {
    POSIX_SPAWN_SETPGROUP: 2,
    POSIX_SPAWN_SETSIGDEF: 4,
    POSIX_SPAWN_SETSIGMASK: 8,
    POSIX_SPAWN_SETSID: 0x400,
    signalSetBytes: 4,
    ENOTSUP: 45,
  },
};

/**
 * Larger than posix_spawnattr_t (336 bytes in glibc, a pointer on macOS) and the file actions (80,
 * a pointer).
 */
export const OBJECT_BYTES = 512;
