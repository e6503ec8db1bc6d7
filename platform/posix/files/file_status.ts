/**
 * What stat(2) tells of files: the interface, which Linux serves by statx(2) and the BSDs by
 * fstatat(2).
 */
import type { Fd } from "../../../core/types.ts";
import type { Failure } from "../../interface/failure.ts";
import type { FileStatus } from "../../interface/file_status.ts";

/** With the time of the last change. */
export interface TimedStatus extends FileStatus {
  readonly modifiedSeconds: number;
  readonly modifiedNanoseconds: number;
}

/** The functions. A folder that is undefined: the name is a path. */
export interface StatusCalls {
  statusOfDescriptor(fd: Fd): TimedStatus | Failure;
  /** Links are not followed. */
  statusAt(folder: Fd | undefined, name: string): TimedStatus | Failure;
  /** Links are followed. */
  statusOf(path: string): TimedStatus | Failure;
}

/** The numbers of the types: the bits S_IFMT of a mode. */
export type FileTypeNumbers = Readonly<
  Record<"S_IFREG" | "S_IFDIR" | "S_IFLNK" | "S_IFIFO" | "S_IFSOCK" | "S_IFCHR", number>
>;

/** Types of file by their numbers. */
export function fileTypes(file: FileTypeNumbers): ReadonlyMap<number, FileStatus["type"]> {
  return new Map([
    [file.S_IFREG, "regular"],
    [file.S_IFDIR, "directory"],
    [file.S_IFLNK, "link"],
    [file.S_IFIFO, "fifo"],
    [file.S_IFSOCK, "socket"],
    [file.S_IFCHR, "character"],
  ]);
}
