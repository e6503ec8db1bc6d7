/**
 * What an executable for FreeBSD needs besides the program: its libraries must be found before anything has been set up for
 * that, and its kernel must be able to read its headers.
 */
import { PROGRAM_HEADER_BYTES, viewOf } from "./elf_image.ts";
import { addLibraryPath } from "./elf_libraries.ts";

/**
 * Where libraries are looked for first: a folder of the root file system for copies, and that of the ports, from which the
 * port's Deno has some. The linker's own list of folders (ld-elf.so.hints) is in /var, which process 1 may not have.
 */
export const FREEBSD_LIBRARY_PATH = "/lib/dinit:/usr/local/lib";

/** On all processors that FreeBSD has Deno for. */
const PAGE_BYTES = 4096;

/** @returns The runtime with that path; as it was, with a line to report, when there is no place for it. */
export function withLibraryPath(
  runtime: Uint8Array<ArrayBuffer>,
  report: (line: string) => void,
): Uint8Array<ArrayBuffer> {
  try {
    return addLibraryPath(runtime, "the runtime", FREEBSD_LIBRARY_PATH);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    report(`${why}; libraries of /usr/local/lib must be copied to /lib (docs/freebsd.md)`);
    return runtime;
  }
}

/**
 * Source: sys/kern/imgact_elf.c, "Program headers not in the first page". Deno 2.9.6 puts them at the end of the file.
 *
 * @param start The first bytes of an ELF file.
 * @returns Why the kernel would refuse it, as a sentence.
 */
export function headersFault(start: Uint8Array): string | undefined {
  const view = viewOf(start);
  const offset = Number(view.getBigUint64(32, true));
  const end = offset + view.getUint16(56, true) * PROGRAM_HEADER_BYTES;
  if (end <= PAGE_BYTES) return undefined;
  return `FreeBSD's kernel would not run it: its program headers are at ${offset}, not in the first ${PAGE_BYTES} bytes, ` +
    "where this version of deno compile has moved them from; use another";
}
