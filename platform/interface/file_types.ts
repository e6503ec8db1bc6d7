/** What is read from files and opened as a log. Types only. */
import type { Fd } from "../../core/types.ts";
import type { FileIdentity } from "./file_status.ts";

/** A file as read for a description. */
export interface FileContents {
  readonly kind: "contents";
  readonly bytes: Uint8Array;
  readonly modifiedSeconds: number;
  readonly modifiedNanoseconds: number;
}

/** What a log file gets when it is made, and whose it may be. */
export interface LogFileOwner {
  /** Given whatever the umask is. */
  readonly mode: number;
  /** Undefined keeps the manager's. */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** The user whose output this is: the file may be that user's. */
  readonly serviceUser?: number | undefined;
}

/** A folder of a service: made if it is not there. */
export interface MadeFolder {
  /** Absolute; it has to be there. Links in it are followed. */
  readonly base: string;
  /** Below it: names with slashes between them, without `.` and `..`. Links are refused. */
  readonly path: string;
  /** Given whatever the umask is. */
  readonly mode: number;
  /** Undefined keeps the manager's, or what is there. */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** A log file; the caller owns the descriptor. */
export interface OpenedLogFile {
  readonly kind: "log-file";
  readonly fd: Fd;
  /** A file on a disk, and no FIFO, terminal or other device. */
  readonly isRegular: boolean;
  readonly sizeBytes: number;
  /** All links resolved. */
  readonly path: string;
  readonly file: FileIdentity;
}

/** What is put aside, and how old files are called. */
export interface LogRotationNames {
  /** The file that is to be put aside: if another has its name, nothing happens. */
  readonly file: FileIdentity;
  /** What the names of old files end in, the youngest first; at least one. */
  readonly oldNames: readonly string[];
}
