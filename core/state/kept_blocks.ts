/**
 * Blocks of bytes under keys in one piece of memory, such that whoever reads it after a death at
 * any moment finds what was there at the last {@link KeptBlocks.commit}: all of a turn or nothing.
 *
 * A block is never changed in place: its successor is written elsewhere, with the number of the
 * coming turn, and counts from the one store that makes this number the current one. Only then the
 * old block is wiped and its place used again; until then the newer of two blocks with a key
 * counts. So there is no log to be tidied, and a turn costs what it changed.
 *
 * What the blocks hold is nothing to this module. The reader is in `kept_reading.ts`.
 */
import {
  type BlockKind,
  FIRST,
  FORMAT,
  GONE,
  HEADER,
  LARGEST_BLOCK,
  MAGIC,
  PIECE,
  piecesOf,
  SEAL,
  sealOf,
  TURN,
  USED,
} from "./kept_form.ts";

/** The smallest memory that can be used. */
export const SMALLEST_REGION = 4096;

/** The writer. */
export class KeptBlocks {
  /**
   * The memory in units of eight, four and one byte, for those who write a block's contents.
   * {@linkcode lengthen} changes them.
   */
  doubles: Float64Array;
  words: Int32Array;
  bytes: Uint8Array;
  /**
   * Where the block of a number lies, for each kind; that of one that is gone till the commit.
   * Arrays, which have room for what is there (8 bytes a service, a map 46) and become tables by
   * themselves where numbers are far apart.
   */
  readonly #places: number[][] = [];
  /** Free places by how many pieces they have. */
  readonly #free: number[][] = [];
  /** Blocks of earlier turns that this one replaces or takes away. */
  readonly #stale: number[] = [];
  /** Those of this turn that say that a block is gone. */
  readonly #gone = new Set<number>();
  #turn = 1;
  #used = FIRST;
  #isChanged = false;

  /**
   * @param memory Begins at a multiple of eight bytes of its buffer, and has at least
   * {@linkcode SMALLEST_REGION} bytes. What it held is lost.
   */
  constructor(memory: Uint8Array) {
    const { buffer, byteOffset, length } = memory;
    if (byteOffset % 8 !== 0 || length < SMALLEST_REGION) {
      throw new RangeError(`Cannot keep blocks in ${length} bytes at ${byteOffset}`);
    }
    this.bytes = memory;
    this.words = new Int32Array(buffer, byteOffset, length >> 2);
    this.doubles = new Float64Array(buffer, byteOffset, length >> 3);
    // Nobody can take it for something whole before all of its head is there.
    this.words[0] = 0;
    this.doubles[TURN] = 0;
    this.doubles[USED] = FIRST;
    this.words[SEAL] = 0;
    this.words[1] = FORMAT;
    this.words[0] = MAGIC;
  }

  /** Bytes of memory that blocks lie in, those of the turn under way included. */
  get liveBytes(): number {
    let pieces = 0;
    for (const places of this.#places) {
      places?.forEach((at) => pieces += this.#piecesAt(at));
    }
    return pieces * PIECE;
  }

  /**
   * Makes room for a block, in place of the one with this key. Its contents are to be written
   * before the next commit.
   *
   * @param number A whole number from 0 to 2³² − 2.
   * @returns Where in {@link bytes} the contents begin, a multiple of eight; −1 when there is no
   * room left: nothing has changed then.
   */
  begin(kind: BlockKind, number: number, length: number): number {
    // As in #take and #fill: without V8's compilers, to call them takes as long as what they do.
    const free = this.#free[(length + HEADER + PIECE - 1) >> 5];
    const at = (free === undefined ? undefined : free.pop()) ?? this.#takeNew(length);
    if (at < 0) return -1;
    this.#isChanged = true;
    const places = this.#places[kind] ??= [];
    const old = places[number];
    if (old !== undefined) this.#replace(old);
    places[number] = at;
    const { words } = this;
    const word = at >> 2;
    words[word + 2] = number;
    words[word + 3] = kind << 24 | length;
    this.doubles[at >> 3] = this.#turn;
    return at + HEADER;
  }

  /** As {@link begin}, with the contents. @returns False when there is no room left. */
  put(kind: BlockKind, number: number, contents: Uint8Array): boolean {
    const at = this.begin(kind, number, contents.length);
    if (at < 0) return false;
    this.bytes.set(contents, at);
    return true;
  }

  /** Takes a block away, if there is one. @returns False when there is no room left to note it. */
  remove(kind: BlockKind, number: number): boolean {
    const places = this.#places[kind];
    const old = places?.[number];
    if (places === undefined || old === undefined || this.#gone.has(old)) return true;
    const at = this.#take(0);
    if (at < 0) return false;
    this.#replace(old);
    places[number] = at;
    this.#gone.add(at);
    this.#fill(at, number, (kind | GONE) << 24);
    return true;
  }

  /** From now on what was put and removed since the last commit counts. */
  commit(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    // One store of eight bytes: a death leaves the old number or the new one.
    this.doubles[TURN] = this.#turn++;
    const stale = this.#stale;
    for (let at = stale.pop(); at !== undefined; at = stale.pop()) this.#wipe(at);
    if (this.#gone.size > 0) this.#wipeGone();
  }

  /**
   * The same blocks in other memory, with what the turn under way has put and removed. Nothing
   * counts there before the next commit, so a reader is to be given this memory till then.
   *
   * @returns Undefined when it has no room for them either.
   */
  moved(memory: Uint8Array): KeptBlocks | undefined {
    const other = new KeptBlocks(memory);
    const isMoved = this.#places.every((places, kind) =>
      places.every((at, number) => {
        if (this.#gone.has(at)) return true;
        const start = at + HEADER;
        const contents = this.bytes.subarray(start, start + this.#lengthAt(at));
        return other.put(kind as BlockKind, number, contents);
      })
    );
    return isMoved ? other : undefined;
  }

  /**
   * Goes on in the same memory, of which there is more now: everything lies where it did.
   *
   * @param memory Its first bytes are the memory so far; behind them are zeros.
   */
  lengthen(memory: Uint8Array): void {
    const { buffer, byteOffset, length } = memory;
    this.bytes = memory;
    this.words = new Int32Array(buffer, byteOffset, length >> 2);
    this.doubles = new Float64Array(buffer, byteOffset, length >> 3);
  }

  /** What is there counts. @returns The part of the memory that is in use, not marked as whole. */
  committed(): Uint8Array {
    this.commit();
    return this.bytes.subarray(0, this.#used);
  }

  /** Marks what is there as whole. @returns The part of the memory that is in use. */
  sealed(): Uint8Array {
    this.commit();
    const whole = this.bytes.subarray(0, this.#used);
    this.words[SEAL] = sealOf(this.words.subarray(0, this.#used >> 2));
    return whole;
  }

  #take(length: number): number {
    this.#isChanged = true;
    return this.#free[piecesOf(length)]?.pop() ?? this.#takeNew(length);
  }

  /** From the end of what is in use. @returns −1 when there is no room left. */
  #takeNew(length: number): number {
    const next = this.#used;
    const end = next + piecesOf(length) * PIECE;
    if (end > this.bytes.length || length > LARGEST_BLOCK) return -1;
    // Readers go from block to block: it has its length before it is in use.
    this.doubles[next >> 3] = 0;
    this.words[(next >> 2) + 3] = length;
    this.#used = end;
    this.doubles[USED] = end;
    return next;
  }

  #fill(at: number, number: number, lengthAndKind: number): void {
    const word = at >> 2;
    this.words[word + 2] = number;
    this.words[word + 3] = lengthAndKind;
    this.doubles[at >> 3] = this.#turn;
  }

  /** One of this turn counts for nobody yet; an older one does until the commit. */
  #replace(at: number): void {
    if (this.doubles[at >> 3] !== this.#turn) {
      this.#stale.push(at);
      return;
    }
    this.#gone.delete(at);
    this.#wipe(at);
  }

  #wipe(at: number): void {
    this.doubles[at >> 3] = 0;
    const length = (this.words[(at >> 2) + 3] as number) & LARGEST_BLOCK;
    const pieces = (length + HEADER + PIECE - 1) >> 5;
    const free = this.#free[pieces];
    if (free === undefined) this.#free[pieces] = [at];
    else free.push(at);
  }

  /** Not before those that they are about. */
  #wipeGone(): void {
    for (const at of this.#gone) {
      const kind = (this.words[(at >> 2) + 3] ?? 0) >>> 24 & ~GONE;
      delete this.#places[kind]?.[(this.words[(at >> 2) + 2] ?? 0) >>> 0];
      this.#wipe(at);
    }
    this.#gone.clear();
  }

  #lengthAt(at: number): number {
    return (this.words[(at >> 2) + 3] ?? 0) & LARGEST_BLOCK;
  }

  #piecesAt(at: number): number {
    return piecesOf(this.#lengthAt(at));
  }
}
