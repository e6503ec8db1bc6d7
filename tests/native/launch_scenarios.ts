/**
 * Random lists of calls for the child launch: with all flags, and calls that fail in all ways that
 * matter; and what must come of each.
 */
import { ERROR_NUMBERS, type NativeSystem, type Processor } from "../../native/conventions.ts";
import { ENTRY_FLAGS } from "../../native/programs/child_list.ts";
import * as fc from "../property.ts";
import type { Argument, Call, Launching } from "./launching_program.ts";

const [ENOENT, ENOEXEC, EBADF, EACCES, ENODEV, ENOTDIR, EINVAL] = [2, 8, 9, 13, 19, 20, 22];
const AT_FDCWD = -100;
/** Of the kernel's handles of files; not among the calls of our programs. */
const OPEN_BY_HANDLE_AT: Readonly<Record<Processor, number>> = { x86_64: 304, aarch64: 265 };
const [FUTEX_WAIT_PRIVATE, PROT_READ, MAP_PRIVATE] = [128, 1, 2];

/** What must stay as it is: results have 32 bits. */
const BEHIND_STORED = [1, 2, 3, 4];

/** What the calls point to. */
export const PIECES: Launching["pieces"] = {
  /** Where results are stored. */
  stored: new Uint8Array([0, 0, 0, 0, ...BEHIND_STORED]),
  zero: new Uint8Array(8),
  pid: new Uint8Array(8).fill(0x2e),
  "a nanosecond": [0, 1],
  /** Eight bytes of a kind that no file system has. */
  handle: new Uint8Array([8, 0, 0, 0, 1, 0, 0, 0, ...new Array(8).fill(0xff)]),
  words: [{ data: "shell" }, { data: "name" }, { data: "word" }, 0],
  environment: [{ data: "variable" }, 0],
  letters: "abcdefghijklmnopqrstuvwxyz",
  shell: "/bin/sh",
  name: "name",
  word: "word",
  variable: "A=1",
  "/nowhere": "/nowhere",
  "/etc/passwd": "/etc/passwd",
  "/etc/passwd/x": "/etc/passwd/x",
};
/** The address of a piece. */
export const at = (data: string): Argument => ({ data });

/** A call, and what comes of it: what it writes, or how it fails on a system. */
interface Happening extends Omit<Call, "flags"> {
  readonly outcome:
    | { readonly kind: "writes"; readonly what: number | "stored" | "pid" }
    | { readonly kind: "fails"; readonly errno: Readonly<Record<NativeSystem, number>> };
}

function fails(
  call: string | number,
  args: readonly Argument[],
  errno: number | "ESTALE" | "ETIMEDOUT",
): Happening {
  const on = (system: NativeSystem) =>
    typeof errno === "number" ? errno : ERROR_NUMBERS[system][errno];
  const outcome = { kind: "fails", errno: { linux: on("linux"), freebsd: on("freebsd") } } as const;
  return { call, args, outcome };
}

function failures(processor: Processor): readonly Happening[] {
  const stale = fails(OPEN_BY_HANDLE_AT[processor], [AT_FDCWD, at("handle"), 0], "ESTALE");
  const futexArguments = [at("zero"), FUTEX_WAIT_PRIVATE, 0, at("a nanosecond"), 0, 0];
  return [
    fails("chdir", [at("/nowhere")], ENOENT),
    fails("chdir", [at("/etc/passwd/x")], ENOTDIR),
    fails("execve", [at("/etc/passwd"), 0, 0], EACCES),
    fails("close", [-1], EBADF),
    fails("lseek", [0, 0, 99], EINVAL),
    // Standard input is a directory.
    fails("mmap", [0, 4096, PROT_READ, MAP_PRIVATE, 0, 0], ENODEV),
    fails("futex", futexArguments, "ETIMEDOUT"),
    ...(canOpenByHandle() ? [stale] : []),
  ];
}

/** Whether open_by_handle_at(2) is allowed (CAP_DAC_READ_SEARCH). */
function canOpenByHandle(): boolean {
  const effective = /^CapEff:\s*(\w+)$/m.exec(Deno.readTextFileSync("/proc/self/status"))?.[1];
  return (BigInt(`0x${effective}`) & 4n) !== 0n;
}

/** Each writes something else. */
function writings(): readonly Happening[] {
  const write = (data: string, bytes: number, what: number | "stored" | "pid"): Happening => ({
    call: "write",
    args: [1, at(data), bytes],
    outcome: { kind: "writes", what },
  });
  return [
    ...[1, 2, 3].map((count) => write("letters", count, count)),
    write("stored", 8, "stored"),
    write("pid", 8, "pid"),
  ];
}

export interface Step {
  readonly happening: Happening | "write-own-pid";
  readonly flags: number;
  readonly forgivenError: number;
}

export interface Scenario {
  readonly steps: readonly Step[];
  /** "script": it is no program itself. */
  readonly shellPath: "/bin/sh" | "/nowhere" | "script";
  readonly wantsToShare: boolean;
}

const { ignoreFailure, ignoreMissing, search, shell, storeResult, writeOwnPid } = ENTRY_FLAGS;
const anyFlags = fc.oneof(
  fc.constantFrom(0, ignoreFailure, ignoreMissing, search, storeResult, search | shell, shell),
  fc.nat({ max: 31 }),
);

/** The piece "script" must be the path of a file that is no program. */
export function anyScenario(processor: Processor): fc.Arbitrary<Scenario> {
  const script = fails(
    "execve",
    [at("script"), { data: "words", offset: 8 }, at("environment")],
    ENOEXEC,
  );
  const anyHappening = fc.oneof(
    fc.constantFrom(...writings()),
    fc.constantFrom(...failures(processor), script),
    fc.constant("write-own-pid" as const),
  );
  const anyStep: fc.Arbitrary<Step> = fc.record({
    happening: anyHappening,
    flags: anyFlags,
    forgivenError: fc.constantFrom(0, 0, 0, ENOENT, EBADF, EACCES, ENOEXEC, ENOTDIR),
  });
  return fc.record({
    steps: fc.array(anyStep, { minLength: 1, maxLength: 8 }),
    shellPath: fc.constantFrom("/bin/sh", "/nowhere", "script"),
    wantsToShare: fc.boolean(),
  });
}

type Ending =
  | { readonly kind: "reported"; readonly errno: number; readonly index: number }
  | { readonly kind: "shell" };

export interface Expected {
  /** In place of the PID's text its mark stands. */
  readonly written: readonly (number | "pid")[];
  readonly ending: Ending;
}

/** The rules of `child_list.ts`, told once more. */
export function expected({ steps, shellPath }: Scenario, system: NativeSystem): Expected {
  const { ESTALE, ETIMEDOUT } = ERROR_NUMBERS[system];
  const searchesOn = [ENOENT, EACCES, ENODEV, ENOTDIR, ETIMEDOUT, ESTALE];
  const written: (number | "pid")[] = [];
  let [stored, hasPid, searchError] = [0, false, ENOENT];
  for (const [index, { happening, flags, forgivenError }] of steps.entries()) {
    if (happening === "write-own-pid") {
      hasPid = true;
      continue;
    }
    const { outcome } = happening;
    if (outcome.kind === "writes") {
      const { what } = outcome;
      if (what === "stored") written.push(stored, 0, 0, 0, ...BEHIND_STORED);
      else if (what === "pid") written.push(...(hasPid ? ["pid" as const] : dots()));
      else written.push(...letters(what));
      if (flags & storeResult) stored = typeof what === "number" ? what : 8;
      continue;
    }
    const errno = outcome.errno[system];
    if (flags & ignoreFailure || (flags & ignoreMissing && errno === ENOENT)) continue;
    if (errno === forgivenError) continue;
    if (flags & shell && errno === ENOEXEC) {
      if (shellPath === "/bin/sh") return { written, ending: { kind: "shell" } };
      const reported = shellPath === "script" ? ENOEXEC : ENOENT;
      return { written, ending: { kind: "reported", errno: reported, index } };
    }
    if (!(flags & search) || !searchesOn.includes(errno)) {
      return { written, ending: { kind: "reported", errno, index } };
    }
    if (searchError !== EACCES) searchError = errno;
  }
  const index = steps.length - 1;
  return { written, ending: { kind: "reported", errno: searchError, index } };
}

export const bytesOf = (text: string) => [...new TextEncoder().encode(text)];
const dots = () => bytesOf("........");
const letters = (count: number) => Array.from({ length: count }, (_, index) => 0x61 + index);

export function callOf({ happening, flags, forgivenError }: Step): Call {
  if (happening === "write-own-pid") return { call: 0, args: [at("pid")], flags: writeOwnPid };
  const { call, args } = happening;
  // Where the last argument is the call's own, there is no room for the address.
  if (args.length === 6) return { call, args, flags: flags & ~storeResult, forgivenError };
  return {
    call,
    forgivenError,
    args: [0, 1, 2, 3, 4].map((index) => args[index] ?? 0).concat([at("stored")]),
    flags,
  };
}
