/**
 * Removes one certain file, and never another one that has come to lie at its path meanwhile.
 *
 * No call of Linux or POSIX removes "this file if it is that one", so it is first moved to where
 * nobody else can exchange it, a folder that is made for that, and looked at there. What turns out
 * to be another file is put back.
 */
import type { Failure } from "../../interface/failure.ts";
import { isSameFile, type LastingIdentity } from "../../interface/file_status.ts";
import { type FileName, type FolderCalls, splitPath } from "./folder_calls.ts";

/**
 * @returns undefined when the file does not lie there (any more): removed, or another one is there,
 *   which stays.
 */
export function removeExactly(
  calls: FolderCalls,
  path: string,
  file: LastingIdentity,
): Failure | undefined {
  const { folder: folderPath, name } = splitPath(path);
  const folder = calls.openFolder(folderPath);
  if (typeof folder !== "number") return calls.isMissing(folder) ? undefined : folder;
  try {
    return removeFrom(calls, { folder, name }, file);
  } finally {
    calls.close(folder);
  }
}

/** The same by the folder's descriptor. */
export function removeFrom(
  calls: FolderCalls,
  where: FileName,
  file: LastingIdentity,
): Failure | undefined {
  const present = calls.statusAt(where.folder, where.name);
  if ("kind" in present) return calls.isMissing(present) ? undefined : present;
  if (!isSameFile(present, file)) return undefined;
  const asideName = `.dinit-${crypto.randomUUID()}`;
  const aside = calls.makePrivateFolder(where.folder, asideName);
  // A full disk makes no folder; the look was a moment ago.
  if (typeof aside !== "number") return ignoreMissing(calls, calls.remove(where));
  // Not to be guessed, so that nothing that is there already can be hit.
  const moved = { folder: aside, name: crypto.randomUUID() };
  const problem = calls.move(where, moved);
  const result = problem === undefined
    ? removeOrPutBack(calls, { where, moved, file })
    : ignoreMissing(calls, problem);
  calls.close(aside);
  // With something in it, it stays.
  calls.removeFolder(where.folder, asideName);
  return result;
}

function removeOrPutBack(
  calls: FolderCalls,
  { where, moved, file }: {
    readonly where: FileName;
    readonly moved: FileName;
    readonly file: LastingIdentity;
  },
): Failure | undefined {
  const found = calls.statusAt(moved.folder, moved.name);
  if ("kind" in found) return found;
  if (isSameFile(found, file)) return calls.remove(moved);
  // A directory has no second name; moving it replaces no file.
  if (found.type === "directory") return calls.move(moved, where);
  return calls.link(moved, where) ?? calls.remove(moved);
}

function ignoreMissing(calls: FolderCalls, problem: Failure | undefined): Failure | undefined {
  return problem !== undefined && calls.isMissing(problem) ? undefined : problem;
}
