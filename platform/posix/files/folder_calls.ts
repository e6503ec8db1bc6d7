/**
 * What is done with the names in a folder that others may write to: always by the folder's
 * descriptor, never through a link, so that nobody can lead a step elsewhere.
 */
import type { Fd } from "../../../core/types.ts";
import type { Failure } from "../../interface/failure.ts";
import type { FileStatus } from "../../interface/file_status.ts";

/** The calls of a system. Names are single parts of a path. */
export interface FolderCalls {
  /** Links in the path are followed. The caller owns the descriptor, which only marks the place. */
  openFolder(path: string): Fd | Failure;
  /** Makes a folder that only this user may enter, and opens it. The caller owns the descriptor. */
  makePrivateFolder(parent: Fd, name: string): Fd | Failure;
  removeFolder(parent: Fd, name: string): Failure | undefined;
  /** Links not followed. */
  statusAt(folder: Fd, name: string): FileStatus | Failure;
  /** Replaces what has the new name already. */
  move(from: FileName, to: FileName): Failure | undefined;
  /** Gives a file a second name; EEXIST when something has it already. */
  link(from: FileName, to: FileName): Failure | undefined;
  remove(file: FileName): Failure | undefined;
  close(fd: Fd): void;
  /** ENOENT. */
  isMissing(failure: Failure): boolean;
}

export interface FileName {
  readonly folder: Fd;
  readonly name: string;
}

/** Folder and name of a path; of "x" the working directory. */
export function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const at = path.lastIndexOf("/");
  if (at < 0) return { folder: ".", name: path };
  return { folder: at === 0 ? "/" : path.slice(0, at), name: path.slice(at + 1) };
}
