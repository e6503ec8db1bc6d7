/** What stat(2) tells of a file, in one shape for all systems. */

/** A file's identity for as long as it exists: no two have the same. */
export interface FileIdentity {
  readonly device: number;
  readonly inode: bigint;
}

/**
 * The same for longer than the file exists, because the number of one that is gone is given out
 * again: with the time of its birth in nanoseconds, 0 where the file system keeps none.
 */
export interface LastingIdentity extends FileIdentity {
  readonly birth: bigint;
}

export interface FileStatus extends LastingIdentity {
  readonly type: "regular" | "directory" | "link" | "fifo" | "socket" | "character" | "other";
  /** Permission bits, with set-user-ID, set-group-ID and sticky: 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  /** Names that the file has; more than one: hard links. */
  readonly links: number;
  readonly sizeBytes: number;
}

/** Whether it is one file. */
export function isSameFile(one: LastingIdentity, other: LastingIdentity): boolean {
  return one.inode === other.inode && one.device === other.device && one.birth === other.birth;
}
