/**
 * Gives back the memory that work took: after the start of services, once they run, and where work
 * goes on, whenever the heap has grown by much.
 *
 * V8 collects garbage when it needs room, and a manager at rest needs none: after the start of a
 * thousand services a fifth of its heap was garbage and gaps, for good. One collection with
 * compaction takes 20 to 50 ms then, when nobody is waiting. Left to itself V8 begins a collection
 * late, and takes new memory for whatever is made until it has marked all, a third as fast as we
 * make it do: the heap more than doubled meanwhile, and what was made meanwhile had to be moved in
 * one go at the end. Fifty services that crash and restart all the time took 75 MB so; now it is 26
 * to 30.
 *
 * While work goes on, then, a collection is done in steps, one a turn of the loop, and whatever
 * makes much garbage and can wait does so until it is over. A heap that is large is compacted only
 * after a longer rest: that takes 0.1 s with ten thousand services.
 */
import { type Instant, instant } from "../../core/types.ts";
import type { Platform } from "../../platform/mod.ts";
import { EngineHeap, type Heap } from "./engine_heap.ts";
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
/** While clients' programs run: looked at so often, since these make the most. */
const BETWEEN_GLANCES_MS = 5;
/** V8's limit is at 1.3 times what is used then. */
const GLANCED_GROWTH_SHARE = 0.15;
/**
 * Growth that is worth a collection once the manager is at rest after clients' programs ran in it,
 * in bytes. A tree of 100 services left 1.9 MB of garbage, `is-started` some 20 kB.
 */
const CLIENTS_GROWTH_BYTES = 256 * 1024;
/** After the clients' programs were loaded: V8 gives up code that runs no more bit by bit. */
const COLLECTIONS_OF_CODE = 4;
/**
 * The last of them are whole: each is two for V8, and it gives up more then. In a manager of 100
 * services 1,000 to 1,580 kB more are left so, with one such in the end 1,880 to 2,120.
 */
const WHOLE_OF_CODE = 2;
/** Requests that make so much garbage that it is worth a look: some kilobytes each. */
const REQUESTS_WORTH_A_LOOK = 4096;
/** To compact one that is larger takes more than 30 ms. */
const LARGE_BYTES = 24 * 1024 * 1024;
/** So long nothing was done and nobody asked anything before a large one is compacted. */
const LONG_IDLE_MS = 10_000;

const AT_ONCE = instant(0);

export class HeapCollection implements Timed {
  readonly #platform: Pick<Platform, "now" | "giveMemoryBack">;
  readonly #heap: Heap;
  #workCount = WORK_WORTH_COLLECTING;
  /** So many collections more, each when nothing was asked for a while. */
  #collectionsToCome = 0;
  #lastWorkAt: number;
  /** Something was asked since the last look at the clock. */
  #wasAsked = false;
  #requests = 0;
  /** Something was done or asked since the heap was looked at. */
  #mayHaveGrown = false;
  /** A client's program ran in the manager since it was last at rest. */
  #hasServed = false;
  #lastLookAt: number;
  #lastGlanceAt = 0;
  #bytesAfterLast: number;
  #usedAfterLast: number;
  /** A collection in steps is under way. */
  #isStepping = false;
  /** A large heap was collected in steps at rest, and is to be compacted. */
  #isGappy = false;

  constructor(
    platform: Pick<Platform, "now" | "giveMemoryBack">,
    heap: Heap = new EngineHeap(),
  ) {
    this.#platform = platform;
    this.#heap = heap;
    this.#lastWorkAt = platform.now();
    this.#lastLookAt = this.#lastWorkAt;
    this.#bytesAfterLast = heap.bytes();
    this.#usedAfterLast = this.#bytesAfterLast;
  }

  /** Whoever makes much garbage, and can wait, waits: what is made now is moved at the end. */
  get isAtWork(): boolean {
    return this.#isStepping;
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
   * found out later, by up to a second: the clock would be read for each request. Nor is the heap
   * of a manager at rest looked at for a few of them: what is timed costs each a look at the clock.
   */
  postpone(): void {
    this.#wasAsked = true;
    if (++this.#requests % REQUESTS_WORTH_A_LOOK === 0) this.#mayHaveGrown = true;
  }

  /** A heap that may have grown is looked at after a while; one at rest wakes nobody up. */
  next(): Instant | undefined {
    if (this.#isStepping) return AT_ONCE;
    const isWorth = this.#workCount >= WORK_WORTH_COLLECTING || this.#collectionsToCome > 0 ||
      this.#hasServed;
    const restMs = isWorth ? IDLE_MS : this.#isGappy ? LONG_IDLE_MS : Infinity;
    const collectAt = this.#lastWorkAt + restMs;
    const lookAt = this.#mayHaveGrown ? this.#lastLookAt + BETWEEN_LOOKS_MS : Infinity;
    const next = collectAt < lookAt ? collectAt : lookAt;
    return next === Infinity ? undefined : next as Instant;
  }

  runDue(now: Instant): void {
    if (this.#isStepping) return this.#step(now);
    if (this.#hasServed && this.#hasGrownMeanwhile(now)) return this.#begin(now);
    const due = this.next();
    if (due === undefined || now < due) return;
    if (this.#wasAsked) {
      this.#wasAsked = false;
      this.#lastWorkAt = now;
    }
    if (now >= this.#lastWorkAt + IDLE_MS && this.#isWorthCollecting()) this.#collectAtRest(now);
    else if (this.#isGappy && now >= this.#lastWorkAt + LONG_IDLE_MS) this.#collect(now);
    else if (this.#hasGrown(now)) this.#begin(now);
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

  /** Before V8 begins by itself. */
  #hasGrownMeanwhile(now: Instant): boolean {
    if (now - this.#lastGlanceAt < BETWEEN_GLANCES_MS) return false;
    this.#lastGlanceAt = now;
    const growth = this.#heap.usedBytes() - this.#usedAfterLast;
    return growth >= Math.max(GROWTH_BYTES, this.#usedAfterLast * GLANCED_GROWTH_SHARE);
  }

  #collectAtRest(now: Instant): void {
    const isLarge = this.#heap.bytes() >= LARGE_BYTES;
    this.#workCount = 0;
    if (this.#collectionsToCome > 0) this.#collectionsToCome--;
    this.#isGappy = isLarge;
    if (isLarge || this.#collectionsToCome >= WHOLE_OF_CODE) this.#begin(now);
    else this.#collect(now);
  }

  #begin(now: Instant): void {
    if (this.#heap.begin()) this.#isStepping = true;
    else this.#collect(now);
  }

  #step(now: Instant): void {
    if (this.#heap.step() === "more") return;
    this.#isStepping = false;
    this.#noteCollection(now);
  }

  #collect(now: Instant): void {
    this.#workCount = 0;
    this.#isGappy = false;
    this.#heap.collect();
    this.#platform.giveMemoryBack();
    this.#noteCollection(now);
  }

  #noteCollection(now: Instant): void {
    if (this.#collectionsToCome > 0) this.#lastWorkAt = now;
    this.#mayHaveGrown = false;
    this.#lastLookAt = now;
    this.#bytesAfterLast = this.#heap.bytes();
    this.#usedAfterLast = this.#heap.usedBytes();
  }
}
