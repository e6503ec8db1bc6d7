/**
 * How regions of kept memory lie in their file, and which one counts. Pure: the file is a head of
 * 64 bytes in memory here.
 *
 *     0  magic (4 bytes), format (4)      8  the region that counts
 *
 * Regions begin and end at multiples of {@linkcode UNIT}. Where the one that counts begins and how
 * long it is make one number, so that it is another one with a single store of eight bytes; 0:
 * there is none. A region is never written over: the next one lies behind the end of the file, and
 * the pages of those that do not count any more are given back. The last one can become longer.
 */
import type { FoundMemory } from "../../interface/kept_memory.ts";

/** A multiple of the page size of every processor. */
export const UNIT = 65_536;
/** Bytes of the head. */
export const HEAD = 64;

/** "dKM1" as it lies in memory of little-endian machines. */
const MAGIC = 0x314d_4b64;
const FORMAT = 1;
/** Word of the format; number of eight bytes that tells the region. */
const FORMAT_WORD = 1;
const REGION = 1;
/** Lengths are below it, in units: 64 GiB. */
const LENGTHS = 0x10_0000;
/** Places are below it: with a length below {@linkcode LENGTHS} it makes an exact number. */
const PLACES = 0x1_0000_0000;

/** A part of the file, in bytes. */
export interface Region {
  readonly start: number;
  readonly length: number;
}

/** The head of a file. */
export class RegionHead {
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;

  /** @param memory Of {@linkcode HEAD} bytes, at a multiple of eight of its buffer. */
  constructor({ buffer, byteOffset }: Uint8Array) {
    this.#words = new Int32Array(buffer, byteOffset, HEAD >> 2);
    this.#doubles = new Float64Array(buffer, byteOffset, HEAD >> 3);
  }

  /** Nobody has marked it yet, as in a new file, or one over which its maker has died. */
  get isFresh(): boolean {
    return this.#words[0] === 0;
  }

  /** Marks a new file as one that holds regions: none counts. */
  mark(): void {
    this.#doubles[REGION] = 0;
    this.#words[FORMAT_WORD] = FORMAT;
    this.#words[0] = MAGIC;
  }

  /** Whether a file that is not fresh holds regions at all, and not somebody's letters. */
  get isMarked(): boolean {
    return this.#words[0] === MAGIC;
  }

  /** undefined: none counts from now on. */
  set(region: Region | undefined): void {
    this.#doubles[REGION] = region === undefined
      ? 0
      : region.start / UNIT * LENGTHS + region.length / UNIT;
  }

  /**
   * Which region counts.
   *
   * @param sizeBytes Of the file: nothing behind it can be mapped.
   */
  read(sizeBytes: number): Region | Extract<FoundMemory, { kind: "nothing" | "fault" }> {
    const format = this.#words[FORMAT_WORD];
    if (format !== FORMAT) return fault(`its format is ${format}, and ${FORMAT} is understood`);
    const number = this.#doubles[REGION] ?? 0;
    if (number === 0) return { kind: "nothing" };
    const isWhole = Number.isSafeInteger(number) && number > 0;
    const start = Math.floor(number / LENGTHS) * UNIT;
    const length = number % LENGTHS * UNIT;
    if (!isWhole || start < UNIT || length === 0 || start + length > sizeBytes) {
      return fault("it says that it has a part which is not there");
    }
    return { start, length };
  }
}

/**
 * Where the next region lies; undefined: such a file would be too long.
 *
 * @param end Of the file, in bytes.
 */
export function regionBehind(end: number, bytes: number): Region | undefined {
  const start = Math.max(UNIT, roundUp(end));
  const length = Math.max(UNIT, roundUp(bytes));
  const isPossible = length / UNIT < LENGTHS && start / UNIT < PLACES;
  return isPossible ? { start, length } : undefined;
}

/** The same region with room for so many bytes. */
export function lengthened({ start }: Region, bytes: number): Region | undefined {
  return regionBehind(start, bytes);
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / UNIT) * UNIT;
}

function fault(why: string): Extract<FoundMemory, { kind: "fault" }> {
  return { kind: "fault", why };
}
