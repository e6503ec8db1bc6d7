/**
 * A number that tells whether words are still what they were: a stray write into them changes it.
 */
import type { Layout } from "./layout.ts";

/** Words whose places among each other the check does not tell apart. */
const STEP = 4;

/**
 * Any change of a single word changes it. No hash: it is worked out for every block at every turn,
 * by operations that give numbers of 32 bits at once; a multiplication takes four times as long.
 *
 * @param end The word after the last one that counts.
 */
export function checkOf(words: Int32Array, start: number, end: number): number {
  let sum = end - start;
  let at = start;
  // All words are there; to say what is in place of one that is not would take half as long again.
  for (const last = end - STEP; at <= last; at += STEP) {
    sum = (sum << 5 | sum >>> 27) ^ (words[at] as number) ^ (words[at + 1] as number) ^
      (words[at + 2] as number) ^ (words[at + 3] as number);
  }
  for (; at < end; at++) sum = (sum << 5 | sum >>> 27) ^ (words[at] as number);
  return sum;
}

/** That of states of version 1, which takes twice as long. */
export function checkOfVersion1(words: Int32Array, start: number, end: number): number {
  let sum = end - start;
  for (let at = start; at < end; at++) sum = (sum << 5 | sum >>> 27) ^ (words[at] as number);
  return sum;
}

/** Whether a word is the check of others, in this version or an earlier one. */
export function isCheck(
  check: number | undefined,
  words: Int32Array,
  start: number,
  end = words.length,
): boolean {
  return check === checkOf(words, start, end) || check === checkOfVersion1(words, start, end);
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
  const words = wordsIn(contents);
  return isCheck(words[place], words, place + 1);
}

/** @param contents As long as whole words, and as a rule where words lie in their buffer. */
export function wordsIn(contents: Uint8Array): Int32Array {
  const { buffer, byteOffset, length } = contents.byteOffset % 4 === 0
    ? contents
    : contents.slice();
  return new Int32Array(buffer, byteOffset, length >> 2);
}
