/**
 * A memory that the state of a scheduler is kept in: what is put there after each call must be all
 * that has changed, and nothing before the commit.
 */
import { Scheduler } from "../../core/schedule/scheduler.ts";
import type { StateKeeper } from "../../core/schedule/state_keeper.ts";
import { type Kept, readKept } from "../../core/state/kept_reading.ts";
import { KIND } from "../../core/state/kinds.ts";
import { Breach } from "./invariants.ts";

/** As few as there may be, so that it has to grow. */
const FIRST_BYTES = 4096;

export class KeptMemory {
  readonly #scheduler: Scheduler;
  readonly #keeper: StateKeeper;
  /** What a reader finds. */
  bytes: Uint8Array;
  /** What it must find until the next commit. */
  #last: Kept;
  /** Descriptions that were put together at first, as blocks of their own would have them. */
  readonly #together: ReadonlyMap<number, Uint8Array>;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
    this.bytes = new Uint8Array(FIRST_BYTES);
    let keeper = scheduler.keepIn(this.bytes);
    while (keeper === undefined) {
      this.bytes = new Uint8Array(2 * this.bytes.length);
      keeper = scheduler.keepIn(this.bytes);
    }
    this.#keeper = keeper;
    const written = scheduler.write();
    this.#last = read(written);
    this.#together = new Map(this.#last.get(KIND.description));
    checkRestored(this.bytes, written);
  }

  /** @throws {Breach} When something that has changed was not put, or counts before the commit. */
  keep(): void {
    const before = this.bytes;
    let memory = before;
    while (!this.#keeper.put()) {
      do memory = new Uint8Array(2 * memory.length); while (!this.#keeper.moveTo(memory));
    }
    this.#compare(before);
    this.#keeper.blocks.commit();
    this.bytes = memory;
    this.#last = read(this.#scheduler.write());
    this.#compare(memory);
  }

  #compare(memory: Uint8Array): void {
    const kept = new Map(read(memory));
    const own = kept.get(KIND.description);
    const must = this.#last.get(KIND.description);
    const descriptions = new Map(own);
    for (const [number, bytes] of this.#together) {
      if (must?.has(number) && !descriptions.has(number)) descriptions.set(number, bytes);
    }
    kept.set(KIND.description, descriptions);
    compare(kept, this.#last);
  }
}

/** @throws {Breach} When the scheduler that is made of the memory is another one. */
function checkRestored(memory: Uint8Array, written: Uint8Array): void {
  const restored = Scheduler.restored(memory);
  if (!(restored instanceof Scheduler)) throw new Breach(`#64 what is kept: ${restored.why}`);
  if (!areEqual(restored.write(), written)) throw new Breach("#64 what is kept is another state");
}

function read(bytes: Uint8Array): Kept {
  const result = readKept(bytes);
  if (result.kind === "kept") return result.kept;
  throw new Breach(`#64 what is kept cannot be read: ${result.why}`);
}

function compare(is: Kept, must: Kept): void {
  for (const [kind, blocks] of must) {
    for (const [number, bytes] of blocks) {
      const found = is.get(kind)?.get(number);
      if (found !== undefined && areEqual(found, bytes)) continue;
      const text = found === undefined ? "not kept" : `other from ${differsAt(found, bytes)} on`;
      throw new Breach(`#64 block ${number} of kind ${kind} is ${text}`);
    }
    if ((is.get(kind)?.size ?? 0) === blocks.size) continue;
    throw new Breach(`#64 blocks of kind ${kind} are kept that are gone`);
  }
}

/** Whether two pieces of bytes say the same. */
export function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && differsAt(one, other) === one.length;
}

/** The first byte that is not the same in both, or one beyond the last. */
function differsAt(one: Uint8Array, other: Uint8Array): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}
