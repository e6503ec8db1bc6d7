/**
 * A named pipe by which services tell the benchmark that they run: one line or byte each.
 *
 * It works with every supervisor alike, and the kernel wakes the reader: nothing is polled. The
 * reader is a C program that, as root, goes before all else: while a thousand programs initialise
 * themselves, this one would wait behind them, and measure that.
 */
import { ByteQueue } from "../../core/protocol/layout/byte_queue.ts";
import { within } from "../limit.ts";
import type { LoadContext } from "./load.ts";
import { atOnce } from "./priority.ts";

const FIRST_LIMIT_MS = 10_000;
const LINE_END = 0x0a;

/** What arrived at one moment. */
export interface Arrival {
  readonly text: string;
  /** By `performance.now()`. */
  readonly at: number;
}

/** Where it is, and what reads it. */
export type FifoPlace = Pick<LoadContext, "workspace" | "cProgram">;

export class Fifo implements AsyncDisposable {
  readonly path: string;
  readonly #file: Deno.FsFile;
  readonly #reader: Deno.ChildProcess;
  readonly #chunks: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
  readonly #queue = new ByteQueue();
  /** What the reader's clock shows when `performance.now()` is 0. */
  #clockOffset = 0;

  private constructor(path: string, file: Deno.FsFile, reader: Deno.ChildProcess) {
    this.path = path;
    this.#file = file;
    this.#reader = reader;
    this.#chunks = reader.stdout.getReader();
  }

  /** Makes it in the workspace. */
  static async create({ workspace, cProgram }: FifoPlace): Promise<Fifo> {
    const path = `${workspace.folder}/fifo`;
    const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
    if (!success) throw new Error(`Cannot make the named pipe "${path}"`);
    // Open for both, so that this does not wait for the reader.
    const file = await Deno.open(path, { read: true, write: true });
    const [program = "", ...args] = [...atOnce(3), cProgram, "tell", path];
    const reader = new Deno.Command(program, {
      args,
      clearEnv: true,
      env: { ...workspace.environment },
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const fifo = new Fifo(path, file, reader);
    await fifo.#compareClocks();
    return fifo;
  }

  /** Waits for the next bytes. */
  async next(limitMs: number, what: string): Promise<Arrival> {
    const { text, clock } = await within(limitMs, what, this.#frame());
    return { text, at: clock - this.#clockOffset };
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
    this.#reader.kill("SIGKILL");
    await this.#reader.status;
    await this.#chunks.cancel();
    this.#file.close();
  }

  /** The second byte finds a reader that is there and waits. */
  async #compareClocks(): Promise<void> {
    for (let round = 0; round < 2; round++) {
      const written = performance.now();
      this.#file.writeSync(Uint8Array.of(LINE_END));
      const { clock } = await within(FIRST_LIMIT_MS, "The reader's first word", this.#frame());
      this.#clockOffset = clock - written;
    }
  }

  /** "MILLISECONDS BYTES", a line end, and the bytes. */
  async #frame(): Promise<{ readonly text: string; readonly clock: number }> {
    for (;;) {
      const { bytes } = this.#queue;
      const end = bytes.indexOf(LINE_END);
      const head = new TextDecoder().decode(bytes.subarray(0, Math.max(0, end)));
      const [clock = 0, count = 0] = head.split(" ").map(Number);
      if (end >= 0 && bytes.length > end + count) {
        const text = new TextDecoder().decode(bytes.subarray(end + 1, end + 1 + count));
        this.#queue.take(end + 1 + count);
        return { text, clock };
      }
      const { value } = await this.#chunks.read();
      if (value === undefined) throw new Error("The reader of the named pipe has ended");
      this.#queue.push(value);
    }
  }
}
