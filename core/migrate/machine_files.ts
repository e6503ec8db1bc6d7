/** The files of a machine, which may be another one's root folder. */
import { type ConvertFiles, namesIn, readText } from "../convert/mod.ts";
import { directoryPart } from "../description/mod.ts";
import { joinPath } from "../paths.ts";

/** Whether there is anything at a path, be it a link that leads nowhere. */
export function isThere(path: string, files: ConvertFiles): boolean {
  return files.linkTarget(path) !== undefined || files.exists(path) || isFolder(path, files);
}

export function isFolder(path: string, files: ConvertFiles): boolean {
  return files.list(path).kind === "names";
}

/** Lines without comments and blanks; none when there is no such file. */
export function linesOf(path: string, files: ConvertFiles): readonly string[] {
  const read = readText(path, files);
  if (read.kind !== "text") return [];
  return read.text.split("\n").map((line) => line.trim())
    .filter((line) => line !== "" && !/^[#;]/.test(line));
}

/** Paths of what is in a folder, sorted; none when there is no such folder. */
export function pathsIn(folder: string, files: ConvertFiles): readonly string[] {
  return namesIn(folder, files).map((name) => joinPath(folder, name));
}

const MOST_LINKS = 16;

/** Where a chain of links ends; the path itself when it is none. */
export function endOfLinks(path: string, files: ConvertFiles): string {
  let end = path;
  for (let count = 0; count < MOST_LINKS; count++) {
    const target = files.linkTarget(end);
    if (target === undefined) return end;
    end = normalPath(target.startsWith("/") ? target : joinPath(directoryPart(end), target));
  }
  return end;
}

/** Without `.` and `..`. */
export function normalPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
