/**
 * The memory that blocks are kept in, as writer and reader know it. Numbers are in the machine's
 * own byte order: what is kept is read on the machine that wrote it.
 *
 *     0  magic, format        8  last turn that counts   16  bytes in use   24  seal, unused
 *     from 64, in pieces of 32 bytes, each block:
 *     0  turn, 0: wiped       8  number                  12  length and kind  16  contents
 */

/** What a block is about; numbers from 1 on, those of the scheduler in `kinds.ts`. At most 63. */
export type BlockKind = number;

/** "dKB1" as it lies in memory of little-endian machines. */
export const MAGIC = 0x31424b64;
export const FORMAT = 1;
/** Bytes of what blocks are made of, and before the contents of a block. */
export const PIECE = 32;
export const HEADER = 16;
/** Where the first block begins. */
export const FIRST = 64;
/** Places in the head: of numbers of eight bytes, and of four. */
export const TURN = 1;
export const USED = 2;
export const SEAL = 6;
/** Added to the kind: a block that was there is gone. */
export const GONE = 64;
/** Bytes of a block at most. */
export const LARGEST_BLOCK = 0xffffff;

/** @param length Of the contents, in bytes. */
export function piecesOf(length: number): number {
  return (HEADER + PIECE - 1 + length) >> 5;
}

/** Of all words but the seal itself; never 0, which says that there is none. */
export function sealOf(words: Int32Array): number {
  let sum = 1;
  for (let index = 0; index < words.length; index++) {
    if (index !== SEAL) sum = Math.imul(sum, 31) + (words[index] ?? 0) | 0;
  }
  return sum === 0 ? 1 : sum;
}
