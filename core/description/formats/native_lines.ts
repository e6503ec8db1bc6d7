/**
 * Logical lines of upstream's format: physical lines joined at backslashes, and what each of them
 * is.
 *
 *     line    = ws* ( empty | comment | meta | setting )
 *     setting = name ws* ( "=" | ":" | "+=" ) ws* value
 */
import type { Position } from "../contract/problem.ts";
import { isBlank } from "../text/words.ts";

/**
 * Joined lines: each continuation is a line feed in `text`, so indexes can be told as positions.
 */
export interface LogicalLine {
  readonly kind: "line";
  readonly text: string;
  /** Number of the first physical line, from 1. */
  readonly line: number;
  /** The physical lines, with their backslashes. */
  readonly source: readonly string[];
}

/** A continuation that does not continue. */
export interface LineFault {
  readonly kind: "fault";
  /** Number of the offending line. */
  readonly line: number;
  readonly lineText: string;
  readonly why: string;
}

/** Joins the lines of a text. After a fault, reading goes on with the offending line. */
export function* logicalLines(text: string): Generator<LogicalLine | LineFault> {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  let index = 0;
  while (index < lines.length) {
    const first = index;
    const parts: string[] = [];
    let fault: LineFault | undefined;
    let last = lines[index++] ?? "";
    // An appended line begins with whitespace, so a run of backslashes never reaches over a join.
    while (fault === undefined && endsInContinuation(last)) {
      fault = continuationFault(lines[index], index, lines);
      parts.push(last.slice(0, -1));
      if (fault === undefined) last = lines[index++] ?? "";
    }
    if (fault !== undefined) {
      yield fault;
      continue;
    }
    parts.push(last);
    yield {
      kind: "line",
      text: parts.join("\n"),
      line: first + 1,
      source: lines.slice(first, index),
    };
  }
}

function continuationFault(
  next: string | undefined,
  index: number,
  lines: readonly string[],
): LineFault | undefined {
  if (next === undefined) {
    const why = "The file ends after a backslash that continues the line";
    return { kind: "fault", line: index, lineText: lines[index - 1] ?? "", why };
  }
  if (isBlank(next[0])) return undefined;
  const why = "The line before ends in a backslash, so this line must begin with whitespace";
  return { kind: "fault", line: index + 1, lineText: next, why };
}

/** An even number of backslashes is that many half escaped backslashes. */
function endsInContinuation(line: string): boolean {
  let count = 0;
  while (line[line.length - 1 - count] === "\\") count++;
  return count % 2 === 1;
}

/** Where an index into a logical line is in the file. */
export function positionInLine(line: LogicalLine, file: string, index: number): Position {
  const before = line.text.slice(0, index);
  const lineStart = before.lastIndexOf("\n") + 1;
  const row = before.split("\n").length - 1;
  return {
    file,
    line: line.line + row,
    column: [...line.text.slice(lineStart, index)].length + 1,
    lineText: (line.source[row] ?? "").replace(/\r$/, ""),
  };
}

export type Operator = "=" | ":" | "+=";

/** What a logical line is; indexes are into its text. */
export type Statement =
  | { readonly kind: "blank" }
  | { readonly kind: "comment" }
  /** `@NAME` and the index behind the name. */
  | { readonly kind: "at"; readonly name: string; readonly rest: number }
  | {
    readonly kind: "setting";
    readonly name: string;
    readonly nameAt: number;
    readonly operator: Operator;
    readonly operatorAt: number;
    readonly valueAt: number;
  }
  | { readonly kind: "malformed"; readonly at: number };

const NAME = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_.\-\u0080-\uffff]*/y;
const OPERATOR = /\+=|=|:/y;

/** Reads what a logical line is. */
export function parseStatement(text: string): Statement {
  const start = skipBlank(text, 0);
  if (start === text.length) return { kind: "blank" };
  if (text[start] === "#") return { kind: "comment" };
  if (text[start] === "@") {
    const name = match(NAME, text, start + 1);
    return { kind: "at", name, rest: start + 1 + name.length };
  }
  const name = match(NAME, text, start);
  if (name === "") return { kind: "malformed", at: start };
  const operatorAt = skipBlank(text, start + name.length);
  const operator = match(OPERATOR, text, operatorAt);
  if (operator === "") return { kind: "malformed", at: operatorAt };
  return {
    kind: "setting",
    name,
    nameAt: start,
    operator: operator as Operator,
    operatorAt,
    valueAt: skipBlank(text, operatorAt + operator.length),
  };
}

/** The name that begins at an index, by the rules of setting names; empty when there is none. */
export function nameAt(text: string, index: number): string {
  return match(NAME, text, index);
}

export function skipBlank(text: string, from: number): number {
  let index = from;
  while (isBlank(text[index])) index++;
  return index;
}

function match(pattern: RegExp, text: string, index: number): string {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0] ?? "";
}
