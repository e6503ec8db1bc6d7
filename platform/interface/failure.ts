/** What a call to the system answers instead of throwing. Types only. */

/** `ENOENT`, "no such file or directory". */
export interface ErrnoText {
  readonly name: string;
  readonly text: string;
}

/**
 * A system call that failed: its name, errno, and the words for both (`ENOENT`, "no such file").
 */
export interface Failure {
  readonly kind: "failure";
  readonly call: string;
  readonly errno: number;
  /** `no such file or directory (ENOENT)` */
  readonly message: string;
}
