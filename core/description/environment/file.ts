/**
 * Environment files of the manager and of services in upstream's format: lines of NAME=VALUE,
 * comments, and !clear, !unset, !import.
 *
 * Values are everything after the `=` as it stands: no quotes, no expansion, no continuation.
 */
import type { EnvironmentChanges } from "../contract/description.ts";
import { EnvironmentBuilder, type EnvironmentLine } from "./builder.ts";
import { didYouMean } from "../text/near_miss.ts";
import { type Problem, problem, quote } from "../contract/problem.ts";
import { ProblemList } from "../contract/problem_list.ts";
import { isBlank } from "../text/words.ts";

/**
 * Reads an environment file. Lines that mean nothing are skipped and reported as warnings: what to
 * make of them is the caller's choice.
 */
export function environmentLines(
  text: string,
  file: string,
): { readonly lines: readonly EnvironmentLine[]; readonly problems: readonly Problem[] } {
  const lines: EnvironmentLine[] = [];
  const problems = new ProblemList();
  for (const [index, lineText] of text.split("\n").entries()) {
    const line = parseLine(lineText);
    if (line === undefined) continue;
    if (line.kind !== "fault") {
      lines.push(line);
      continue;
    }
    problems.add("warning", () => {
      const position = { file, line: index + 1, column: line.column, lineText };
      return problem(position, line.why, { severity: "warning", hint: line.hint });
    });
  }
  return { lines, problems: problems.all };
}

/**
 * What a whole file changes of the environment below it.
 *
 * @param inherited The layer below; `!import` takes up only what is in it.
 */
export function parseEnvironmentFile(
  file: string,
  text: string,
  inherited: ReadonlyMap<string, string>,
): { readonly changes: EnvironmentChanges; readonly problems: readonly Problem[] } {
  const { lines, problems } = environmentLines(text, file);
  const builder = new EnvironmentBuilder(inherited);
  builder.apply(lines);
  return { changes: builder.changes(), problems };
}

/** What is wrong with a line; the column counts from 1. */
export interface LineFault {
  readonly kind: "fault";
  readonly column: number;
  readonly why: string;
  readonly hint: string | undefined;
}

function parseLine(line: string): EnvironmentLine | LineFault | undefined {
  let start = 0;
  while (isBlank(line[start])) start++;
  const first = line[start];
  if (first === undefined || first === "#") return undefined;
  if (first === "!") return parseCommand(line, start);
  const equals = line.indexOf("=", start);
  if (equals < 0) return fault(start, "This line is no NAME=VALUE: there is no =");
  const name = trimBlank(line.slice(start, equals));
  if (name === "") return fault(start, "This line is no NAME=VALUE: there is no name before =");
  const gap = [...name].findIndex(isBlank);
  if (gap >= 0) {
    const hint = name.startsWith("export") ? "Leave out the word export" : undefined;
    return fault(start + gap, `The name ${quote(name)} holds a blank`, hint);
  }
  return { kind: "set", name, value: line.slice(equals + 1) };
}

const COMMANDS = ["!clear", "!unset", "!import"];

/** A line `!clear`, `!unset NAME…` or `!import NAME…` that begins at an index. */
export function parseCommand(line: string, start: number): EnvironmentLine | LineFault {
  const [command = "", ...names] = line.slice(start).split(/[ \t\r\v\f]+/).filter((word) =>
    word !== ""
  );
  if (command === "!clear" && names.length === 0) return { kind: "clear" };
  if (command === "!unset") return { kind: "unset", names };
  if (command === "!import") return { kind: "import", names };
  if (command === "!clear") return fault(start, "!clear takes no names");
  return fault(
    start,
    `Unknown command ${quote(command)}: there are !clear, !unset, !import`,
    didYouMean(command, COMMANDS),
  );
}

function trimBlank(text: string): string {
  let end = text.length;
  while (end > 0 && isBlank(text[end - 1])) end--;
  return text.slice(0, end);
}

function fault(start: number, why: string, hint?: string): LineFault {
  return { kind: "fault", column: start + 1, why, hint };
}
