/**
 * Bytes that came over a stream and are not taken yet, in one piece.
 */

const FIRST_SIZE_BYTES = 512;

const NO_ROOM = new Uint8Array(0);

/** Grows as needed, and shrinks again when it is empty. */
export class ByteQueue {
  #buffer = NO_ROOM;
  #start = 0;
  #end = 0;

  get isEmpty(): boolean {
    return this.#start === this.#end;
  }

  /** A view of all bytes; good until the next `push`. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /** Appends a copy. */
  push(bytes: Uint8Array): void {
    const length = this.#end - this.#start;
    if (this.#end + bytes.length > this.#buffer.length) this.#move(length + bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** Takes bytes away at the front, at most as many as there are. */
  take(count: number): void {
    this.#start += count;
    if (this.#start < this.#end) return;
    this.#start = 0;
    this.#end = 0;
    if (this.#buffer.length > FIRST_SIZE_BYTES) this.#buffer = NO_ROOM;
  }

  /**
   * To the front of this buffer or, if it is too small for `needed` bytes, of one twice as large.
   */
  #move(needed: number): void {
    const kept = this.bytes;
    const target = needed <= this.#buffer.length / 2
      ? this.#buffer
      : new Uint8Array(Math.max(FIRST_SIZE_BYTES, needed, this.#buffer.length * 2));
    target.set(kept);
    this.#buffer = target;
    this.#start = 0;
    this.#end = kept.length;
  }
}
