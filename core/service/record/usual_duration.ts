/**
 * A usual duration as one whole number of 16 bits, and back. Of two durations that differ by less
 * than a thousandth part nobody cares which it is, so records hold no others than these.
 */

/** Numbers for each doubling, such that the longest is 2^32 ms: seven weeks. */
const STEPS = 2047;

/** 0 to 65,505. 0: none is known. */
export function durationNumber(milliseconds: number | undefined): number {
  if (milliseconds === undefined) return 0;
  const doublings = Math.log2(1 + Math.max(0, milliseconds));
  return 1 + Math.round(STEPS * Math.min(32, doublings));
}

/** Milliseconds. The inverse, for each number. */
export function durationOf(number: number): number | undefined {
  return number === 0 ? undefined : 2 ** ((number - 1) / STEPS) - 1;
}
