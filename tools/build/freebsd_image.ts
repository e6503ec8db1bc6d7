/**
 * What an executable for FreeBSD needs besides the program: its libraries must be found before
 * anything has been set up for that, and its kernel must be able to read its headers.
 */
import { PROGRAM_HEADER_BYTES, viewOf } from "./elf/image.ts";
import { bringHeadersHome } from "./elf/headers_home.ts";
import { addLibraryPath } from "./elf/libraries.ts";

/**
 * Where libraries are looked for first: a folder of the root file system for copies, and that of
 * the ports, from which the port's Deno has some. The linker's own list of folders
 * (ld-elf.so.hints) is in /var, which process 1 may not have.
 */
export const FREEBSD_LIBRARY_PATH = "/lib/dinit:/usr/local/lib";

/** On all processors that FreeBSD has Deno for. */
const PAGE_BYTES = 4096;

/**
 * The first version of Deno that moves the program headers, and finds its program through the
 * notes.
 */
const FIRST_THAT_MOVES = [2, 9] as const;

function movesHeaders(denoVersion: string): boolean {
  const [major = 0, minor = 0] = denoVersion.split(".").map(Number);
  const [firstMajor, firstMinor] = FIRST_THAT_MOVES;
  return major > firstMajor || (major === firstMajor && minor >= firstMinor);
}

/**
 * Before `deno compile`: the path of libraries, unless {@linkcode finishExecutable} has to find
 * room for it.
 *
 * @returns The runtime with that path; as it was, with a line to report, when there is no place for
 *   it.
 */
export function prepareRuntime(
  runtime: Uint8Array<ArrayBuffer>,
  denoVersion: string,
  report: (line: string) => void,
): Uint8Array<ArrayBuffer> {
  if (movesHeaders(denoVersion)) return runtime;
  try {
    return addLibraryPath(runtime, "the runtime", FREEBSD_LIBRARY_PATH);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    report(`${why}; libraries of /usr/local/lib must be copied to /lib (docs/freebsd.md)`);
    return runtime;
  }
}

/**
 * After `deno compile`: program headers in the first page, the kernel reads no others.
 * Source: sys/kern/imgact_elf.c, "Program headers not in the first page".
 *
 * @param executable Not changed.
 * @param name How to call it in errors.
 * @returns undefined when it is right as it is.
 * @throws {Error} It cannot be made right.
 */
export function finishExecutable(
  executable: Uint8Array<ArrayBuffer>,
  name: string,
): Uint8Array<ArrayBuffer> | undefined {
  if (areHeadersEarly(executable)) return undefined;
  const finished = bringHeadersHome(executable, name, FREEBSD_LIBRARY_PATH);
  if (areHeadersEarly(finished)) return finished;
  throw new Error(`${name}: FreeBSD's kernel would not run it: it has too many program headers`);
}

function areHeadersEarly(bytes: Uint8Array): boolean {
  const view = viewOf(bytes);
  const offset = Number(view.getBigUint64(32, true));
  return offset + view.getUint16(56, true) * PROGRAM_HEADER_BYTES <= PAGE_BYTES;
}
