/**
 * Lists of strings as execve(2) takes them: an array of pointers that ends in a null pointer, and
 * the NUL-terminated texts behind it.
 */
import { allocate, type Block, writeText, writeWord } from "./memory.ts";

/** A list in memory. Its block stays referenced here as long as the address is used. */
export interface EncodedStrings {
  readonly block: Block;
  /** Address of the first pointer: what execve is given. */
  readonly pointersAddress: number;
}

/**
 * Encodes a list.
 *
 * @param reuse An earlier result whose block is written over if it is large enough.
 * @param make Makes a new block.
 * @returns "has-nul" when a string holds a NUL and would arrive cut short.
 */
export function encodeStrings(
  strings: readonly string[],
  reuse?: EncodedStrings,
  make: (bytes: number) => Block = allocate,
): EncodedStrings | "has-nul" {
  let needed = 8;
  for (const text of strings) needed += 8 + text.length * 3 + 1;
  const block = reuse !== undefined && reuse.block.bytes.length >= needed
    ? reuse.block
    : make(needed);
  let at = (strings.length + 1) * 8;
  for (let index = 0; index < strings.length; index++) {
    writeWord(block, index * 8, block.address + at);
    at = writeText(block, at, strings[index] as string);
    if (at === -1) return "has-nul";
  }
  writeWord(block, strings.length * 8, 0);
  return reuse?.block === block ? reuse : { block, pointersAddress: block.address };
}

/** Address of the text with this index. */
export function addressOfString(strings: EncodedStrings, index: number): number {
  return Number(strings.block.view.getBigUint64(index * 8, true));
}
