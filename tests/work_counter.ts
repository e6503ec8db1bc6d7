/**
 * Counts work instead of measuring time: how many blocks of the product's code have run, as V8's
 * counters for test coverage tell. What V8 does by itself (sorting, looking through an array)
 * counts as one.
 */
import { Session } from "node:inspector/promises";

/** Source: Chrome DevTools Protocol, Profiler.takePreciseCoverage. */
interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

const ROOT = new URL("..", import.meta.url).href;

export class WorkCounter {
  readonly #session = new Session();
  readonly #parts: readonly string[];

  private constructor(parts: readonly string[]) {
    this.#parts = parts;
  }

  /**
   * Counts from now on; to be closed.
   *
   * @param parts Of the repository: what runs elsewhere does not count.
   */
  static async open(...parts: readonly string[]): Promise<WorkCounter> {
    const counter = new WorkCounter(parts.map((part) => `${ROOT}${part}/`));
    const session = counter.#session;
    session.connect();
    await session.post("Profiler.enable");
    await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
    await counter.take();
    return counter;
  }

  /** Blocks that have run since the last call. */
  async take(): Promise<number> {
    const { result } = await this.#session.post("Profiler.takePreciseCoverage") as Coverage;
    let blocks = 0;
    for (const { url, functions } of result) {
      if (!this.#parts.some((part) => url.startsWith(part))) continue;
      for (const { ranges } of functions) {
        for (const { count } of ranges) blocks += count;
      }
    }
    return blocks;
  }

  close(): void {
    this.#session.disconnect();
  }
}
