/**
 * TOML text → a plain table, or the place where it is no TOML. The only import of the TOML package.
 *
 * The package reports positions for syntax faults only; `locate.ts` finds those of keys and values.
 */
import { parse, TomlError } from "smol-toml";
import { type Position, type Problem, problem } from "../contract/problem.ts";
import { adviseOnSyntax } from "./toml_hints.ts";
import type { TomlTable } from "../text/toml_values.ts";

/** Deepest nesting of arrays and tables; no setting needs more than two. */
const MAX_DEPTH = 16;

/** Faults of syntax reported for one document, at most. */
const MAX_FAULTS = 10;

export type TomlResult =
  | { readonly kind: "table"; readonly table: TomlTable }
  | {
    readonly kind: "fault";
    readonly problems: readonly Problem[];
    /** What the lines without faults say, and their text; undefined: it cannot be told. */
    readonly rest: { readonly table: TomlTable; readonly text: string } | undefined;
  };

/**
 * Reads a document. The parser stops at the first fault; to find more, lines with faults are left
 * out and the text is read again, as long as each fault stands clear of the one before.
 */
export function parseToml(text: string, file: string): TomlResult {
  const problems: Problem[] = [];
  let remaining = text;
  let lastLine = -1;
  while (problems.length < MAX_FAULTS) {
    const parsed = tryParse(remaining);
    if (!(parsed instanceof TomlError)) {
      if (problems.length === 0) return { kind: "table", table: parsed };
      return { kind: "fault", problems, rest: { table: parsed, text: remaining } };
    }
    // What follows right behind a fault is most likely its other half.
    if (parsed.line <= lastLine + 1) break;
    problems.push(syntaxProblem(parsed, text, file));
    // Without its header or its end, what follows would be taken for something else.
    const isHeader = /^\s*\[/.test(remaining.split("\n")[parsed.line - 1] ?? "");
    if (isHeader || parsed.message.includes("unfinished")) break;
    lastLine = parsed.line;
    remaining = withoutLine(remaining, parsed.line);
  }
  return { kind: "fault", problems, rest: undefined };
}

function tryParse(text: string): TomlTable | TomlError {
  try {
    return parse(text, { integersAsBigInt: "asNeeded", maxDepth: MAX_DEPTH }) as TomlTable;
  } catch (error) {
    if (error instanceof TomlError) return error;
    throw error;
  }
}

/** The text with one line emptied, so that all others keep their numbers. */
function withoutLine(text: string, line: number): string {
  return text.split("\n").map((each, index) => index === line - 1 ? "" : each).join("\n");
}

function syntaxProblem(error: TomlError, text: string, file: string): Problem {
  const lineText = text.split(/\r?\n/)[error.line - 1] ?? "";
  const position: Position = {
    file,
    line: error.line,
    column: [...lineText.slice(0, error.column - 1)].length + 1,
    lineText,
  };
  const reason = /^Invalid TOML document: ([^\n]*)/.exec(error.message)?.[1] ?? error.message;
  const { why, hint } = adviseOnSyntax(reason.replace(/\.$/, ""), lineText, error.column - 1);
  return problem(position, `Not valid TOML: ${why}`, { hint });
}
