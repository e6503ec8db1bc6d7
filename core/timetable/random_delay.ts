/** The part of `random-delay` that a service has: always the same on a machine. */

/**
 * @param machine What tells machines apart: the contents of /etc/machine-id.
 * @returns From 0 to less than `mostMs`, whole milliseconds.
 */
export function randomDelayMs(machine: string, service: string, mostMs: number): number {
  return Math.floor(fraction(`${machine}\n${service}`) * mostMs);
}

/**
 * A text as a number from 0 to less than 1. Source: FNV-1a with 32 bits (Fowler, Noll, Vo), and the
 * last step of MurmurHash3, so that texts that differ in their end are far from each other.
 */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
