/**
 * Gives back the memory that the start of services took, once they run.
 *
 * V8 collects garbage when it needs room, and a manager at rest needs none: after the start of a thousand services a
 * fifth of its heap was garbage and gaps, for good. One collection with compaction takes 20 to 50 ms then, when
 * nobody is waiting.
 */
import type { Instant } from "../core/types.ts";
import type { Platform } from "../platform/mod.ts";
import type { Timed } from "./timed.ts";

/** Nothing was launched and nobody asked anything for so long. */
const REST_MS = 1000;
/** Fewer launches are not worth it, but for the first time, when it is also the manager's own start. */
const WORTH_LAUNCHES = 50;

export class Tidying implements Timed {
  readonly #platform: Pick<Platform, "now">;
  readonly #collect: () => void;
  #launches = WORTH_LAUNCHES;
  #lastWork: number;

  constructor(platform: Pick<Platform, "now">, collect: () => void = collectGarbage) {
    this.#platform = platform;
    this.#collect = collect;
    this.#lastWork = platform.now();
  }

  launched(): void {
    this.#launches++;
    this.#lastWork = this.#platform.now();
  }

  /** Somebody asks, and should not have to wait if he goes on. */
  postpone(): void {
    if (this.#launches >= WORTH_LAUNCHES) this.#lastWork = this.#platform.now();
  }

  next(): Instant | undefined {
    return this.#launches < WORTH_LAUNCHES ? undefined : this.#lastWork + REST_MS as Instant;
  }

  runDue(now: Instant): void {
    const due = this.next();
    if (due === undefined || now < due) return;
    this.#launches = 0;
    this.#collect();
  }
}

/** V8's `gc`, which the build's flag --expose-gc puts there; it is not there under `deno run`. */
interface Collector {
  gc?(options: {
    readonly type: "major";
    readonly execution: "sync";
    /** Compacts the heap and gives its pages back. */
    readonly flavor: "last-resort";
  }): void;
}

function collectGarbage(): void {
  (globalThis as Collector).gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
}
