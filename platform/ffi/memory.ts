/**
 * Memory that the kernel reads and writes: blocks at a fixed address, and paths as NUL-terminated text.
 *
 * An ArrayBuffer made with its size never moves (only views of up to 64 bytes made without one live on
 * V8's heap), so the address is taken once. Whoever passes an address keeps the block referenced.
 */

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
  return {
    address: addressOf(buffer),
    bytes: new Uint8Array(buffer),
    words32: new Int32Array(buffer),
    view: new DataView(buffer),
  };
}

function addressOf(buffer: ArrayBuffer): number {
  return Number(Deno.UnsafePointer.value(Deno.UnsafePointer.of(buffer)));
}

const encoder = new TextEncoder();

/** Longest path that the kernel takes, its NUL included: PATH_MAX of linux/limits.h. */
export const PATH_MAX = 4096;

/**
 * Writes a path with its NUL into the block.
 *
 * @returns Bytes written without the NUL; "too-long" or "has-nul" when the kernel could not be given it.
 */
export function writePath(block: Block, path: string): number | "too-long" | "has-nul" {
  if (path.includes("\0")) return "has-nul";
  const { read, written } = encoder.encodeInto(path, block.bytes);
  if (read < path.length || written >= Math.min(PATH_MAX, block.bytes.length)) return "too-long";
  block.bytes[written] = 0;
  return written;
}
