/**
 * Writing and reading the fields of a packet: integers, texts and blocks, one after the other.
 *
 * The protocol has its integers in the machine's byte order, unaligned. Every machine that this
 * program is built for is little-endian. They are put together from bytes here: a DataView for each
 * packet would take longer to make than all its fields to read.
 */
import { decodeText } from "../../text/byte_text.ts";

const WORD = 0x1_0000_0000;

const FIRST_SIZE_BYTES = 64;

const KEPT_SIZE_BYTES = 4096;

/** Builds a packet field by field; then the next one. */
export class PacketWriter {
  /** For those who write a block byte by byte; good until the next field. */
  bytes = new Uint8Array(FIRST_SIZE_BYTES);
  readonly #keptBytes: number;
  #length = 0;

  /** @param keptBytes So much memory is kept for what is written after `clear`. */
  constructor(keptBytes = KEPT_SIZE_BYTES) {
    this.#keptBytes = keptBytes;
  }

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    const at = this.reserve(1);
    this.bytes[at] = value;
    return this;
  }

  u16(value: number): this {
    const at = this.reserve(2);
    this.bytes[at] = value;
    this.bytes[at + 1] = value >>> 8;
    return this;
  }

  u32(value: number): this {
    const at = this.reserve(4);
    putI32(this.bytes, at, value);
    return this;
  }

  i32(value: number): this {
    return this.u32(value);
  }

  /** A whole number, negative ones too, within what a double holds exactly. */
  i64(value: number): this {
    return this.u32(value % WORD).u32(Math.floor(value / WORD));
  }

  block(block: Uint8Array): this {
    const at = this.reserve(block.length);
    this.bytes.set(block, at);
    return this;
  }

  /** The packet, in memory of its own. */
  finish(): Uint8Array {
    return this.bytes.slice(0, this.#length);
  }

  /** Begins another packet. */
  clear(): this {
    this.#length = 0;
    if (this.bytes.length > this.#keptBytes) this.bytes = new Uint8Array(FIRST_SIZE_BYTES);
    return this;
  }

  /** Takes away what was written after so many bytes. */
  cut(length: number): void {
    this.#length = length;
  }

  /** Takes bytes away at the front; the others move there. */
  drop(count: number): void {
    this.bytes.copyWithin(0, count, this.#length);
    this.#length -= count;
  }

  /**
   * Makes room, perhaps in another array than before. @returns Where it begins in {@link bytes}.
   */
  reserve(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.bytes.length * 2));
      larger.set(this.bytes.subarray(0, at));
      this.bytes = larger;
    }
    return at;
  }
}

const WRITER = new PacketWriter();

/**
 * A packet as bytes. All are built by one writer: making it takes longer than writing most packets.
 */
export function packetBytes(write: (packet: PacketWriter) => void): Uint8Array {
  WRITER.clear();
  write(WRITER);
  return WRITER.finish();
}

/** Signed, from any place of an array. */
export function i32At(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | (bytes[at + 1] ?? 0) << 8 | (bytes[at + 2] ?? 0) << 16 |
    (bytes[at + 3] ?? 0) << 24;
}

/** As {@link i32At}, of eight bytes; precise up to 2^53. */
export function i64At(bytes: Uint8Array, at: number): number {
  return i32At(bytes, at + 4) * WORD + (i32At(bytes, at) >>> 0);
}

/** To any place of an array; of an unsigned number the same bytes. */
export function putI32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

/**
 * Reads a packet field by field from its beginning. The caller has made sure that the bytes are
 * there.
 *
 * @throws {RangeError} When a field would reach past the end.
 */
export class PacketReader {
  /** For those who read a block byte by byte. */
  bytes: Uint8Array;
  #end: number;
  #at = 0;

  /** @param end Length of the packet, when more follows it. */
  constructor(bytes: Uint8Array, end = bytes.length) {
    this.bytes = bytes;
    this.#end = end;
  }

  /** Begins with another packet. */
  restart(bytes: Uint8Array, end: number): this {
    this.bytes = bytes;
    this.#end = end;
    this.#at = 0;
    return this;
  }

  u8(): number {
    const at = this.skip(1);
    return this.#byte(at);
  }

  u16(): number {
    const at = this.skip(2);
    return this.#byte(at) | this.#byte(at + 1) << 8;
  }

  u32(): number {
    return this.i32() >>> 0;
  }

  i32(): number {
    return i32At(this.bytes, this.skip(4));
  }

  /** Precise up to 2^53; lengths beyond are refused by their users anyway. */
  i64(): number {
    return i64At(this.bytes, this.skip(8));
  }

  /** A view of the next bytes, no copy. */
  block(length: number): Uint8Array {
    const at = this.skip(length);
    return this.bytes.subarray(at, at + length);
  }

  text(length: number): string {
    const at = this.skip(length);
    return decodeText(this.bytes, at, at + length);
  }

  get left(): number {
    return this.#end - this.#at;
  }

  #byte(at: number): number {
    return this.bytes[at] ?? 0;
  }

  /** @returns Where the next bytes begin in {@link bytes}; they count as read. */
  skip(count: number): number {
    const at = this.#at;
    if (count < 0 || at + count > this.#end) {
      throw new RangeError(`Packet ends after ${this.#end} bytes, not ${at + count}`);
    }
    this.#at = at + count;
    return at;
  }
}
