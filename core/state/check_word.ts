/**
 * A number that tells whether words are still what they were: a stray write into them changes it.
 */
import type { Layout } from "./layout.ts";

/**
 * Any change of a single word changes it. No hash: it is worked out for every block at every turn.
 *
 * @param end The word after the last one that counts.
 */
export function checkOf(words: Int32Array, start: number, end: number): number {
  let sum = end - start;
  // As 31 · sum + word.
  for (let at = start; at < end; at++) sum = (sum << 5) - sum + (words[at] ?? 0) | 0;
  return sum;
}

/** Whether a block of fields that has a check is as it was written. */
export function isWhole(contents: Uint8Array, layout: Layout): boolean {
  if (contents.length < layout.size || contents.length % 4 !== 0) return false;
  const place = layout.word.check;
  if (place === undefined) return true;
  const words = new Int32Array(contents.slice().buffer);
  const check = words[place];
  words[place] = 0;
  return check === checkOf(words, 0, words.length);
}
