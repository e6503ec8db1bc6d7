/**
 * The log buffer of one service: keeps the first bytes up to its limit and drops what follows, as
 * upstream does, so that the cause of a failure is not pushed out by its consequences.
 *
 * Text that arrives when it is full is gone; `clear` makes room again.
 */

const RESTART_NOTE = "(dinit: note: service restarted)\n";
const LINE_FEED = 10;
const FIRST_BLOCK_BYTES = 256;

export class LogBuffer {
  #limitBytes: number;
  #bytes = new Uint8Array(0);
  #length = 0;

  /** @param limitBytes 0 keeps nothing. */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get length(): number {
    return this.#length;
  }

  /** Changes the limit; text beyond a smaller one stays until the next `clear`. */
  set limitBytes(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Appends as much as fits. */
  append(text: Uint8Array): void {
    const count = Math.min(text.length, this.#limitBytes - this.#length);
    if (count <= 0) return;
    this.#reserve(this.#length + count);
    this.#bytes.set(count === text.length ? text : text.subarray(0, count), this.#length);
    this.#length += count;
  }

  /** Notes a relaunch between the outputs of two processes: whole, on a line of its own, or not at all. */
  noteRestart(): void {
    if (this.#length === 0) return;
    const needsLineFeed = this.#bytes[this.#length - 1] !== LINE_FEED;
    const note = new TextEncoder().encode(needsLineFeed ? `\n${RESTART_NOTE}` : RESTART_NOTE);
    if (this.#length + note.length <= this.#limitBytes) this.append(note);
  }

  /** A copy of the text. */
  contents(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
    this.#bytes = new Uint8Array(0);
  }

  #reserve(needed: number): void {
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(
      Math.min(this.#limitBytes, Math.max(needed, this.#bytes.length * 2, FIRST_BLOCK_BYTES)),
    );
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
