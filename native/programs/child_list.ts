/**
 * How a list of system calls lies in memory that `child_launch.ts` carries out in a child: entries,
 * and behind the last one what concerns the launch as a whole.
 *
 * An entry has 64 bytes, eight words: the call's number, its six arguments, flags (of 32 bits) and
 * the number of an error that does not matter (of 32 bits; 0: none).
 */

/** Bytes of one entry. */
export const ENTRY_BYTES = 64;

/** Offsets in an entry. */
export const ENTRY = {
  number: 0,
  arguments: 8,
  lastArgument: 48,
  flags: 56,
  forgivenError: 60,
} as const;

/** Flags of an entry. */
export const ENTRY_FLAGS = {
  /** A failure does not matter. */
  ignoreFailure: 1,
  /**
   * One candidate of a PATH search: on ENOENT, ENOTDIR, EACCES, ENODEV, ESTALE and ETIMEDOUT the
   * next entry is tried; behind the last one the error is EACCES if it was met, else the last one
   * (glibc's execvpe).
   */
  search: 2,
  /** The result is stored, as 32 bits, at the address in the last argument. */
  storeResult: 4,
  /** ENOENT does not matter. */
  ignoreMissing: 8,
  /**
   * An execve whose file is no program (ENOEXEC): the shell is executed instead, as execvp(3) does.
   * The pointer before the arguments leads to the shell's path; the file's path takes the place of
   * its name.
   */
  shell: 16,
  /**
   * No call: the child's PID is written, in decimal and with a NUL, to the address in the first
   * argument.
   */
  writeOwnPid: 32,
} as const;

/** Offsets in what lies behind the last entry: words of 64 bits, but for the mark, which has 32. */
export const LIST_END = {
  /** Room for the report. */
  report: 0,
  reportDescriptor: 16,
  /** Address of the first entry. */
  start: 24,
  /** Of clone(2). */
  cloneFlags: 32,
  /** Address behind the stack of a child that shares the memory, for handlers of signals. */
  stack: 40,
  /**
   * Cleared by the kernel when a child that shares the memory has executed its program or ended.
   */
  isBusy: 48,
  /** Where the kernel puts the child's PID before the child begins, be its parent there or not. */
  number: 56,
  bytes: 64,
} as const;

/**
 * What a child that fails writes to its report descriptor: the error number, and the address of the
 * entry.
 */
export const REPORT_BYTES = 16;

/** Digits of the longest PID: Linux has fewer than 2²² (PID_MAX_LIMIT), FreeBSD 10⁵ (PID_MAX). */
export const PID_TEXT_BYTES = 7;
