/**
 * The C library, reduced to what cannot be done without it: `syscall(2)` in three shapes, `mmap`,
 * errno.
 *
 * All system calls go through `syscall`: the numbers are in `platform/linux/kernel/abi.ts`. A call
 * takes 0.7 µs, one with 64-bit numbers 0.8 µs.
 */

/** The calls that most things take: at most one pointer, in the second place. */
export interface SystemCalls {
  /**
   * `syscall(number, a, b, c, d, e, f)`, numbers only. −1 on failure; then read {@link lastErrno}
   * at once.
   */
  readonly numbers: (
    number: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    f: number,
  ) => number;
  /** The same with memory as second argument; null for a null pointer. */
  readonly buffer: (
    number: number,
    a: number,
    memory: Uint8Array<ArrayBuffer> | null,
    c: number,
    d: number,
    e: number,
    f: number,
  ) => number;
  /** errno of this thread. */
  readonly lastErrno: () => number;
}

/** The calls with addresses as numbers, and new memory. */
export interface AddressCalls {
  readonly addresses: (
    number: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    f: number,
  ) => number;
  /** mmap(2): null or the address −1 (MAP_FAILED) on failure. */
  readonly map: (
    hint: Deno.PointerValue,
    bytes: number,
    protection: number,
    flags: number,
    fd: number,
    offset: number,
  ) => Deno.PointerValue;
}

/**
 * The C library and its function that tells where errno is. On FreeBSD and Linux `syscall` is one
 * of its functions; on macOS `named_calls.ts` takes its place.
 */
const LIBRARIES: Readonly<Record<string, { readonly file: string; readonly errno: string }>> = {
  linux: { file: "libc.so.6", errno: "__errno_location" },
  freebsd: { file: "libc.so.7", errno: "__error" },
  darwin: { file: "libSystem.B.dylib", errno: "__error" },
};

/** File name of the system's C library. @throws {Error} On a system that is not known. */
export function systemLibrary(): string {
  return libraryHere().file;
}

function libraryHere() {
  const library = LIBRARIES[Deno.build.os];
  if (library === undefined) throw new Error(`No C library is known for "${Deno.build.os}"`);
  return library;
}

/** An address in the calling thread's own memory: that of its errno. */
export function threadMemoryAddress(): number {
  return (system ??= bindSystemCalls()).errnoAddress;
}

/**
 * A parameter behind the last one, which the called function does not look at, and what is passed
 * for it. Deno compiles machine code for each function that it binds (0.33 ms, and a page that
 * becomes executable) so that V8's compilers can call it directly; but not for one that takes a
 * structure, and there is no compiler here to use that code (`tools/build/executable.ts`). It makes
 * each call 0.1 µs slower.
 */
const UNCOMPILED = { struct: ["u8"] } as const;
const NOTHING = new Uint8Array(1);

/** Functions of the C library as they are bound. */
type NumberCall = (...words: [...Parameters<SystemCalls["numbers"]>, typeof NOTHING]) => number;
type BufferCall = (...words: [...Parameters<SystemCalls["buffer"]>, typeof NOTHING]) => number;
type MapCall = (
  ...words: [...Parameters<AddressCalls["map"]>, typeof NOTHING]
) => Deno.PointerValue;

interface BoundSystemCalls {
  readonly numbers: NumberCall;
  readonly buffer: BufferCall;
  readonly errno: Int32Array;
  readonly errnoAddress: number;
}

interface BoundAddressCalls {
  readonly addresses: NumberCall;
  readonly map: MapCall;
}

let system: BoundSystemCalls | undefined;
let addressing: BoundAddressCalls | undefined;

/**
 * The calls by number, each kind bound at its first use: a client often needs the first kind only.
 * All on one thread: errno belongs to a thread.
 *
 * The first call throws an Error when the C library is not there.
 */
export const SYSTEM_CALLS: SystemCalls & AddressCalls = {
  numbers: (number, a, b, c, d, e, f) =>
    (system ??= bindSystemCalls()).numbers(number, a, b, c, d, e, f, NOTHING),
  buffer: (number, a, memory, c, d, e, f) =>
    (system ??= bindSystemCalls()).buffer(number, a, memory, c, d, e, f, NOTHING),
  lastErrno: () => (system ??= bindSystemCalls()).errno[0] as number,
  addresses: (number, a, b, c, d, e, f) =>
    (addressing ??= bindAddressCalls()).addresses(number, a, b, c, d, e, f, NOTHING),
  map: (hint, bytes, protection, flags, fd, offset) =>
    (addressing ??= bindAddressCalls()).map(hint, bytes, protection, flags, fd, offset, NOTHING),
};

/**
 * errno of the call that failed just before.
 *
 * Read it as the very next thing: an allocation in between lets the garbage collector run, whose
 * system calls set errno too (7 wrong of 1,000,000 when tried; none without).
 */
export function lastErrno(calls: SystemCalls): number {
  return calls.lastErrno();
}

let trim: ((padding: number, nothing: typeof NOTHING) => number) | null | undefined;

/** Gives freed memory of the C library's heap back to the system, where it can do that: glibc. */
export function trimFreeMemory(): void {
  trim ??= bindTrim();
  trim?.(0, NOTHING);
}

function bindTrim(): Exclude<typeof trim, undefined> {
  const trimming = { parameters: ["i32", UNCOMPILED], result: "i32", optional: true } as const;
  const { symbols } = Deno.dlopen(systemLibrary(), { malloc_trim: trimming });
  return symbols.malloc_trim;
}

function bindSystemCalls(): BoundSystemCalls {
  const { symbols } = Deno.dlopen(systemLibrary(), {
    numbers: {
      name: "syscall",
      parameters: ["i32", "i32", "i32", "i32", "i32", "i32", "i32", UNCOMPILED],
      result: "i32",
    },
    buffer: {
      name: "syscall",
      parameters: ["i32", "i32", "buffer", "i32", "i32", "i32", "i32", UNCOMPILED],
      result: "i32",
    },
    errnoLocation: { name: libraryHere().errno, parameters: [UNCOMPILED], result: "pointer" },
  });
  const { numbers, buffer, errnoLocation } = symbols;
  const location = errnoLocation(NOTHING);
  if (location === null) throw new Error("Cannot find errno: the C library gives no address");
  return {
    numbers,
    buffer,
    errno: new Int32Array(new Deno.UnsafePointerView(location).getArrayBuffer(4)),
    errnoAddress: Number(Deno.UnsafePointer.value(location)),
  };
}

function bindAddressCalls(): BoundAddressCalls {
  const { symbols } = Deno.dlopen(systemLibrary(), {
    addresses: {
      name: "syscall",
      parameters: ["i64", "i64", "i64", "i64", "i64", "i64", "i64", UNCOMPILED],
      result: "i32",
    },
    map: {
      name: "mmap",
      parameters: ["pointer", "i64", "i32", "i32", "i32", "i64", UNCOMPILED],
      result: "pointer",
    },
  });
  // 64-bit parameters take numbers as well as bigints at run time; Deno's types know bigints only.
  return symbols as unknown as BoundAddressCalls;
}
