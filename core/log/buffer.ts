/**
 * The log buffer of one service, of a bounded size. What it keeps when it is full is a choice:
 *
 * - `newest`: the oldest lines make room, whole; the text then begins with a line that tells how
 *   much went.
 * - `oldest`: what comes is dropped, as upstream does, so that the cause of a failure is not pushed
 *   out by its consequences; `clear` makes room again.
 */
import { type Dropped, droppedNote } from "./dropped_note.ts";

export interface BufferRule {
  /** 0 keeps nothing. */
  readonly limitBytes: number;
  readonly keeps: "newest" | "oldest";
}

/** What a buffer holds, for one that goes on with it. */
export interface KeptBuffer {
  readonly rule: BufferRule;
  /** Without the line that tells how much was dropped. */
  readonly text: Uint8Array;
  readonly dropped: Dropped;
}

const RESTART_NOTE = "(dinit: note: service restarted)\n";
const LINE_FEED = 10;
const FIRST_BLOCK_BYTES = 256;
const NOTHING_DROPPED: Dropped = { bytes: 0, lines: 0 };
const NO_TEXT = new Uint8Array(0);

export class LogBuffer {
  #rule: BufferRule;
  /** A ring: the text begins at `#start` and goes on at 0. */
  #bytes = new Uint8Array(0);
  #start = 0;
  #length = 0;
  #end = 0;
  #dropped = NOTHING_DROPPED;

  constructor(rule: BufferRule) {
    this.#rule = rule;
  }

  /** Bytes of output that are kept. */
  get length(): number {
    return this.#length;
  }

  /** Where the text ends, counted from the first byte that was ever put there; it only grows. */
  get end(): number {
    return this.#end;
  }

  /** What made room. */
  get dropped(): Dropped {
    return this.#dropped;
  }

  /** A copy of a part of the text that is there. @param from Counted as {@link end}. */
  slice(from: number, to: number): Uint8Array {
    const first = this.#end - this.#length;
    const text = new Uint8Array(to - from);
    for (let at = from; at < to;) {
      const place = (this.#start + at - first) % this.#bytes.length;
      const run = Math.min(to - at, this.#bytes.length - place);
      text.set(this.#bytes.subarray(place, place + run), at - from);
      at += run;
    }
    return text;
  }

  /**
   * With another limit the oldest lines go at once, if the newest are kept; else text beyond it
   * stays until `clear`.
   */
  set rule(rule: BufferRule) {
    this.#rule = rule;
    const excess = this.#length - rule.limitBytes;
    if (rule.keeps === "newest" && excess > 0) this.#drop(excess, NO_TEXT);
  }

  append(text: Uint8Array): void {
    const { limitBytes, keeps } = this.#rule;
    const excess = this.#length + text.length - limitBytes;
    if (excess <= 0) return this.#store(text);
    if (keeps === "newest") return this.#store(this.#drop(excess, text));
    const room = limitBytes - this.#length;
    if (room > 0) this.#store(text.subarray(0, room));
  }

  /**
   * Notes a relaunch between the outputs of two processes: whole, on a line of its own, or not at
   * all.
   */
  noteRestart(): void {
    if (this.#length === 0) return;
    const needsLineFeed = this.#byteAt(this.#length - 1) !== LINE_FEED;
    const note = new TextEncoder().encode(needsLineFeed ? `\n${RESTART_NOTE}` : RESTART_NOTE);
    const { limitBytes, keeps } = this.#rule;
    const room = keeps === "newest" ? limitBytes : limitBytes - this.#length;
    if (note.length <= room) this.append(note);
  }

  /** A copy of the text. */
  contents(): Uint8Array {
    const note = this.#dropped.bytes > 0 ? droppedNote(this.#dropped) : NO_TEXT;
    const text = new Uint8Array(note.length + this.#length);
    text.set(note);
    this.#copyTo(text, note.length);
    return text;
  }

  /** What it holds, for {@linkcode LogBuffer.adopting}. */
  keep(): KeptBuffer {
    const text = new Uint8Array(this.#length);
    this.#copyTo(text, 0);
    return { rule: this.#rule, text, dropped: this.#dropped };
  }

  /**
   * A buffer that goes on where another one was.
   *
   * @param end Where that one's text ended; it need not be known.
   */
  static adopting({ rule, text, dropped }: KeptBuffer, end = text.length): LogBuffer {
    const buffer = new LogBuffer(rule);
    buffer.#store(text);
    buffer.#dropped = dropped;
    buffer.#end = end;
    return buffer;
  }

  /** Whether the last line has no end yet. */
  get isInLine(): boolean {
    return this.#length > 0 && this.#byteAt(this.#length - 1) !== LINE_FEED;
  }

  clear(): void {
    this.#length = 0;
    this.#start = 0;
    this.#bytes = new Uint8Array(0);
    this.#dropped = NOTHING_DROPPED;
  }

  /** @param index Counted from the beginning of the text. */
  #byteAt(index: number): number | undefined {
    return this.#bytes[(this.#start + index) % this.#bytes.length];
  }

  /**
   * Drops at least so many bytes from the front of the text and what is to follow it: whole lines,
   * unless nothing would be left.
   *
   * @returns What is left of what is to follow.
   */
  #drop(count: number, following: Uint8Array): Uint8Array {
    const total = this.#length + following.length;
    const lineEnd = this.#findLineEnd(count - 1, following);
    const end = lineEnd === undefined || lineEnd + 1 === total ? count : lineEnd + 1;
    let lines = 0;
    let at = this.#findLineEnd(0, following);
    while (at !== undefined && at < end) {
      lines++;
      at = this.#findLineEnd(at + 1, following);
    }
    this.#dropped = { bytes: this.#dropped.bytes + end, lines: this.#dropped.lines + lines };
    const own = Math.min(end, this.#length);
    if (own > 0) this.#start = (this.#start + own) % this.#bytes.length;
    this.#length -= own;
    return following.subarray(end - own);
  }

  /** Index of the first line feed from there on, in the text and what is to follow it. */
  #findLineEnd(from: number, following: Uint8Array): number | undefined {
    for (let index = from; index < this.#length;) {
      const place = (this.#start + index) % this.#bytes.length;
      const run = Math.min(this.#length - index, this.#bytes.length - place);
      const found = this.#bytes.indexOf(LINE_FEED, place);
      if (found !== -1 && found < place + run) return index + found - place;
      index += run;
    }
    const at = following.indexOf(LINE_FEED, Math.max(0, from - this.#length));
    return at === -1 ? undefined : this.#length + at;
  }

  #store(text: Uint8Array): void {
    if (text.length === 0) return;
    this.#reserve(this.#length + text.length);
    const at = (this.#start + this.#length) % this.#bytes.length;
    const atEnd = Math.min(text.length, this.#bytes.length - at);
    this.#bytes.set(text.subarray(0, atEnd), at);
    this.#bytes.set(text.subarray(atEnd), 0);
    this.#length += text.length;
    this.#end += text.length;
  }

  #copyTo(target: Uint8Array, offset: number): void {
    const end = Math.min(this.#start + this.#length, this.#bytes.length);
    const first = this.#bytes.subarray(this.#start, end);
    target.set(first, offset);
    target.set(this.#bytes.subarray(0, this.#length - first.length), offset + first.length);
  }

  #reserve(needed: number): void {
    if (needed <= this.#bytes.length) return;
    const wanted = Math.max(needed, this.#bytes.length * 2, FIRST_BLOCK_BYTES);
    const grown = new Uint8Array(Math.max(needed, Math.min(this.#rule.limitBytes, wanted)));
    this.#copyTo(grown, 0);
    this.#bytes = grown;
    this.#start = 0;
  }
}
