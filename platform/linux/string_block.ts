/**
 * Lists of strings as execve(2) takes them: an array of pointers that ends in a null pointer, and the
 * NUL-terminated texts behind it.
 */
import { allocate, type Block } from "../ffi/memory.ts";

/** A list in memory. Its block stays referenced here as long as the address is used. */
export interface EncodedStrings {
  readonly block: Block;
  /** Address of the first pointer: what execve is given. */
  readonly pointersAddress: number;
  /** Address of the text with this index. */
  addressOf(index: number): number;
}

const encoder = new TextEncoder();

/**
 * Encodes a list.
 *
 * @param reuse An earlier result whose block is written over if it is large enough.
 * @returns "has-nul" when a string holds a NUL and would arrive cut short.
 */
export function encodeStrings(
  strings: readonly string[],
  reuse?: EncodedStrings,
): EncodedStrings | "has-nul" {
  const text = strings.length === 0 ? "" : strings.join("\0") + "\0";
  if (countNuls(text) !== strings.length) return "has-nul";
  const pointerBytes = (strings.length + 1) * 8;
  const needed = pointerBytes + text.length * 3;
  const block = reuse !== undefined && reuse.block.bytes.length >= needed
    ? reuse.block
    : allocate(needed);
  const { written } = encoder.encodeInto(text, block.bytes.subarray(pointerBytes));
  const isAscii = written === text.length;
  let at = pointerBytes;
  for (let index = 0; index < strings.length; index++) {
    writeAddress(block, index * 8, block.address + at);
    at = isAscii ? at + (strings[index] as string).length + 1 : block.bytes.indexOf(0, at) + 1;
  }
  writeAddress(block, strings.length * 8, 0);
  return {
    block,
    pointersAddress: block.address,
    addressOf: (index) => Number(block.view.getBigUint64(index * 8, true)),
  };
}

function countNuls(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\0"); at !== -1; at = text.indexOf("\0", at + 1)) count++;
  return count;
}

function writeAddress(block: Block, at: number, address: number): void {
  block.words32[at / 4] = address | 0;
  block.words32[at / 4 + 1] = Math.floor(address / 0x1_0000_0000);
}
