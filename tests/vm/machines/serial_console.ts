/**
 * What a machine writes to its serial port: kept whole for the report of a failure, and searched as
 * it arrives. Knows nothing of QEMU; text comes in by `append`, the end by `end`.
 */
import { limitPassed } from "../../../tools/limit.ts";

/** A match and the text between the previous match and this one. */
export interface Found {
  readonly before: string;
  readonly match: RegExpExecArray;
}

interface Waiter {
  readonly look: () => Found | undefined;
  readonly done: (found: Found) => void;
  readonly failed: (why: string) => void;
}

// Colours, cursor movements and carriage returns only stand in the way of patterns.
// deno-lint-ignore no-control-regex -- terminals are steered by control characters
const DECORATION = /\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][0-9A-Z]|\r/g;

/** The stream of one machine. At most one search waits at a time. */
export class SerialConsole {
  #text = "";
  #searchedUpTo = 0;
  #ended = false;
  #waiter: Waiter | undefined;
  readonly #startedAt: number;
  readonly #lineTimes: number[] = [];
  readonly #now: () => number;

  /** @param now Milliseconds on any steady clock; times in the transcript count from this call. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#startedAt = now();
  }

  /** Everything written so far, without decoration. */
  get text(): string {
    return this.#text;
  }

  /** Takes in what the machine wrote and wakes the search that waits, if it matches now. */
  append(chunk: string): void {
    const kept = this.#text.length;
    // An escape sequence may be cut in two by the stream, so the last few characters are cleaned
    // again.
    const tail = Math.max(this.#searchedUpTo, kept - 16);
    this.#text = this.#text.slice(0, tail) +
      (this.#text.slice(tail) + chunk).replace(DECORATION, "");
    const lines = this.#text.split("\n").length;
    while (this.#lineTimes.length < lines) this.#lineTimes.push(this.#now() - this.#startedAt);
    this.#wake();
  }

  /** The machine is gone: a search that still waits fails at once. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /**
   * Waits for a pattern after the previous match, and moves behind it.
   *
   * @throws {Error} With the transcript, at the deadline or when the machine ends first.
   */
  expect(pattern: RegExp, timeoutMs: number): Promise<Found> {
    return this.#search(pattern, timeoutMs, () => {
      const unread = this.#text.slice(this.#searchedUpTo);
      const match = pattern.exec(unread);
      if (match === null) return undefined;
      this.#searchedUpTo += match.index + match[0].length;
      return { before: unread.slice(0, match.index), match };
    });
  }

  /** Waits until the pattern is anywhere in the whole text; the place of `expect` stays. */
  seen(pattern: RegExp, timeoutMs: number): Promise<Found> {
    return this.#search(pattern, timeoutMs, () => {
      const match = pattern.exec(this.#text);
      return match === null ? undefined : { before: this.#text.slice(0, match.index), match };
    });
  }

  /**
   * Milliseconds from the start to the line in which the pattern is; undefined when it is not
   * there.
   */
  timeOf(pattern: RegExp): number | undefined {
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    return this.#lineTimes[this.#text.slice(0, match.index).split("\n").length - 1];
  }

  /** The whole text, each line with the seconds at which it began. */
  transcript(): string {
    return this.#text.split("\n").map((line, index) => {
      const seconds = ((this.#lineTimes[index] ?? 0) / 1000).toFixed(2).padStart(7);
      return `${seconds} | ${line}`;
    }).join("\n");
  }

  #search(pattern: RegExp, timeoutMs: number, look: () => Found | undefined): Promise<Found> {
    if (this.#waiter !== undefined) throw new Error("A search on this console is waiting already");
    return new Promise<Found>((resolve, reject) => {
      const fail = (why: string) =>
        reject(
          new Error(`Waited for ${pattern}, but ${why}. The console:\n${this.transcript()}\n`),
        );
      const over = new AbortController();
      limitPassed(timeoutMs, over.signal).then(({ afterMs }) => {
        if (over.signal.aborted) return;
        this.#waiter = undefined;
        fail(`it did not come in ${afterMs} ms`);
      });
      const settle = <T>(then: (value: T) => void) => (value: T) => {
        over.abort();
        this.#waiter = undefined;
        then(value);
      };
      this.#waiter = { look, done: settle(resolve), failed: settle(fail) };
      this.#wake();
    });
  }

  #wake(): void {
    const waiter = this.#waiter;
    if (waiter === undefined) return;
    const found = waiter.look();
    if (found !== undefined) waiter.done(found);
    else if (this.#ended) waiter.failed("the machine ended");
  }
}
