/**
 * A named pipe by which services tell the benchmark that they run: one line or byte each.
 *
 * It works with every supervisor alike, and the kernel wakes the reader: nothing is polled.
 */
import { within } from "../limit.ts";

const READ_BYTES = 64 * 1024;

/** What arrived at one moment. */
export interface Arrival {
  readonly text: string;
  /** By `performance.now()`. */
  readonly at: number;
}

export class Fifo implements AsyncDisposable {
  readonly path: string;
  readonly #file: Deno.FsFile;
  /** Its own descriptor: what is asked of one file waits for what was asked of it before. */
  readonly #waker: Deno.FsFile;
  readonly #buffer = new Uint8Array(READ_BYTES);
  #reading: Promise<number | null> | undefined;

  private constructor(path: string, file: Deno.FsFile, waker: Deno.FsFile) {
    this.path = path;
    this.#file = file;
    this.#waker = waker;
  }

  static async create(path: string): Promise<Fifo> {
    const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
    if (!success) throw new Error(`Cannot make the named pipe "${path}"`);
    // Open for both, so that neither end waits for the other and the stream never ends.
    const file = await Deno.open(path, { read: true, write: true });
    return new Fifo(path, file, await Deno.open(path, { write: true }));
  }

  /** Waits for the next bytes. */
  async next(limitMs: number, what: string): Promise<Arrival> {
    this.#reading = this.#file.read(this.#buffer);
    const count = await within(limitMs, what, this.#reading);
    const at = performance.now();
    this.#reading = undefined;
    return { text: new TextDecoder().decode(this.#buffer.subarray(0, count ?? 0)), at };
  }

  /** Waits for so many bytes. @returns When the last one came. */
  async bytes(count: number, limitMs: number, what: string): Promise<number> {
    let seen = 0;
    for (;;) {
      const { text, at } = await this.next(limitMs, what);
      seen += text.length;
      if (seen >= count) return at;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A read that was given up still waits in the kernel: a byte ends it.
    if (this.#reading !== undefined) await this.#waker.write(new Uint8Array(1));
    await this.#reading;
    this.#waker.close();
    this.#file.close();
  }
}
