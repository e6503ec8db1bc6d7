/**
 * Records of a log store as lines. A line has the time of the record in which it began; what
 * follows in the next one goes on with it, unless another process has begun meanwhile.
 */
import { decodeText } from "../text/byte_text.ts";
import { levelledLine } from "./line_level.ts";
import type { StoredRecord } from "./store_form.ts";

export interface StoredLine {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly run: number;
  /** Among all lines of its run; those of one record have the same. */
  readonly order: number;
  readonly level: number | undefined;
  /** Without its end, and without the level. */
  readonly text: string;
}

const LINE_FEED = 0x0a;
/** A line that does not end is shown in parts. */
const MOST_LINE_BYTES = 64 * 1024;

interface BegunLine extends Pick<StoredLine, "timeMs" | "run" | "order" | "level"> {
  bytes: Uint8Array;
}

export class StoredLineReader {
  #begun: BegunLine | undefined;

  /** The lines that are complete with this record, which is the next one of the same service. */
  read(record: StoredRecord, run: number): StoredLine[] {
    const lines: StoredLine[] = [];
    const isAnother = record.beginsLine || (this.#begun !== undefined && this.#begun.run !== run);
    if (isAnother) lines.push(...this.finish());
    const { text } = record;
    let from = 0;
    for (let end = text.indexOf(LINE_FEED); end !== -1; end = text.indexOf(LINE_FEED, from)) {
      this.#add(record, run, text.subarray(from, end));
      lines.push(...this.finish());
      from = end + 1;
    }
    if (from < text.length) this.#add(record, run, text.subarray(from));
    if ((this.#begun?.bytes.length ?? 0) > MOST_LINE_BYTES) lines.push(...this.finish());
    return lines;
  }

  /** The line that was begun and not ended, if there is one. */
  finish(): StoredLine[] {
    const begun = this.#begun;
    this.#begun = undefined;
    if (begun === undefined) return [];
    const { timeMs, run, order } = begun;
    const { level, text } = levelledLine(decodeText(begun.bytes));
    return [{ timeMs, run, order, level: begun.level ?? level, text }];
  }

  #add({ timeMs, order, level }: StoredRecord, run: number, bytes: Uint8Array): void {
    const begun = this.#begun;
    if (begun === undefined) {
      this.#begun = { timeMs, run, order, level, bytes };
      return;
    }
    const whole = new Uint8Array(begun.bytes.length + bytes.length);
    whole.set(begun.bytes);
    whole.set(bytes, begun.bytes.length);
    begun.bytes = whole;
  }
}
