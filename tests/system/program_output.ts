/** What a program writes, as it comes. */
import { within } from "../../tools/limit.ts";

const LIMIT_MS = 30_000;

/** The text of one stream; read to its end whether somebody waits for it or not. */
export class ProgramOutput {
  /** All that was written so far. */
  text = "";
  /** Settled at the end of the stream. */
  readonly ended: Promise<void>;
  readonly #listeners = new Set<() => void>();

  constructor(stream: ReadableStream<Uint8Array>) {
    this.ended = this.#read(stream);
  }

  /**
   * Waits until the text has or matches what is wanted.
   *
   * @throws {Error} After half a minute, and when the stream ends without it.
   */
  async has(wanted: string | RegExp): Promise<void> {
    const has = () =>
      typeof wanted === "string" ? this.text.includes(wanted) : wanted.test(this.text);
    const seen = new Promise<void>((resolve, reject) => {
      const look = () => {
        if (has()) resolve();
      };
      this.#listeners.add(look);
      this.ended.then(() => reject(new Error(`The program ended:\n${this.text}`)));
      look();
    });
    const what = typeof wanted === "string" ? JSON.stringify(wanted) : `${wanted}`;
    await within(LIMIT_MS, `${what} in ${JSON.stringify(this.text)}`, seen);
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      this.text += decoder.decode(chunk, { stream: true });
      for (const listener of this.#listeners) listener();
    }
  }
}
