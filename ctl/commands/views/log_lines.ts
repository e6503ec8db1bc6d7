/**
 * Lines of services' output: when each was written, as far as that stands before it, which are
 * wanted, and in which order.
 */
import { decodeText } from "../../../core/protocol/mod.ts";
import { levelledLine } from "../../../core/log/line_level.ts";
import type { LogLine } from "../../interface/report.ts";
import { joinedBytes } from "../../../core/text/joined_bytes.ts";

/** Which lines are wanted. */
export interface LineFilter {
  readonly sinceMs: number | undefined;
  readonly untilMs: number | undefined;
  readonly pattern: RegExp | undefined;
}

/** As `log-timestamps` writes it: UTC, to the millisecond. */
const STAMP = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z) /;

/** Divides output into lines. What follows a line without a time of its own belongs to it. */
export class LineReader {
  readonly #service: string;
  #timeMs: number | undefined;
  /** The beginning of a line whose end has not come. */
  #rest: Uint8Array = new Uint8Array(0);

  constructor(service: string) {
    this.#service = service;
  }

  /** The lines that are complete with these bytes. */
  read(bytes: Uint8Array): LogLine[] {
    const all = this.#rest.length === 0 ? bytes : joinedBytes([this.#rest, bytes]);
    const end = all.lastIndexOf(0x0a) + 1;
    this.#rest = all.slice(end);
    if (end === 0) return [];
    return decodeText(all.subarray(0, end - 1)).split("\n").map((text) => this.#line(text));
  }

  /** The line that was begun and not ended, if there is one. */
  finish(): LogLine[] {
    const rest = this.#rest;
    this.#rest = new Uint8Array(0);
    return rest.length === 0 ? [] : [this.#line(decodeText(rest))];
  }

  #line(line: string): LogLine {
    const stamp = STAMP.exec(line)?.[1];
    const stampMs = stamp === undefined ? NaN : Date.parse(stamp);
    const isStamped = stamp !== undefined && !Number.isNaN(stampMs);
    if (isStamped) this.#timeMs = stampMs;
    const { level, text } = levelledLine(isStamped ? line.slice(stamp.length + 1) : line);
    return { service: this.#service, timeMs: this.#timeMs, text, level };
  }
}

/**
 * One after the other, in the order of time; those without one come first, as they came. Lines of a
 * log store stay in the order in which they were written, whatever the clock did meanwhile.
 */
export function mergedLines(lines: readonly LogLine[]): readonly LogLine[] {
  // The order of equals is kept, so lines of one service stay as they were written.
  const stored = lines.filter((line) => line.stored !== undefined).toSorted(byPlace);
  const others = lines.filter((line) => line.stored === undefined).toSorted(byTime);
  if (stored.length === 0) return others;
  const merged: LogLine[] = [];
  let next = 0;
  for (const line of stored) {
    for (let other = others[next]; other !== undefined; other = others[next]) {
      if (byTime(other, line) > 0) break;
      merged.push(other);
      next++;
    }
    merged.push(line);
  }
  return [...merged, ...others.slice(next)];
}

function byTime(one: LogLine, other: LogLine): number {
  return (one.timeMs ?? -Infinity) - (other.timeMs ?? -Infinity) || 0;
}

function byPlace({ stored: one }: LogLine, { stored: other }: LogLine): number {
  if (one === undefined || other === undefined) return 0;
  return one.run - other.run || one.order - other.order;
}

/** Whether a line is wanted. One without a time is not, where time is asked for. */
export function isWanted(
  { timeMs, text }: LogLine,
  { sinceMs, untilMs, pattern }: LineFilter,
): boolean {
  if (sinceMs !== undefined && (timeMs === undefined || timeMs < sinceMs)) return false;
  if (untilMs !== undefined && (timeMs === undefined || timeMs > untilMs)) return false;
  return pattern === undefined || pattern.test(text);
}
