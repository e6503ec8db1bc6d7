/** Reading of files as descriptions need it; the effects are the caller's. */
import { type Problem, problem } from "./problem.ts";

/** Largest description or environment file; larger ones are a mistake (a log, a device). */
export const MAX_FILE_BYTES = 1024 * 1024;

export type FileResult =
  | {
    readonly kind: "contents";
    readonly bytes: Uint8Array;
    readonly modifiedSeconds: number;
    readonly modifiedNanoseconds: number;
  }
  /** There is no such file (a link that leads nowhere counts as none). */
  | { readonly kind: "missing" }
  /** There is something, but it cannot be read; `why` follows a colon in a message. */
  | { readonly kind: "unreadable"; readonly why: string };

/** The file system as the reader of descriptions sees it. Nothing here may block. */
export interface DescriptionFiles {
  /** A regular file of at most {@link MAX_FILE_BYTES}; anything else is unreadable. */
  read(path: string): FileResult;
  /** Names in a directory, without `.` and `..`, in any order. */
  list(path: string):
    | { readonly kind: "names"; readonly names: readonly string[] }
    | { readonly kind: "unreadable"; readonly why: string };
  exists(path: string): boolean;
  /**
   * The directory in which a file really lies, links resolved; undefined when that cannot be told.
   */
  realDirectory(path: string): string | undefined;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes of a file as text, or where they are no UTF-8. A byte-order mark stays. */
export function decodeText(
  bytes: Uint8Array,
  file: string,
): { readonly kind: "text"; readonly text: string } | {
  readonly kind: "fault";
  readonly problem: Problem;
} {
  try {
    return { kind: "text", text: decoder.decode(bytes) };
  } catch {
    return { kind: "fault", problem: encodingProblem(bytes, file) };
  }
}

/** The first byte that is no UTF-8: bisected over lines, so that the position can be told. */
function encodingProblem(bytes: Uint8Array, file: string): Problem {
  const lenient = new TextDecoder("utf-8");
  let line = 1;
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    const part = bytes.subarray(start, end);
    if (!isUtf8(part)) {
      const lineText = lenient.decode(part);
      const column = [...lineText].indexOf("\ufffd") + 1;
      return problem({ file, line, column, lineText }, "The file is no UTF-8 text");
    }
    line++;
    start = end + 1;
  }
  return problem({ file }, "The file is no UTF-8 text");
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    decoder.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The directory part of a path, as text; "." without a slash. */
export function directoryPart(path: string): string {
  const slash = path.lastIndexOf("/");
  if (slash < 0) return ".";
  return slash === 0 ? "/" : path.slice(0, slash);
}
