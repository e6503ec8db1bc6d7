/**
 * Gives back the memory that work took: after the start of services, once they run, and where work
 * never ends, whenever the heap has grown by much.
 *
 * V8 collects garbage when it needs room, and a manager at rest needs none: after the start of a
 * thousand services a fifth of its heap was garbage and gaps, for good. One collection with
 * compaction takes 20 to 50 ms then, when nobody is waiting. Left to itself V8 begins a collection
 * late and does it in steps, for which it wants a thread or an event loop; without them the heap
 * more than doubles meanwhile, and pages that were emptied are kept. Fifty services that crash and
 * restart all the time took 75 MB so; now it is 26 to 30.
 */
import type { Instant } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import type { Timed } from "../time/timed.ts";

/** Nothing was done and nobody asked anything for so long. */
const IDLE_MS = 1000;
/**
 * Fewer launches and commands are not worth it, but for the first time, when it is also the
 * manager's own start.
 */
const WORK_WORTH_COLLECTING = 50;
/** Work that never rests: the heap is looked at so often at most, in milliseconds. */
const BETWEEN_LOOKS_MS = 10_000;
/**
 * Growth that is worth a collection, in bytes and as a share of the heap; V8 lets it grow by 8 MB
 * at least.
 */
const GROWTH_BYTES = 6 * 1024 * 1024;
const GROWTH_SHARE = 0.25;
/**
 * Growth that is worth a collection once the manager is at rest after clients' programs ran in it,
 * in bytes. A tree of 100 services left 1.9 MB of garbage, `is-started` some 20 kB.
 */
const CLIENTS_GROWTH_BYTES = 256 * 1024;
/** After the clients' programs were loaded: 2,200 kB more at the first, 1,830 and 1,370 then. */
const COLLECTIONS_OF_CODE = 3;

/** The heap that is collected. */
export interface Heap {
  /** Bytes that it takes, used or not, with those outside that hang on it. */
  bytes(): number;
  collect(): void;
}

export class HeapCollection implements Timed {
  readonly #platform: Pick<Platform, "now">;
  readonly #heap: Heap;
  #workCount = WORK_WORTH_COLLECTING;
  /** So many collections more, each when nothing was asked for a while. */
  #collectionsToCome = 0;
  #lastWorkAt: number;
  /** Something was asked since the last look at the clock. */
  #wasAsked = false;
  /** Something was done or asked since the heap was looked at. */
  #mayHaveGrown = false;
  /** A client's program ran in the manager since it was last at rest. */
  #hasServed = false;
  #lastLookAt: number;
  #bytesAfterLast: number;

  constructor(platform: Pick<Platform, "now">, heap: Heap = ENGINE_HEAP) {
    this.#platform = platform;
    this.#heap = heap;
    this.#lastWorkAt = platform.now();
    this.#lastLookAt = this.#lastWorkAt;
    this.#bytesAfterLast = heap.bytes();
  }

  /** A service was launched. */
  worked(): void {
    this.#workCount++;
    this.#mayHaveGrown = true;
    this.#lastWorkAt = this.#platform.now();
  }

  /** A client's program is run in the manager: it may leave much, or next to nothing. */
  served(): void {
    this.worked();
    this.#hasServed = true;
  }

  /**
   * Code was loaded and run for the first time: worth several collections when nothing is asked
   * for, since V8 gives up what it made of functions that run no more only at the second or third.
   */
  loaded(): void {
    this.#collectionsToCome = COLLECTIONS_OF_CODE;
    this.#lastWorkAt = this.#platform.now();
  }

  /**
   * A client asks something, and should not have to wait if more requests follow. When that was is
   * found out later, by up to a second: the clock would be read for each request.
   */
  postpone(): void {
    this.#wasAsked = true;
    this.#mayHaveGrown = true;
  }

  /** A heap that may have grown is looked at after a while; one at rest wakes nobody up. */
  next(): Instant | undefined {
    const isWorth = this.#workCount >= WORK_WORTH_COLLECTING || this.#collectionsToCome > 0 ||
      this.#hasServed;
    const collectAt = isWorth ? this.#lastWorkAt + IDLE_MS : Infinity;
    const lookAt = this.#mayHaveGrown ? this.#lastLookAt + BETWEEN_LOOKS_MS : Infinity;
    const next = collectAt < lookAt ? collectAt : lookAt;
    return next === Infinity ? undefined : next as Instant;
  }

  runDue(now: Instant): void {
    const due = this.next();
    if (due === undefined || now < due) return;
    if (this.#wasAsked) {
      this.#wasAsked = false;
      this.#lastWorkAt = now;
    }
    const isIdle = now >= this.#lastWorkAt + IDLE_MS;
    if ((isIdle && this.#isWorthCollecting()) || this.#hasGrown(now)) this.#collect(now);
  }

  /** At rest. */
  #isWorthCollecting(): boolean {
    const hasServed = this.#hasServed;
    this.#hasServed = false;
    if (this.#workCount >= WORK_WORTH_COLLECTING || this.#collectionsToCome > 0) return true;
    return hasServed && this.#heap.bytes() - this.#bytesAfterLast >= CLIENTS_GROWTH_BYTES;
  }

  #hasGrown(now: Instant): boolean {
    if (now - this.#lastLookAt < BETWEEN_LOOKS_MS) return false;
    this.#lastLookAt = now;
    this.#mayHaveGrown = false;
    const growth = this.#heap.bytes() - this.#bytesAfterLast;
    return growth >= Math.max(GROWTH_BYTES, this.#bytesAfterLast * GROWTH_SHARE);
  }

  #collect(now: Instant): void {
    this.#workCount = 0;
    if (this.#collectionsToCome > 0) {
      this.#collectionsToCome--;
      this.#lastWorkAt = now;
    }
    this.#mayHaveGrown = false;
    this.#heap.collect();
    this.#lastLookAt = now;
    this.#bytesAfterLast = this.#heap.bytes();
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

const ENGINE_HEAP: Heap = {
  bytes() {
    const { heapTotal, external } = Deno.memoryUsage();
    return heapTotal + external;
  },
  collect() {
    (globalThis as Collector).gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
  },
};
