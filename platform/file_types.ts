/** What is read from files and opened as a log. Types only. */
import type { Fd } from "../core/types.ts";

/** A file as read for a description. */
export interface FileContents {
  readonly kind: "contents";
  readonly bytes: Uint8Array;
  readonly modifiedSeconds: number;
  readonly modifiedNanoseconds: number;
}

/** Mode and owner of a log file; undefined keeps the manager's. */
export interface LogFileOwner {
  readonly mode: number;
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
}
