/**
 * Log buffers as facts that outlive the manager: what was appended is put piece by piece, and what
 * the buffer has dropped goes, so a line costs what it is long.
 *
 * Of each buffer there is a block under the read end of its pipe:
 *
 *     0  check     8  where its text ends     16  length     24  bytes dropped     32  lines
 *
 * and one for each piece of its text, under a number of its own:
 *
 *     0  check     4  read end     8  where it begins     16  bytes     20  the text, and zeros
 *
 * Places in a buffer are counted from the first byte that was ever put there.
 */
import type { LogBuffer } from "../../core/log/buffer.ts";
import { checkOf, isCheck, wordsIn } from "../../core/state/check_word.ts";
import type { KeptBlocks } from "../../core/state/kept_blocks.ts";
import type { Kept } from "../../core/state/kept_reading.ts";
import type { Dropped } from "../../core/log/dropped_note.ts";
import type { Fd } from "../../core/types.ts";
import { FACT_KIND, type FactSource } from "../kept/facts.ts";

const BUFFER_BYTES = 40;
const TEXT_AT = 20;
/** The last piece is written anew until it has so many bytes. */
const SHORT_PIECE_BYTES = 1024;
const LONGEST_PIECE_BYTES = 1 << 20;

interface Piece {
  readonly number: number;
  readonly start: number;
  end: number;
}

interface PutBuffer {
  readonly buffer: LogBuffer;
  pieces: Piece[];
}

/** What another manager finds of one. */
export interface LeftBuffer {
  /** All that is there, to the end. */
  readonly text: Uint8Array;
  /** Where it ends. */
  readonly end: number;
  readonly dropped: Dropped;
}

export class BufferFacts implements FactSource {
  readonly #buffers = new Map<Fd, PutBuffer>();
  readonly #changed = new Set<Fd>();
  /** Pieces of buffers that are gone. */
  #gone: Piece[] = [];
  #lastNumber = 0;
  #isNoting = false;

  get isPut(): boolean {
    return this.#changed.size === 0;
  }

  /** There is one, or another one, for this pipe. */
  add(readEnd: Fd, buffer: LogBuffer): void {
    this.remove(readEnd);
    this.#buffers.set(readEnd, { buffer, pieces: [] });
    this.note(readEnd);
  }

  remove(readEnd: Fd): void {
    const old = this.#buffers.get(readEnd);
    if (old === undefined) return;
    this.#buffers.delete(readEnd);
    this.#gone.push(...old.pieces);
    this.note(readEnd);
  }

  /** What it holds has changed. */
  note(readEnd: Fd): void {
    if (this.#isNoting) this.#changed.add(readEnd);
  }

  begin(): void {
    this.#isNoting = true;
    this.#gone = [];
    for (const [readEnd, one] of this.#buffers) {
      one.pieces = [];
      this.#changed.add(readEnd);
    }
  }

  put(blocks: KeptBlocks): boolean {
    for (let gone = this.#gone.at(-1); gone !== undefined; gone = this.#gone.at(-1)) {
      if (!blocks.remove(FACT_KIND.bufferText, gone.number)) return false;
      this.#gone.pop();
    }
    for (const readEnd of this.#changed) {
      const one = this.#buffers.get(readEnd);
      const hasRoom = one === undefined
        ? blocks.remove(FACT_KIND.buffer, readEnd)
        : this.#putBuffer(blocks, readEnd, one);
      if (!hasRoom) return false;
    }
    this.#changed.clear();
    return true;
  }

  #putBuffer(blocks: KeptBlocks, readEnd: Fd, one: PutBuffer): boolean {
    const { buffer, pieces } = one;
    const first = buffer.end - buffer.length;
    for (let [piece] = pieces; piece !== undefined && piece.end <= first; [piece] = pieces) {
      if (!blocks.remove(FACT_KIND.bufferText, piece.number)) return false;
      pieces.shift();
    }
    for (;;) {
      const last = pieces.at(-1);
      const from = last === undefined ? first : last.end;
      if (from >= buffer.end) break;
      const goesOn = last !== undefined && last.end - last.start < SHORT_PIECE_BYTES;
      const start = goesOn ? Math.max(last.start, first) : from;
      const end = Math.min(buffer.end, start + LONGEST_PIECE_BYTES);
      const number = goesOn ? last.number : this.#lastNumber + 1;
      if (!putPiece(blocks, number, { readEnd, start }, buffer.slice(start, end))) return false;
      if (goesOn) pieces.pop();
      else this.#lastNumber = number;
      pieces.push({ number, start, end });
    }
    return putEnds(blocks, readEnd, buffer);
  }
}

function putPiece(
  blocks: KeptBlocks,
  number: number,
  { readEnd, start }: { readonly readEnd: Fd; readonly start: number },
  text: Uint8Array,
): boolean {
  const length = (TEXT_AT + text.length + 3) & ~3;
  const at = blocks.begin(FACT_KIND.bufferText, number, length);
  if (at < 0) return false;
  const { words, doubles, bytes } = blocks;
  const word = at >> 2;
  words[(at + length - 4) >> 2] = 0;
  words[word + 1] = readEnd;
  doubles[(at >> 3) + 1] = start;
  words[word + 4] = text.length;
  bytes.set(text, at + TEXT_AT);
  words[word] = checkOf(words, word + 1, (at + length) >> 2);
  return true;
}

function putEnds(blocks: KeptBlocks, readEnd: Fd, { end, length, dropped }: LogBuffer): boolean {
  const at = blocks.begin(FACT_KIND.buffer, readEnd, BUFFER_BYTES);
  if (at < 0) return false;
  const { words, doubles } = blocks;
  const word = at >> 2;
  const double = at >> 3;
  words[word + 1] = 0;
  doubles[double + 1] = end;
  doubles[double + 2] = length;
  doubles[double + 3] = dropped.bytes;
  doubles[double + 4] = dropped.lines;
  words[word] = checkOf(words, word + 1, (at + BUFFER_BYTES) >> 2);
  return true;
}

/**
 * By the read ends of their pipes. Of one of which a piece is damaged there is what follows that;
 * the rest counts as dropped.
 */
export function readBuffers(kept: Kept): ReadonlyMap<Fd, LeftBuffer> {
  const pieces = new Map<number, { readonly start: number; readonly text: Uint8Array }[]>();
  for (const contents of kept.get(FACT_KIND.bufferText)?.values() ?? []) {
    const piece = readPiece(contents);
    if (piece === undefined) continue;
    const others = pieces.get(piece.readEnd);
    if (others === undefined) pieces.set(piece.readEnd, [piece]);
    else others.push(piece);
  }
  const buffers = new Map<Fd, LeftBuffer>();
  for (const [readEnd, contents] of kept.get(FACT_KIND.buffer) ?? []) {
    const ends = readEnds(contents);
    if (ends === undefined) continue;
    const { end, length, bytes, lines } = ends;
    const text = new Uint8Array(length);
    let begin = end;
    const inOrder = (pieces.get(readEnd) ?? []).toSorted((one, two) => two.start - one.start);
    for (const piece of inOrder) {
      if (piece.start >= begin) continue;
      if (piece.start + piece.text.length < begin) break;
      const from = Math.max(piece.start, end - length);
      if (from >= begin) break;
      text.set(piece.text.subarray(from - piece.start, begin - piece.start), from - (end - length));
      begin = from;
    }
    const missing = begin - (end - length);
    const dropped = { bytes: bytes + missing, lines };
    buffers.set(readEnd as Fd, { text: text.subarray(missing), end, dropped });
  }
  return buffers;
}

function readPiece(
  contents: Uint8Array,
): { readonly readEnd: number; readonly start: number; readonly text: Uint8Array } | undefined {
  const words = checkedWords(contents, TEXT_AT);
  if (words === undefined) return undefined;
  const [, readEnd = 0, , , length = 0] = words;
  const start = doubleAt(contents, 8);
  if (length < 0 || TEXT_AT + length > contents.length) return undefined;
  return { readEnd, start, text: contents.subarray(TEXT_AT, TEXT_AT + length) };
}

function readEnds(contents: Uint8Array) {
  if (checkedWords(contents, BUFFER_BYTES) === undefined) return undefined;
  const [end, length, bytes, lines] = [8, 16, 24, 32].map((at) => doubleAt(contents, at));
  const areThere = end !== undefined && length !== undefined && bytes !== undefined &&
    lines !== undefined;
  return areThere && length >= 0 && length <= end ? { end, length, bytes, lines } : undefined;
}

function checkedWords(contents: Uint8Array, least: number): Int32Array | undefined {
  if (contents.length < least || contents.length % 4 !== 0) return undefined;
  const words = wordsIn(contents);
  return isCheck(words[0], words, 1) ? words : undefined;
}

function doubleAt({ buffer, byteOffset, length }: Uint8Array, at: number): number {
  return new DataView(buffer, byteOffset, length).getFloat64(at, true);
}
