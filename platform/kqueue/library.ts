/**
 * The two functions of kqueue(2), from whatever library has them: FreeBSD's or macOS's C library,
 * or one that offers the same on another system.
 *
 * On FreeBSD dlsym(3) finds the `kevent` of FBSD_1.5, which takes the 64-byte structure; the one of
 * 32 bytes is hidden (lib/libc/sys/Symbol.map).
 */

/** Both fail with −1 and errno, as every function of the C library. */
export interface KqueueCalls {
  readonly kqueue: () => number;
  /** Null for no changes, no room for events, no time limit: kevent(2). */
  readonly kevent: (
    queue: number,
    changes: Uint8Array<ArrayBuffer> | null,
    changeCount: number,
    events: Uint8Array<ArrayBuffer> | null,
    eventRoom: number,
    timeLimit: Uint8Array<ArrayBuffer> | null,
  ) => number;
}

const bound = new Map<string, KqueueCalls>();

/**
 * Binds them, once for each library; it stays open for the life of the process.
 *
 * @param library Path, or a bare name that the dynamic linker searches.
 * @throws {Error} When the library cannot be loaded or has no such functions.
 */
export function bindKqueue(library: string): KqueueCalls {
  const known = bound.get(library);
  if (known !== undefined) return known;
  try {
    const { symbols } = Deno.dlopen(library, {
      kqueue: { parameters: [], result: "i32" },
      kevent: {
        parameters: ["i32", "buffer", "i32", "buffer", "i32", "buffer"],
        result: "i32",
      },
    });
    bound.set(library, symbols);
    return symbols;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot use "${library}" as kqueue library: ${why}`);
  }
}
