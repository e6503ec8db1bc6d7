/**
 * V8's heap, collected by our order: in one go, or in steps between which the manager does other
 * work.
 *
 * V8 marks what is in use in steps if it is let, but has no call that starts it or goes on with it;
 * its own tasks want an event loop, which never turns here. What it does have: while the memory
 * outside the heap that objects hold has grown by more than 64 MB, each further piece of it starts
 * the marking, or goes on with 64 kB of it. So a buffer of 70 MB is made that nobody uses and whose
 * pages do not exist, then small ones; it is gone when the collection is over, which is how that is
 * seen. Source: V8, src/heap/heap.cc, HandleExternalMemoryInterrupt.
 *
 * What can be reached from global objects is marked in steps, and what from the stack alone at the
 * end, in one go: the manager hangs on a global object (`engine_root.ts`).
 */

/** The heap that is collected. */
export interface Heap {
  /** Bytes that it takes, used or not, with those outside that hang on it. */
  bytes(): number;
  /** Bytes of it that are used, garbage included, with those outside. */
  usedBytes(): number;
  /** In one go. Compacts the heap and gives its pages back. */
  collect(): void;
  /** Begins to collect in steps. @returns False when that cannot be. */
  begin(): boolean;
  /** Goes on for a millisecond or two. @returns Whether the collection is over. */
  step(): "more" | "done";
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

/** Above V8's limit of 64 MB, and above what the C library would take from memory of its own. */
const UNUSED_BYTES = 70 * 1024 * 1024;
/** Whole at once: less, and it was not given back. */
const GIVEN_BACK_BYTES = UNUSED_BYTES / 2;
const PIECE_BYTES = 1024;
/**
 * Pieces in a step. One takes 0.1 ms; to see whether the collection is over takes a third of that,
 * since the runtime reads /proc for it.
 */
const PIECES = 8;
/** Each piece has so much marked. */
const MARKED_BYTES = PIECES * 64 * 1024;
/** So many times the steps that marking all would take: then something is not as it was. */
const PATIENCE = 4;

/** The one of this program. */
export class EngineHeap implements Heap {
  /** Of the collection that is under way. */
  #outsideBefore = 0;
  #stepsLeft = 0;

  bytes(): number {
    const { heapTotal, external } = Deno.memoryUsage();
    return heapTotal + external;
  }

  usedBytes(): number {
    const { heapUsed, external } = Deno.memoryUsage();
    return heapUsed + external;
  }

  collect(): void {
    const { gc } = globalThis as Collector;
    gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
  }

  begin(): boolean {
    const { heapTotal, external } = Deno.memoryUsage();
    if (!takeUnused()) return false;
    this.#outsideBefore = external;
    this.#stepsLeft = PATIENCE * (1 + heapTotal / MARKED_BYTES);
    return true;
  }

  step(): "more" | "done" {
    for (let piece = 0; piece < PIECES; piece++) takePiece();
    if (--this.#stepsLeft < 0) {
      this.collect();
      return "done";
    }
    const { external } = Deno.memoryUsage();
    return external - this.#outsideBefore < GIVEN_BACK_BYTES ? "done" : "more";
  }
}

/** In a function of its own, so that nothing on the stack holds it. */
function takeUnused(): boolean {
  try {
    return new ArrayBuffer(UNUSED_BYTES).byteLength > 0;
  } catch {
    // Where memory that nobody uses is counted (vm.overcommit_memory=2, ulimit -v).
    return false;
  }
}

function takePiece(): void {
  new ArrayBuffer(PIECE_BYTES);
}
