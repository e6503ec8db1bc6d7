/**
 * The lines of a unit file or drop-in.
 *
 * Sources: systemd.syntax(7); what systemd does with what the page leaves open was tried with
 * `systemd-analyze verify` of 252: a faulty section header, a line of a mebibyte and a text that is
 * no UTF-8 end the reading, all else that makes no sense is left out with a warning.
 */
import { decodeText, type Problem, problem } from "../../../description/mod.ts";

/** One assignment as it is written. */
export interface Assignment {
  readonly kind: "assignment";
  readonly section: string;
  readonly name: string;
  /** Lines that were continued are one; blanks at both ends are gone. */
  readonly value: string;
  readonly file: string;
  /** The first of its lines, from 1. */
  readonly line: number;
  /** Comment lines between continued lines. */
  readonly inner: readonly string[];
}

export type UnitLine =
  | Assignment
  | { readonly kind: "section"; readonly name: string }
  /** With its mark, `#` or `;`. */
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "blank" };

export type ParsedUnit =
  | {
    readonly kind: "unit";
    readonly file: string;
    readonly lines: readonly UnitLine[];
    readonly warnings: readonly Problem[];
  }
  | { readonly kind: "faulty"; readonly problem: Problem };

/** LONG_LINE_MAX of systemd: a mebibyte. */
const MAX_LINE_LENGTH = 1024 * 1024;

/** Reads the bytes of a unit file. */
export function parseUnit(bytes: Uint8Array, file: string): ParsedUnit {
  const decoded = decodeText(bytes, file);
  if (decoded.kind === "fault") return { kind: "faulty", problem: decoded.problem };
  return new Parser(decoded.text.replace(/^\ufeff/, ""), file).parse();
}

class Parser {
  readonly #physical: readonly string[];
  readonly #file: string;
  readonly #lines: UnitLine[] = [];
  readonly #warnings: Problem[] = [];
  #section: string | undefined;

  constructor(text: string, file: string) {
    this.#physical = text.split("\n");
    if (this.#physical.at(-1) === "") this.#physical = this.#physical.slice(0, -1);
    this.#file = file;
  }

  parse(): ParsedUnit {
    let index = 0;
    while (index < this.#physical.length) {
      const { text, next, inner } = this.#logicalLine(index);
      const fault = this.#line(text, index + 1, inner);
      if (fault !== undefined) return { kind: "faulty", problem: fault };
      index = next;
    }
    const { length } = this.#warnings;
    return {
      kind: "unit",
      file: this.#file,
      lines: this.#lines,
      warnings: length > MAX_WARNINGS ? this.#warnings.slice(0, MAX_WARNINGS) : this.#warnings,
    };
  }

  /**
   * A line with those that a backslash at its end joins to it. Comments between them are skipped,
   * as systemd does; an empty line ends it.
   */
  #logicalLine(
    start: number,
  ): { readonly text: string; readonly next: number; readonly inner: readonly string[] } {
    const inner: string[] = [];
    const parts: string[] = [];
    let index = start;
    for (; index < this.#physical.length; index++) {
      const line = this.#physical[index] ?? "";
      if (isComment(line)) {
        if (index === start) return { text: line, next: index + 1, inner };
        inner.push(line.trim());
        continue;
      }
      if (!endsWithBackslash(line)) {
        parts.push(line);
        index++;
        break;
      }
      parts.push(line.slice(0, -1));
    }
    return { text: parts.join(" "), next: index, inner };
  }

  /** @returns What makes the whole file unreadable. */
  #line(text: string, line: number, inner: readonly string[]): Problem | undefined {
    const trimmed = text.trim();
    if (text.length > MAX_LINE_LENGTH) return this.#problem(line, "The line is too long", "error");
    if (trimmed.includes("\0")) {
      return this.#problem(line, "There is a NUL character in the line", "error");
    }
    if (trimmed === "") {
      this.#lines.push({ kind: "blank" });
      return undefined;
    }
    if (isComment(text)) {
      this.#lines.push({ kind: "comment", text: trimmed });
      return undefined;
    }
    if (trimmed.startsWith("[")) return this.#header(trimmed, line);
    this.#assignment(trimmed, line, inner);
    return undefined;
  }

  #header(text: string, line: number): Problem | undefined {
    if (!text.endsWith("]")) {
      return this.#problem(line, `The section header ${JSON.stringify(text)} has no "]"`, "error");
    }
    this.#section = text.slice(1, -1);
    this.#lines.push({ kind: "section", name: this.#section });
    return undefined;
  }

  #assignment(text: string, line: number, inner: readonly string[]): void {
    // Nobody looks at what stands in sections of others.
    const isOurs = this.#section === undefined || SECTIONS.has(this.#section);
    if (!isOurs && !/^[^=]+=/.test(text)) return;
    const equals = text.indexOf("=");
    const fault = this.#section === undefined
      ? "The line stands before the first section, so systemd leaves it out"
      : equals < 0
      ? 'The line has no "=", so systemd leaves it out'
      : equals === 0
      ? 'There is no name before the "=", so systemd leaves the line out'
      : undefined;
    if (fault !== undefined) {
      this.#warnings.push(this.#problem(line, fault, "warning"));
      return;
    }
    this.#lines.push({
      kind: "assignment",
      section: this.#section ?? "",
      name: text.slice(0, equals).trimEnd(),
      value: text.slice(equals + 1).trimStart(),
      file: this.#file,
      line,
      inner,
    });
  }

  #problem(line: number, message: string, severity: "error" | "warning"): Problem {
    const lineText = (this.#physical[line - 1] ?? "").slice(0, MAX_SHOWN);
    return problem({ file: this.#file, line, column: 1, lineText }, message, { severity });
  }
}

const SECTIONS: ReadonlySet<string> = new Set([
  ...["Unit", "Install", "Service", "Socket", "Mount", "Automount", "Swap", "Path", "Timer"],
  ...["Slice", "Scope"],
]);

const MAX_SHOWN = 400;
/** A file of nonsense has one on each line. */
const MAX_WARNINGS = 50;

function isComment(line: string): boolean {
  return /^[ \t\r\n]*[#;]/.test(line);
}

/** An odd number of them: a backslash before it makes the last one a character. */
function endsWithBackslash(line: string): boolean {
  const tail = /\\+$/.exec(line)?.[0] ?? "";
  return tail.length % 2 === 1;
}
