/**
 * What was read from a service's output and is not written yet, in memory that outlives the
 * manager: it is read there, so that it is nowhere else.
 *
 *     0  descriptor that it is from (0: nothing is there)    4  bytes (0: not known)
 *     8  size of the file that it goes to, before            16  the text; behind it zeros
 * 32784  where the log store was that it goes to, too
 */
import type { KeptBlocks } from "../../core/state/kept_blocks.ts";
import type { Fd } from "../../core/types.ts";
import { FACT_KIND } from "./facts.ts";

/** Of text. */
export const INBOX_BYTES = 32 * 1024;
const HEADER_BYTES = 16;
const STORE_AT = HEADER_BYTES + INBOX_BYTES;
const LENGTH = STORE_AT + 8;
const DESCRIPTOR = 0;
const COUNT = 1;
const SIZE = 1;

/** What a manager that died has left there. */
export interface LeftText {
  readonly descriptor: Fd;
  readonly text: Uint8Array<ArrayBuffer>;
  /** It goes to a file that had this size before. */
  readonly sizeBytes: number;
  /** And into the log store, which had come so far; −1: not there. */
  readonly storePosition: number;
}

/** Where it lies. */
export interface LeftInbox {
  readonly memory: Uint8Array;
  /** undefined: nothing was there. */
  readonly text: LeftText | undefined;
}

export class Inbox {
  #words: Int32Array = new Int32Array(0);
  #doubles: Float64Array = new Float64Array(0);
  #text: Uint8Array = new Uint8Array(0);
  #store: Float64Array = new Float64Array(0);
  /** In the memory of the blocks. */
  #at = 0;

  /** In the heap, at first. */
  constructor() {
    this.#use(new ArrayBuffer(LENGTH), 0);
  }

  /** Goes there, where it counts from the next commit on. @returns False when there is no room. */
  placeIn(blocks: KeptBlocks): boolean {
    const at = blocks.begin(FACT_KIND.inbox, 0, LENGTH);
    if (at < 0) return false;
    const { buffer, byteOffset } = blocks.bytes;
    new Uint8Array(buffer, byteOffset + at, LENGTH).fill(0);
    this.#at = at;
    this.#use(buffer, byteOffset + at);
    return true;
  }

  /** Stays where it is, in memory of which there is more now. */
  stayIn({ bytes: { buffer, byteOffset } }: KeptBlocks): void {
    this.#use(buffer, byteOffset + this.#at);
  }

  /** Goes where another one was, as long as that counts. @param contents Of the block. */
  useLeft({ buffer, byteOffset, length }: Uint8Array): void {
    if (length < LENGTH || byteOffset % 8 !== 0) return;
    this.#use(buffer, byteOffset);
  }

  /**
   * Something is to be read.
   *
   * @param sizeBytes Of the file that it goes to, now; −1: there is none.
   * @param storePosition How far the log store has come that it goes to; −1: it does not.
   * @returns Where to.
   */
  begin(descriptor: Fd, sizeBytes: number, storePosition: number): Uint8Array<ArrayBuffer> {
    this.#words[COUNT] = 0;
    this.#store[0] = storePosition;
    this.#doubles[SIZE] = sizeBytes;
    this.#words[DESCRIPTOR] = descriptor;
    return this.#text as Uint8Array<ArrayBuffer>;
  }

  /** It is there, and about to be written. */
  got(count: number): void {
    this.#words[COUNT] = count;
  }

  /** Nothing is there any more. @param count As it was. */
  done(count: number): void {
    this.#words[DESCRIPTOR] = 0;
    this.#text.fill(0, 0, count);
  }

  #use(buffer: ArrayBufferLike, at: number): void {
    this.#words = new Int32Array(buffer, at, 2);
    this.#doubles = new Float64Array(buffer, at, 2);
    this.#text = new Uint8Array(buffer, at + HEADER_BYTES, INBOX_BYTES);
    this.#store = new Float64Array(buffer, at + STORE_AT, 1);
  }
}

/** @param contents Of the block, in the memory itself. */
export function readInbox(contents: Uint8Array): LeftInbox {
  return { memory: contents, text: readText(contents) };
}

function readText(contents: Uint8Array): LeftText | undefined {
  // Earlier versions have no place for the log store.
  if (contents.length < STORE_AT) return undefined;
  const { buffer } = contents.slice();
  const [descriptor = 0, count = 0] = new Int32Array(buffer, 0, 2);
  if (descriptor <= 0 || count < 0 || count > INBOX_BYTES) return undefined;
  const all = new Uint8Array(buffer, HEADER_BYTES, INBOX_BYTES);
  const end = count > 0 ? count : all.findLastIndex((byte) => byte !== 0) + 1;
  if (end === 0) return undefined;
  const sizeBytes = new Float64Array(buffer, 0, 2)[SIZE] ?? -1;
  const storePosition = contents.length < LENGTH ? -1 : new Float64Array(buffer, STORE_AT, 1)[0];
  return {
    descriptor: descriptor as Fd,
    text: all.slice(0, end),
    sizeBytes,
    storePosition: storePosition ?? -1,
  };
}
