/**
 * Problem: one fault of a service description, where it is, and how it prints.
 *
 * Everything that reads descriptions returns problems instead of throwing: bad configuration is
 * expected, and all faults of a file are wanted at once.
 */
import { printable } from "../../text/printable.ts";

/** A place in a file, as compilers count: from 1, columns in characters (a tab is one). */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The text of that line, without its end. */
  readonly lineText: string;
}

/** A fault or a doubt. An "error" keeps the service from loading, a "warning" does not. */
export interface Problem {
  readonly severity: "error" | "warning";
  /** What happened, to what, what is allowed; no final period. */
  readonly message: string;
  /** The file concerned; undefined when there is none (a service that was not found). */
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** The offending line, to be shown with a caret below. */
  readonly lineText: string | undefined;
  /** What to do about it. */
  readonly hint: string | undefined;
}

/** Parts of a problem that may be left out. */
export interface ProblemOptions {
  readonly severity?: "error" | "warning";
  readonly hint?: string | undefined;
}

/** A problem at a place, or in a file as a whole, or in no file. */
export function problem(
  where: Position | { readonly file: string } | undefined,
  message: string,
  options: ProblemOptions = {},
): Problem {
  const position = where !== undefined && "line" in where ? where : undefined;
  return {
    severity: options.severity ?? "error",
    message,
    file: where?.file,
    line: position?.line,
    column: position?.column,
    lineText: position?.lineText,
    hint: options.hint,
  };
}

/**
 * Problems file by file (in the order in which files first appear), each file from top to bottom.
 */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const byFile = new Map<string | undefined, Problem[]>();
  for (const each of problems) {
    const list = byFile.get(each.file);
    if (list === undefined) byFile.set(each.file, [each]);
    else list.push(each);
  }
  return [...byFile.values()].flatMap((list) => list.sort(byPosition));
}

function byPosition(left: Problem, right: Problem): number {
  return (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0);
}

/** Longest part of a line that is shown. */
const SHOWN_COLUMNS = 120;

/**
 * A problem as lines of text, without a final line end: position and message, the offending line
 * with a caret, the hint. Control characters of the file are replaced, so that it cannot drive a
 * terminal.
 */
export function formatProblem(
  problem: Problem,
  options: { readonly colour?: boolean } = {},
): string {
  const paint = options.colour === true ? painted : plain;
  const lines = [headline(problem, paint)];
  if (problem.lineText !== undefined && problem.line !== undefined) {
    lines.push(...excerpt(problem.lineText, problem.line, problem.column ?? 1, paint));
  }
  if (problem.hint !== undefined) {
    lines.push(`${paint("hint:", "hint")} ${printable(problem.hint)}`);
  }
  return lines.join("\n");
}

/** The first line of {@link formatProblem} without colour: for logs, where a line stands alone. */
export function problemLine(problem: Problem): string {
  return headline(problem, plain);
}

type Role = "position" | "error" | "warning" | "caret" | "hint" | "gutter";
type Paint = (text: string, role: Role) => string;

const SGR: Record<Role, string> = {
  position: "1",
  error: "1;31",
  warning: "1;33",
  caret: "1;31",
  hint: "1;36",
  gutter: "2",
};

function plain(text: string): string {
  return text;
}

function painted(text: string, role: Role): string {
  return `\x1b[${SGR[role]}m${text}\x1b[0m`;
}

function headline(problem: Problem, paint: Paint): string {
  const word = paint(`${problem.severity}:`, problem.severity);
  const position = positionText(problem);
  const message = printable(problem.message);
  if (position === undefined) return `${word} ${message}`;
  return `${paint(`${printable(position)}:`, "position")} ${word} ${message}`;
}

/** `FILE`, `FILE:LINE` or `FILE:LINE:COLUMN`; undefined without a file. */
export function positionText(problem: Problem): string | undefined {
  if (problem.file === undefined) return undefined;
  if (problem.line === undefined) return problem.file;
  if (problem.column === undefined) return `${problem.file}:${problem.line}`;
  return `${problem.file}:${problem.line}:${problem.column}`;
}

function excerpt(lineText: string, line: number, column: number, paint: Paint): string[] {
  const characters = [...lineText];
  const start = Math.max(0, Math.min(column - 1 - 60, characters.length - SHOWN_COLUMNS));
  const before = start > 0 ? "…" : "";
  const after = characters.length > start + SHOWN_COLUMNS ? "…" : "";
  const shown = printable(characters.slice(start, start + SHOWN_COLUMNS).join(""));
  const number = String(line);
  const lead = [...(before + characters.slice(start, column - 1).join(""))];
  // Tabs stay tabs, so that the caret lines up whatever their width.
  const padding = lead.map((character) => character === "\t" ? "\t" : " ").join("") +
    " ".repeat(Math.max(0, column - 1 - characters.length));
  return [
    `${paint(`${number} |`, "gutter")} ${before}${shown}${after}`,
    `${paint(`${" ".repeat(number.length)} |`, "gutter")} ${padding}${paint("^", "caret")}`,
  ];
}

/** Longest text that is quoted whole in a message. */
const QUOTED_CHARACTERS = 80;

/** A text in double quotes for a message: escaped as TOML and JSON do, cut when long. */
export function quote(text: string): string {
  const cut = text.length > QUOTED_CHARACTERS ? `${text.slice(0, QUOTED_CHARACTERS)}…` : text;
  return JSON.stringify(cut);
}

/** Words for a message: `"a", "b", "c"`. */
export function quoteList(words: readonly string[]): string {
  return words.map(quote).join(", ");
}
