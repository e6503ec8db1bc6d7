/**
 * How much a service may write into its logs in an interval. What is beyond is dropped in whole
 * lines and counted, and a line says so in its place when there is room again, or when the
 * interval is over.
 *
 * It reads no clock. A line that was begun is finished, if it is not endless.
 */
import { joinedBytes } from "../text/joined_bytes.ts";
import type { Instant } from "../types.ts";

/** What one service, or all of them, may write. */
export interface LineRate {
  /** Lines in an interval; 0: any number. */
  readonly lines: number;
  /** Bytes in an interval; 0: any number. */
  readonly bytes: number;
  /** Longer than 0. */
  readonly intervalMs: number;
}

/** A limit as another manager goes on with it. */
export interface KeptLineLimit {
  readonly droppedLines: number;
  readonly droppedBytes: number;
  readonly isInLine: boolean;
  readonly dropsLine: boolean;
}

const LINE_FEED = 10;
/** So much of a line that was begun goes beyond the limit of bytes; then it is cut. */
const LINE_REST_BYTES = 8192;
const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();

/** Whether there is a limit at all. */
export function isLimited({ lines, bytes }: LineRate): boolean {
  return lines > 0 || bytes > 0;
}

/** What holds for a service: what it says itself, and else what holds for all. */
export function lineRate(own: Partial<LineRate> | undefined, forAll: LineRate): LineRate {
  const { lines = forAll.lines, bytes = forAll.bytes, intervalMs = forAll.intervalMs } = own ?? {};
  return { lines, bytes, intervalMs };
}

/** No limit, and the interval of those that are set. */
export const USUAL_RATE: LineRate = { lines: 0, bytes: 0, intervalMs: 30_000 };

export class LineLimit {
  /** Another one holds from the next interval on. */
  rate: LineRate;
  #windowEnd = 0;
  #lines = 0;
  #bytes = 0;
  /** Since the last line that told of it. */
  #droppedLines = 0;
  #droppedBytes = 0;
  /** What was let pass last has no end of a line yet. */
  #isInLine = false;
  /** What comes belongs to a line that is dropped. */
  #dropsLine = false;

  constructor(rate: LineRate) {
    this.rate = rate;
  }

  /** When {@linkcode notice} has something to tell at the latest; undefined: nothing is dropped. */
  get due(): Instant | undefined {
    return this.#droppedLines === 0 ? undefined : this.#windowEnd as Instant;
  }

  keep(): KeptLineLimit {
    return {
      droppedLines: this.#droppedLines,
      droppedBytes: this.#droppedBytes,
      isInLine: this.#isInLine,
      dropsLine: this.#dropsLine,
    };
  }

  /** Goes on where another one was, in a new interval. */
  adopt({ droppedLines, droppedBytes, isInLine, dropsLine }: KeptLineLimit, now: Instant): void {
    this.#droppedLines = droppedLines;
    this.#droppedBytes = droppedBytes;
    this.#isInLine = isInLine;
    this.#dropsLine = dropsLine;
    this.#begin(now);
  }

  /** @returns What may pass of a text: the text itself, if that is all of it. */
  pass(text: Uint8Array<ArrayBuffer>, now: Instant): Uint8Array<ArrayBuffer> {
    if (now >= this.#windowEnd) this.#begin(now);
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    let passedFrom = 0;
    let at = 0;
    const endPiece = (end: number) => {
      if (end > passedFrom) pieces.push(text.subarray(passedFrom, end));
    };
    while (at < text.length) {
      const feed = text.indexOf(LINE_FEED, at);
      const next = feed < 0 ? text.length : feed + 1;
      if (!this.#isInLine && !this.#dropsLine) this.#dropsLine = !this.#takesLine();
      const isCut = this.#isInLine && this.#isEndless(next - at);
      if (isCut) {
        endPiece(at);
        pieces.push(encoder.encode("\n"));
        this.#isInLine = false;
        this.#dropsLine = true;
        this.#droppedLines += 1;
        passedFrom = next;
      } else if (!this.#dropsLine && this.#droppedLines > 0) {
        endPiece(at);
        passedFrom = at;
        pieces.push(this.#told());
      }
      if (this.#dropsLine) {
        if (!isCut) endPiece(at);
        passedFrom = next;
        this.#droppedBytes += next - at;
        this.#dropsLine = feed < 0;
      } else {
        this.#bytes += next - at;
        this.#isInLine = feed < 0;
      }
      at = next;
    }
    if (pieces.length === 0 && passedFrom === 0) return text;
    endPiece(text.length);
    return joinedBytes(pieces);
  }

  /** What was dropped up to now, as a line; empty: nothing was. */
  notice(): Uint8Array<ArrayBuffer> {
    return this.#droppedLines === 0 ? NOTHING : this.#told();
  }

  /** The process that wrote has ended: what comes begins a line. */
  endLine(): void {
    this.#dropsLine = false;
  }

  #begin(now: Instant): void {
    this.#windowEnd = now + this.rate.intervalMs;
    this.#lines = 0;
    this.#bytes = 0;
  }

  /** Whether a line that begins may pass; counts it. */
  #takesLine(): boolean {
    const { lines, bytes } = this.rate;
    const mayPass = (lines === 0 || this.#lines < lines) && (bytes === 0 || this.#bytes < bytes);
    if (mayPass) this.#lines += 1;
    else this.#droppedLines += 1;
    return mayPass;
  }

  #isEndless(more: number): boolean {
    const { bytes } = this.rate;
    return bytes > 0 && this.#bytes + more > bytes + LINE_REST_BYTES;
  }

  #told(): Uint8Array<ArrayBuffer> {
    const { lines, bytes, intervalMs } = this.rate;
    const what = this.#droppedLines === 1 ? "1 line was" : `${this.#droppedLines} lines were`;
    const limits = [
      ...lines > 0 ? [lines === 1 ? "1 line" : `${lines} lines`] : [],
      ...bytes > 0 ? [`${bytes} bytes`] : [],
    ];
    const text = `${this.#isInLine ? "\n" : ""}dinit: ${what} dropped (${this.#droppedBytes} ` +
      `bytes): allowed are ${limits.join(" and ")} in ${intervalMs / 1000} s\n`;
    this.#isInLine = false;
    this.#droppedLines = 0;
    this.#droppedBytes = 0;
    return encoder.encode(text);
  }
}
