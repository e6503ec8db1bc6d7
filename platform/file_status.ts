/** What stat(2) tells of a file, in one shape for all systems. Types only. */

/** A file's identity for as long as it exists: no two have the same. */
export interface FileIdentity {
  readonly device: number;
  readonly inode: bigint;
}

export interface FileStatus extends FileIdentity {
  readonly type: "regular" | "directory" | "link" | "fifo" | "other";
  /** Permission bits, with set-user-ID, set-group-ID and sticky: 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  /** Names that the file has; more than one: hard links. */
  readonly links: number;
  readonly sizeBytes: number;
}
