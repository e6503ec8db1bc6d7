/** Files as conversions see them. */
import { decodeText, type DescriptionFiles, type Problem, problem } from "../description/mod.ts";

export interface ConvertFiles extends DescriptionFiles {
  /** Where a symlink leads, as it is written; undefined: it is none, or is not there. */
  linkTarget(path: string): string | undefined;
}

export type TextResult =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "missing" }
  | { readonly kind: "fault"; readonly problem: Problem };

/** The text of a file. */
export function readText(path: string, files: ConvertFiles): TextResult {
  const read = files.read(path);
  if (read.kind === "missing") return read;
  if (read.kind === "unreadable") {
    return { kind: "fault", problem: problem({ file: path }, `Cannot read the file: ${read.why}`) };
  }
  const nul = read.bytes.indexOf(0);
  if (nul >= 0) return { kind: "fault", problem: binaryProblem(read.bytes, nul, path) };
  return decodeText(read.bytes, path);
}

/** A file that is no text, at the line of its first NUL. */
export function binaryProblem(bytes: Uint8Array, nul: number, file: string): Problem {
  let line = 1;
  for (const byte of bytes.subarray(0, nul)) if (byte === 0x0a) line++;
  return problem({ file, line, column: 1, lineText: "" }, "This is no text: it holds a NUL");
}

/** Names in a directory, sorted; none when it cannot be read. */
export function namesIn(path: string, files: ConvertFiles): readonly string[] {
  const listed = files.list(path);
  return listed.kind === "names" ? [...listed.names].sort() : [];
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
