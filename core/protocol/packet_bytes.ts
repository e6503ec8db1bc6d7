/**
 * Writing and reading the fields of a packet: integers, texts and blocks, one after the other.
 *
 * The protocol has its integers in the machine's byte order, unaligned. Every machine that this
 * program is built for is little-endian.
 */
import { decodeText } from "./text.ts";

const LITTLE_ENDIAN = true;

/** Builds a packet field by field. */
export class PacketWriter {
  #bytes = new Uint8Array(64);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  u8(value: number): this {
    const at = this.#reserve(1);
    this.#view.setUint8(at, value);
    return this;
  }

  u16(value: number): this {
    const at = this.#reserve(2);
    this.#view.setUint16(at, value, LITTLE_ENDIAN);
    return this;
  }

  u32(value: number): this {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, LITTLE_ENDIAN);
    return this;
  }

  i32(value: number): this {
    const at = this.#reserve(4);
    this.#view.setInt32(at, value, LITTLE_ENDIAN);
    return this;
  }

  /** A whole number, negative ones too, within what a double holds exactly. */
  i64(value: number): this {
    const at = this.#reserve(8);
    this.#view.setBigInt64(at, BigInt(value), LITTLE_ENDIAN);
    return this;
  }

  bytes(block: Uint8Array): this {
    const at = this.#reserve(block.length);
    this.#bytes.set(block, at);
    return this;
  }

  /** The packet, in memory of its own. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** May put another array in the place of the present one. */
  #reserve(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }
}

/**
 * Reads a packet field by field from its beginning. The caller has made sure that the bytes are there.
 *
 * @throws {RangeError} When a field would reach past the end.
 */
export class PacketReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#skip(2), LITTLE_ENDIAN);
  }

  u32(): number {
    return this.#view.getUint32(this.#skip(4), LITTLE_ENDIAN);
  }

  i32(): number {
    return this.#view.getInt32(this.#skip(4), LITTLE_ENDIAN);
  }

  /** Precise up to 2^53; lengths beyond are refused by their users anyway. */
  i64(): number {
    return Number(this.#view.getBigInt64(this.#skip(8), LITTLE_ENDIAN));
  }

  /** A view of the next bytes, no copy. */
  block(length: number): Uint8Array {
    const at = this.#skip(length);
    return this.#bytes.subarray(at, at + length);
  }

  text(length: number): string {
    return decodeText(this.block(length));
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  #skip(count: number): number {
    const at = this.#at;
    if (count < 0 || at + count > this.#bytes.length) {
      throw new RangeError(`Packet ends after ${this.#bytes.length} bytes, not ${at + count}`);
    }
    this.#at = at + count;
    return at;
  }
}
