/**
 * A number that tells whether words are still what they were: a stray write into them changes it.
 */
import type { Layout } from "./layout.ts";

/**
 * Any change of a single word changes it. No hash: it is worked out for every block at every turn,
 * by operations that give numbers of 32 bits at once; a multiplication takes four times as long.
 *
 * @param end The word after the last one that counts.
 */
export function checkOf(words: Int32Array, start: number, end: number): number {
  let sum = end - start;
  for (let at = start; at < end; at++) sum = (sum << 5 | sum >>> 27) ^ (words[at] ?? 0);
  return sum;
}

/**
 * Whether a block of fields that has a check is as it was written: what follows the check, that is.
 * The fields of eight bytes before it are times, of which none does harm that is wrong, and to take
 * them in would double what it costs.
 */
export function isWhole(contents: Uint8Array, layout: Layout): boolean {
  if (contents.length < layout.size || contents.length % 4 !== 0) return false;
  const place = layout.word.check;
  if (place === undefined) return true;
  const words = new Int32Array(contents.slice().buffer);
  return words[place] === checkOf(words, place + 1, words.length);
}
