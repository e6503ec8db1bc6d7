/**
 * The time as it stands before lines of logs: UTC, to the millisecond, and a blank.
 */

/** @param timeMs Milliseconds since 1970. */
export function timeStamp(timeMs: number): string {
  return `${new Date(timeMs).toISOString()} `;
}
