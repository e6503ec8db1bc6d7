/** A place in the text of an expression, for its readers. */
import type { CalendarFault } from "./expression.ts";

/** A text that is read from left to right. */
export class Cursor {
  readonly text: string;
  offset: number;

  /** @param end Where the part to be read ends. */
  constructor(text: string, end: number = text.length) {
    this.text = text.slice(0, end);
    this.offset = 0;
  }

  get isAtEnd(): boolean {
    return this.offset >= this.text.length;
  }

  /** The next character; empty at the end. */
  get next(): string {
    return this.text.charAt(this.offset);
  }

  /** Goes beyond `word` if it comes next. */
  takes(word: string): boolean {
    if (!this.text.startsWith(word, this.offset)) return false;
    this.offset += word.length;
    return true;
  }

  /** @param pattern Sticky. @returns What matches here, if anything does. */
  takeMatch(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.text)?.[0];
    this.offset += found?.length ?? 0;
    return found;
  }

  skipBlanks(): void {
    while (this.next === " ") this.offset++;
  }

  /** A fault here, or at another place. */
  fault(
    why: string,
    options: { readonly offset?: number; readonly hint?: string | undefined } = {},
  ): CalendarFault {
    const { offset = this.offset, hint } = options;
    return { kind: "fault", offset, why, hint };
  }
}
