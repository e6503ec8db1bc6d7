/** What a service writes, as lines: for those who need whole ones. Bounded. */
import { decodeText } from "../../../core/text/byte_text.ts";

const LINE_FEED = 0x0a;
/** A line that does not end is taken for several. */
const MOST_BYTES = 32 * 1024;
const NOTHING = new Uint8Array(0);

export class ServiceLines {
  #begun: Uint8Array = NOTHING;

  /** The lines that are complete with this text, whose memory may be used again afterwards. */
  take(text: Uint8Array): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = text.indexOf(LINE_FEED); end !== -1; end = text.indexOf(LINE_FEED, from)) {
      lines.push(decodeText(this.#joined(text.subarray(from, end))));
      this.#begun = NOTHING;
      from = end + 1;
    }
    this.#begun = this.#joined(text.subarray(from)).slice();
    return this.#begun.length > MOST_BYTES ? [...lines, ...this.finish()] : lines;
  }

  /** What was begun and not ended. */
  finish(): string[] {
    const begun = this.#begun;
    this.#begun = NOTHING;
    return begun.length === 0 ? [] : [decodeText(begun)];
  }

  #joined(text: Uint8Array): Uint8Array {
    if (this.#begun.length === 0) return text;
    const whole = new Uint8Array(this.#begun.length + text.length);
    whole.set(this.#begun);
    whole.set(text, this.#begun.length);
    return whole;
  }
}
