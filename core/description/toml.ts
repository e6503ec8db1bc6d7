/**
 * TOML text → a plain table, or the place where it is no TOML. The only import of the TOML package.
 *
 * The package reports positions for syntax faults only; `locate.ts` finds those of keys and values.
 */
import { parse, TomlError } from "smol-toml";
import { type Position, type Problem, problem } from "./problem.ts";
import { adviseOnSyntax } from "./toml_hints.ts";

/** A TOML table: keys in the order of the text. It has no prototype. */
export type TomlTable = { readonly [key: string]: TomlValue };

/** Whole numbers beyond 2^53 come as bigint; dates come as objects that no setting accepts. */
export type TomlValue =
  | string
  | number
  | bigint
  | boolean
  | object
  | readonly TomlValue[]
  | TomlTable;

/** Deepest nesting of arrays and tables; no setting needs more than two. */
const MAX_DEPTH = 16;

/** Reads a document. Only the first fault of syntax is reported: what follows it has no meaning. */
export function parseToml(
  text: string,
  file: string,
): { readonly kind: "table"; readonly table: TomlTable } | {
  readonly kind: "fault";
  readonly problem: Problem;
} {
  try {
    const table = parse(text, { integersAsBigInt: "asNeeded", maxDepth: MAX_DEPTH });
    return { kind: "table", table: table as TomlTable };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { kind: "fault", problem: syntaxProblem(error, text, file) };
  }
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
  const { why, hint } = adviseOnSyntax(reason.replace(/\.$/, ""), lineText);
  return problem(position, `Not valid TOML: ${why}`, { hint });
}

/** Whether a value is a table (and no array, date or scalar). */
export function isTable(value: unknown): value is TomlTable {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === null;
}
