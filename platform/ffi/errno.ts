/**
 * Error numbers → names and words, and the making of {@link Failure} values.
 *
 * The numbers differ between systems; each has a table of its own
 * (`platform/linux/kernel/errno.ts`).
 */
import type { ErrnoText, Failure } from "../interface/failure.ts";

/** What a system calls its error numbers. */
export interface ErrnoTable {
  /** 2 → `ENOENT`, "no such file or directory"; undefined: it has no such number. */
  get(errno: number): ErrnoText | undefined;
  /** `ENOENT` → 2. */
  numberOf(name: string): number | undefined;
}

/** Name and words of a number; an unknown one is named by its number. */
export function errnoText(table: ErrnoTable, errno: number): ErrnoText {
  return table.get(errno) ?? { name: `errno ${errno}`, text: "unknown error" };
}

/**
 * A failed call as a value.
 *
 * @param detail Words in place of the system's when those would mislead ("not a regular file").
 */
export function makeFailure(
  table: ErrnoTable,
  call: string,
  errno: number,
  detail?: string,
): Failure {
  const { name, text } = errnoText(table, errno);
  return { kind: "failure", call, errno, message: `${detail ?? text} (${name})` };
}
