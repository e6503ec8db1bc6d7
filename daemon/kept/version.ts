/**
 * Which states a program can take over.
 *
 * The number grows when a part keeps something in another form, or something without which the next
 * program would do wrong. What is only added, and has a default, needs no new number.
 */

/** What this program writes. */
export const KEPT_VERSION = 2;

/** The oldest that it reads. */
const OLDEST_VERSION = 1;

/** Whether this program can take over from one that writes this version. */
export function readsVersion(version: number): boolean {
  return version >= OLDEST_VERSION && version <= KEPT_VERSION;
}
