/**
 * Blocks of bytes under keys in one piece of memory, such that whoever reads it after a death at
 * any moment finds what was there at the last {@link KeptBlocks.commit}: all of a turn or nothing.
 *
 * A block is never changed in place: its successor is written elsewhere, with the number of the
 * coming turn, and counts from the one store that makes this number the current one. Only then the
 * old block is wiped and its place used again; until then the newer of two blocks with a key
 * counts. So there is no log to be tidied, and a turn costs what it changed.
 *
 * What the blocks hold is nothing to this module. Numbers are in the machine's own byte order: what
 * is kept is read on the machine that wrote it.
 *
 *     0  magic, format        8  last turn that counts   16  bytes in use   24  seal, unused
 *     from 64, in pieces of 32 bytes, each block:
 *     0  turn, 0: wiped       8  number                  12  length and kind  16  contents
 */

/** What a block is about; numbers from 1 on, those of the scheduler in `kinds.ts`. At most 63. */
export type BlockKind = number;

/** Bytes of a block at most. */
export const LARGEST_BLOCK = 0xffffff;
/** The smallest memory that can be used. */
export const SMALLEST_REGION = 4096;

/** "dKB1" as it lies in memory of little-endian machines. */
const MAGIC = 0x31424b64;
const FORMAT = 1;
const PIECE = 32;
const HEADER = 16;
const FIRST = 64;
/** Places in the head: of numbers of eight bytes, and of four. */
const TURN = 1;
const USED = 2;
const SEAL = 6;
/** Added to the kind: a block that was there is gone. */
const GONE = 64;

/** The writer. */
export class KeptBlocks {
  /** The memory in units of eight, four and one byte, for those who write a block's contents. */
  readonly doubles: Float64Array;
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  /** Where the block of a number lies, for each kind; that of one that is gone till the commit. */
  readonly #places: Map<number, number>[] = [];
  /** Free places by how many pieces they have. */
  readonly #free: number[][] = [];
  /** Blocks of earlier turns that this one replaces or takes away. */
  #stale: number[] = [];
  /** Those of this turn that say that a block is gone. */
  readonly #gone = new Set<number>();
  #turn = 1;
  #used = FIRST;
  #isChanged = false;
  #liveBytes = 0;

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

  /** Bytes of memory that blocks lie in, those to be replaced at the next commit included. */
  get liveBytes(): number {
    return this.#liveBytes;
  }

  /**
   * Makes room for a block, in place of the one with this key. Its contents are to be written
   * before the next commit.
   *
   * @param number A whole number from 0 to 2³² − 1.
   * @returns Where in {@link bytes} the contents begin, a multiple of eight; −1 when there is no
   * room left: nothing has changed then.
   */
  begin(kind: BlockKind, number: number, length: number): number {
    const places = this.#places[kind] ??= new Map();
    const at = this.#take(length);
    if (at < 0) return -1;
    const old = places.get(number);
    if (old !== undefined) this.#replace(old);
    places.set(number, at);
    this.#fill(at, number, kind << 24 | length);
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
    const old = places?.get(number);
    if (places === undefined || old === undefined || this.#gone.has(old)) return true;
    const at = this.#take(0);
    if (at < 0) return false;
    this.#replace(old);
    places.set(number, at);
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
    for (const at of this.#stale) this.#wipe(at);
    this.#stale = [];
    // Not before those that they are about.
    for (const at of this.#gone) {
      this.#places[this.#kindAt(at)]?.delete((this.words[(at >> 2) + 2] ?? 0) >>> 0);
      this.#wipe(at);
    }
    this.#gone.clear();
  }

  /**
   * The same blocks in other memory, those of the turn under way included, committed there.
   *
   * @returns Undefined when it has no room for them either.
   */
  moved(memory: Uint8Array): KeptBlocks | undefined {
    const other = new KeptBlocks(memory);
    for (const [kind, places] of this.#places.entries()) {
      for (const [number, at] of places ?? []) {
        if (this.#gone.has(at)) continue;
        const start = at + HEADER;
        const contents = this.bytes.subarray(start, start + this.#lengthAt(at));
        if (!other.put(kind, number, contents)) return undefined;
      }
    }
    other.commit();
    return other;
  }

  /** Marks what is there as whole. @returns The part of the memory that is in use. */
  sealed(): Uint8Array {
    this.commit();
    const whole = this.bytes.subarray(0, this.#used);
    this.words[SEAL] = sealOf(this.words.subarray(0, this.#used >> 2));
    return whole;
  }

  #take(length: number): number {
    if (length > LARGEST_BLOCK) return -1;
    const pieces = piecesOf(length);
    const at = this.#free[pieces]?.pop();
    this.#isChanged = true;
    if (at !== undefined) {
      this.#liveBytes += pieces * PIECE;
      return at;
    }
    const next = this.#used;
    const end = next + pieces * PIECE;
    if (end > this.bytes.length) return -1;
    this.#liveBytes += pieces * PIECE;
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
    const pieces = piecesOf(this.#lengthAt(at));
    this.#liveBytes -= pieces * PIECE;
    (this.#free[pieces] ??= []).push(at);
  }

  #lengthAt(at: number): number {
    return (this.words[(at >> 2) + 3] ?? 0) & LARGEST_BLOCK;
  }

  #kindAt(at: number): number {
    return (this.words[(at >> 2) + 3] ?? 0) >>> 24 & ~GONE;
  }
}

function piecesOf(length: number): number {
  return (HEADER + PIECE - 1 + length) >> 5;
}

/** What was kept: the contents of each number's block, for each kind. */
export type Kept = ReadonlyMap<BlockKind, ReadonlyMap<number, Uint8Array>>;

/** Why it cannot be read, for people. */
export interface KeptFault {
  readonly kind: "fault";
  readonly why: string;
}

/**
 * Reads what counts: of a writer that is gone, or of {@link KeptBlocks.sealed}, which is held
 * against its seal. The contents are parts of the memory given, or of a copy.
 *
 * @param memory May begin anywhere, hold anything, and be longer than what was written.
 */
export function readKept(memory: Uint8Array): { readonly kind: "kept"; kept: Kept } | KeptFault {
  if (memory.length < FIRST) return fault("it is too short");
  const aligned = memory.byteOffset % 8 === 0 ? memory : memory.slice();
  const { buffer, byteOffset, length } = aligned;
  const words = new Int32Array(buffer, byteOffset, length >> 2);
  const doubles = new Float64Array(buffer, byteOffset, length >> 3);
  if (words[0] !== MAGIC) return fault("it does not begin as kept state does");
  if (words[1] !== FORMAT) return fault(`its format is ${words[1]}, and ${FORMAT} is understood`);
  const used = doubles[USED] ?? 0;
  if (!Number.isInteger(used) || used < FIRST || used > length || used % PIECE !== 0) {
    return fault("its length is wrong");
  }
  const seal = words[SEAL] ?? 0;
  if (seal !== 0 && seal !== sealOf(words.subarray(0, used >> 2))) {
    return fault("its seal is broken");
  }
  return readBlocks({ bytes: aligned, words, doubles, used });
}

interface Memory {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly used: number;
}

function readBlocks(
  { bytes, words, doubles, used }: Memory,
): { readonly kind: "kept"; kept: Kept } | KeptFault {
  const lastTurn = doubles[TURN] ?? 0;
  const kept = new Map<number, Map<number, Uint8Array>>();
  const turns = new Map<number, Map<number, number>>();
  for (let at = FIRST; at < used;) {
    const lengthAndKind = words[(at >> 2) + 3] ?? 0;
    const length = lengthAndKind & LARGEST_BLOCK;
    const start = at + HEADER;
    const turn = doubles[at >> 3] ?? 0;
    if (start + length > used) return fault("a block is longer than the whole");
    if (!Number.isInteger(turn) || turn < 0) return fault("a block is of no turn");
    const number = (words[(at >> 2) + 2] ?? 0) >>> 0;
    const kind = lengthAndKind >>> 24;
    at += piecesOf(length) * PIECE;
    if (turn === 0 || turn > lastTurn) continue;
    const known = mapOf(turns, kind & ~GONE);
    const other = known.get(number) ?? 0;
    if (other === turn) return fault("a block is there twice");
    if (other > turn) continue;
    known.set(number, turn);
    const blocks = mapOf(kept, kind & ~GONE);
    if ((kind & GONE) !== 0) blocks.delete(number);
    else blocks.set(number, bytes.subarray(start, start + length));
  }
  return { kind: "kept", kept };
}

function mapOf<T>(maps: Map<number, Map<number, T>>, kind: number): Map<number, T> {
  const found = maps.get(kind);
  if (found !== undefined) return found;
  const made = new Map<number, T>();
  maps.set(kind, made);
  return made;
}

/** Of all words but the seal itself; never 0, which says that there is none. */
function sealOf(words: Int32Array): number {
  let sum = 1;
  for (let index = 0; index < words.length; index++) {
    if (index !== SEAL) sum = Math.imul(sum, 31) + (words[index] ?? 0) | 0;
  }
  return sum === 0 ? 1 : sum;
}

function fault(why: string): KeptFault {
  return { kind: "fault", why };
}
