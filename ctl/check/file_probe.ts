/** Looks at programs and folders on the real system. */
import type { Probed } from "../../core/description/mod.ts";

/** Owner's permission to execute. Source: inode(7), S_IXUSR. */
const OWNER_EXECUTES = 0o100;

/** What is at a path, links followed; relative paths are taken from the working directory. */
export function probeFile(path: string): Probed {
  let info: Deno.FileInfo;
  try {
    info = Deno.statSync(path);
  } catch (error) {
    return { kind: "none", why: reason(error) };
  }
  if (info.isDirectory) return { kind: "directory" };
  if (!info.isFile) return { kind: "other" };
  const isExecutable = ((info.mode ?? 0) & OWNER_EXECUTES) !== 0;
  return { kind: "file", isExecutable, head: isExecutable ? readHead(path) : undefined };
}

/** So much of a file does the kernel look at. Source: Linux, include/uapi/linux/binfmts.h. */
const HEAD_BYTES = 256;

/** The first bytes of a file as characters; undefined when it cannot be read. */
function readHead(path: string): string | undefined {
  try {
    using file = Deno.openSync(path);
    const buffer = new Uint8Array(HEAD_BYTES);
    const count = file.readSync(buffer) ?? 0;
    return String.fromCharCode(...buffer.subarray(0, count));
  } catch {
    return undefined;
  }
}

/** Deno's text is `WORDS (os error N): what it was about`; the words are enough. */
function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const words = text.split(" (os error")[0] ?? text;
  return words.charAt(0).toLowerCase() + words.slice(1);
}
