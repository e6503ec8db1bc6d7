/**
 * Puts a text, the time, before each line of a stream that comes in pieces.
 *
 * Nothing is held back: the beginning of a line goes out at once with its stamp, and the rest
 * follows without one when it comes.
 */
const LINE_FEED = 10;

export class LineStamper {
  #isInLine: boolean;

  /** @param isInLine What comes goes on with a line that has its stamp. */
  constructor(isInLine = false) {
    this.#isInLine = isInLine;
  }

  /** The last line has no end yet. */
  get isInLine(): boolean {
    return this.#isInLine;
  }

  /** @param stamp Put before each line that begins in the text. */
  stamp(text: Uint8Array, stamp: Uint8Array): Uint8Array<ArrayBuffer> {
    const stamped = new Uint8Array(text.length + this.#countStarts(text) * stamp.length);
    let from = 0;
    let to = 0;
    while (from < text.length) {
      if (!this.#isInLine) {
        stamped.set(stamp, to);
        to += stamp.length;
      }
      const end = text.indexOf(LINE_FEED, from);
      const next = end === -1 ? text.length : end + 1;
      stamped.set(text.subarray(from, next), to);
      to += next - from;
      from = next;
      this.#isInLine = end === -1;
    }
    return stamped;
  }

  /** What follows begins a line, whatever came before. */
  endLine(): void {
    this.#isInLine = false;
  }

  #countStarts(text: Uint8Array): number {
    if (text.length === 0) return 0;
    let starts = this.#isInLine ? 0 : 1;
    for (let at = text.indexOf(LINE_FEED); at !== -1; at = text.indexOf(LINE_FEED, at + 1)) {
      if (at + 1 < text.length) starts++;
    }
    return starts;
  }
}
