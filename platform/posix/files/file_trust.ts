/**
 * Whom the manager believes about a path: the rule by which it opens log files.
 *
 * Trusted are root, the manager's own user, and the owner of "/", who can put anything at any path.
 * A folder is
 *
 * - `own`, when a trusted user owns it and nobody else may write to it: what is in it was put there
 *   by a trusted user. Symbolic links are followed, files are taken as they are.
 * - `sticky`, when a trusted user owns it, others may write to it, and it has the sticky bit
 *   (/tmp): others can add names, but not touch those of trusted users. A subfolder of a trusted
 *   user is judged by itself; everything else is as in the next case.
 * - `shared`, when others can write to it: from here down no symbolic link is followed, no ".." is
 *   taken, and only certain files are opened (see {@link whyNotAppendable}).
 *
 * Pure: the walk is in `logs/log_place.ts`.
 */
import type { FileStatus } from "../../interface/file_status.ts";

export type FolderTrust = "own" | "sticky" | "shared";

const STICKY = 0o1000;
const OTHERS_WRITE = 0o022;

/** How far a folder can be believed. An access control list shows in the group's bits: acl(5). */
export function folderTrust(
  folder: Pick<FileStatus, "uid" | "mode">,
  trusted: ReadonlySet<number>,
): FolderTrust {
  if (!trusted.has(folder.uid)) return "shared";
  if ((folder.mode & OTHERS_WRITE) === 0) return "own";
  return (folder.mode & STICKY) === 0 ? "shared" : "sticky";
}

/**
 * Why a file in a folder that others can write may not be appended to; undefined: it may.
 *
 * @param writers Whose file it may be: the manager's user, the one it is given to, the service's.
 */
export function whyNotAppendable(
  file: Pick<FileStatus, "type" | "uid" | "links">,
  writers: readonly number[],
): string | undefined {
  if (file.type === "link") return "it is a symbolic link";
  if (file.type !== "regular" && file.type !== "fifo") return "it is no regular file";
  if (file.links > 1) return `it has ${file.links} names (hard links)`;
  if (writers.includes(file.uid)) return undefined;
  const allowed = [...new Set(writers)].join(" or ");
  return `it belongs to user ${file.uid} and not to user ${allowed}`;
}
