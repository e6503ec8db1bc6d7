/**
 * Memory that the kernel reads and writes: blocks at a fixed address, and paths as NUL-terminated
 * text.
 *
 * An ArrayBuffer made with its size never moves (only views of up to 64 bytes made without one live
 * on V8's heap), so the address is taken once. Whoever passes an address keeps the block
 * referenced.
 */

import { encodeText } from "../../core/text/byte_text.ts";

/** A block outside V8's heap, with the views that code needs of it. All zero at first. */
export interface Block {
  /** Address of the first byte; below 2^47, so exact as a number. */
  readonly address: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly words32: Int32Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
}

/** @param size Bytes, rounded up to a multiple of 8. */
export function allocate(size: number): Block {
  const buffer = new ArrayBuffer(Math.ceil(size / 8) * 8);
  return blockOver(buffer, addressOf(buffer));
}

/** Memory that lies at this address. */
export function blockOver(buffer: ArrayBuffer, address: number): Block {
  return {
    address,
    bytes: new Uint8Array(buffer),
    words32: new Int32Array(buffer),
    view: new DataView(buffer),
  };
}

/** Where a buffer lies that is not on V8's heap. */
export function addressOf(buffer: ArrayBufferLike): number {
  return Number(Deno.UnsafePointer.value(Deno.UnsafePointer.of(buffer as ArrayBuffer)));
}

const encoder = new TextEncoder();

/** Longest path that the kernel takes, its NUL included: PATH_MAX of linux/limits.h. */
export const PATH_MAX = 4096;

/**
 * Writes a path with its NUL into the block.
 *
 * @returns Bytes written without the NUL; "too-long" or "has-nul" when the kernel could not be
 *   given it.
 */
export function writePath(block: Block, path: string): number | "too-long" | "has-nul" {
  if (path.includes("\0")) return "has-nul";
  const limit = Math.min(PATH_MAX, block.bytes.length);
  if (path.length >= limit) return "too-long";
  if (!path.isWellFormed()) return writeByteText(block, path, limit);
  const { read, written } = encoder.encodeInto(path, block.bytes);
  if (read < path.length || written >= limit) return "too-long";
  block.bytes[written] = 0;
  return written;
}

function writeByteText(block: Block, path: string, limit: number): number | "too-long" {
  const encoded = encodeText(path);
  if (encoded.length >= limit) return "too-long";
  block.bytes.set(encoded);
  block.bytes[encoded.length] = 0;
  return encoded.length;
}

/**
 * Writes a whole number of up to 53 bits as a 64-bit word, negative ones in two's complement: as
 * two halves, because a BigInt for each would be garbage.
 *
 * @param at A multiple of 4.
 */
export function writeWord(block: Block, at: number, value: number): void {
  const { words32 } = block;
  words32[at >> 2] = value | 0;
  words32[(at >> 2) + 1] = Math.floor(value / 0x1_0000_0000);
}

/**
 * Writes a text as UTF-8 with its NUL; the block must have three bytes for each UTF-16 unit.
 *
 * A plain loop: the texts of a child are short and nearly always ASCII, and TextEncoder's call into
 * the runtime costs more than they do (25 µs a child, measured with cold caches).
 *
 * @returns Offset behind the NUL; −1 when the text holds a NUL itself and would arrive cut short.
 */
export function writeText(block: Block, at: number, text: string): number {
  const { bytes } = block;
  const { length } = text;
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 0) return -1;
    if (unit > 0x7f) return writeEncoded(block, at, text);
    bytes[at + index] = unit;
  }
  bytes[at + length] = 0;
  return at + length + 1;
}

function writeEncoded(block: Block, at: number, text: string): number {
  if (text.includes("\0")) return -1;
  const target = block.bytes.subarray(at);
  let written: number;
  if (text.isWellFormed()) written = encoder.encodeInto(text, target).written;
  else {
    const encoded = encodeText(text);
    target.set(encoded);
    written = encoded.length;
  }
  block.bytes[at + written] = 0;
  return at + written + 1;
}
