/**
 * Environment files of TOML services, read as shells and systemd read files such as
 * /etc/default/NAME.
 *
 * Source: systemd.exec(5), EnvironmentFile=; POSIX.1-2017, XCU 2.2 Quoting. Where the two differ:
 * `export` before a name, quotes in the middle of a value and a comment behind one are read as by a
 * shell; blanks inside an unquoted value, `;` and `$` stand for themselves, as for systemd.
 */
import { parseCommand } from "./file.ts";
import type { EnvironmentLine } from "./builder.ts";
import { positionAt } from "../text/locate.ts";
import { type Problem, problem, quote } from "../contract/problem.ts";
import { ProblemList } from "../contract/problem_list.ts";
import { isBlank } from "../text/words.ts";

/** Reads a file. What means nothing is left out and reported as a warning. */
export function shellEnvironmentLines(
  text: string,
  file: string,
): { readonly lines: readonly EnvironmentLine[]; readonly problems: readonly Problem[] } {
  const reader = new Reader(text, file);
  reader.read();
  return { lines: reader.lines, problems: reader.problems };
}

class Reader {
  readonly lines: EnvironmentLine[] = [];
  readonly #text: string;
  readonly #file: string;
  readonly #problems = new ProblemList();
  #at = 0;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  get problems(): readonly Problem[] {
    return this.#problems.all;
  }

  read(): void {
    if (this.#text.startsWith("\ufeff")) this.#at++;
    while (this.#at < this.#text.length) {
      if (isBlank(this.#text[this.#at])) this.#at++;
      else this.#statement();
    }
  }

  /** From the first character of a line that is no blank to the end of what it sets. */
  #statement(): void {
    const start = this.#at;
    const end = endOfLine(this.#text, start);
    this.#at = end;
    const line = this.#text.slice(start, end);
    if (line.startsWith("#") || line.startsWith(";")) return;
    if (line.startsWith("!")) {
      const command = parseCommand(line, 0);
      if (command.kind === "fault") {
        this.#fault(start + command.column - 1, command.why, command.hint);
      } else this.lines.push(command);
      return;
    }
    const equals = line.indexOf("=");
    if (equals < 0) return this.#fault(start, "This line is no NAME=VALUE: there is no =");
    const name = line.slice(0, equals).trim().replace(/^export\s+/, "");
    if (name === "") {
      return this.#fault(start, "This line is no NAME=VALUE: there is no name before =");
    }
    if ([...name].some(isBlank)) {
      return this.#fault(start, `The name ${quote(name)} holds a blank`);
    }
    const value = readValue(this.#text, start + equals + 1);
    if (value.kind === "unclosed") return this.#fault(value.quoteAt, "The quote is not closed");
    if (value.dollarAt !== undefined) {
      const why = "Variables are not replaced in environment files: the $ stands for itself";
      this.#fault(value.dollarAt, why, "If it is meant so, put the value in single quotes");
    }
    this.lines.push({ kind: "set", name, value: value.text });
    this.#at = value.end;
  }

  #fault(index: number, why: string, hint?: string): void {
    this.#problems.add("warning", () => {
      const position = positionAt(this.#text, this.#file, index);
      return problem(position, why, { severity: "warning", hint });
    });
  }
}

type ValueResult =
  | {
    readonly kind: "value";
    readonly text: string;
    /** Index behind it, at the end of its last line. */
    readonly end: number;
    /** Where a shell would replace a variable or run a command. */
    readonly dollarAt: number | undefined;
  }
  | { readonly kind: "unclosed"; readonly quoteAt: number };

/** Reads the value that begins behind an equals sign. */
function readValue(text: string, start: number): ValueResult {
  let value = "";
  /** Blanks that belong to the value only if something follows them. */
  let gap = "";
  let dollarAt: number | undefined;
  let index = start;
  let isBegun = false;
  const take = (part: string) => {
    value += gap + part;
    gap = "";
    isBegun = true;
  };
  while (index < text.length && text[index] !== "\n") {
    const character = text.charAt(index);
    if (isBlank(character)) {
      if (isBegun) gap += character;
      index++;
      continue;
    }
    if (character === "#" && index > start && isBlank(text[index - 1])) {
      index = endOfLine(text, index);
      break;
    }
    if (character === "\\") {
      const next = text.slice(index + 1, index + 3);
      const isContinued = next.startsWith("\n") || next === "\r\n";
      if (!isContinued) take(next.charAt(0));
      index += next === "\r\n" ? 3 : 2;
      continue;
    }
    if (character === "'" || character === '"') {
      const quoted = readQuoted(text, index);
      if (quoted === undefined) return { kind: "unclosed", quoteAt: index };
      take(quoted.text);
      dollarAt ??= quoted.dollarAt;
      index = quoted.end;
      continue;
    }
    if (isExpansion(text, index)) dollarAt ??= index;
    take(character);
    index++;
  }
  return { kind: "value", text: value, end: index, dollarAt };
}

/** What stands between quotes, perhaps over several lines; undefined when they are not closed. */
function readQuoted(
  text: string,
  start: number,
):
  | { readonly text: string; readonly end: number; readonly dollarAt: number | undefined }
  | undefined {
  const delimiter = text.charAt(start);
  if (delimiter === "'") {
    const close = text.indexOf("'", start + 1);
    if (close < 0) return undefined;
    return { text: text.slice(start + 1, close), end: close + 1, dollarAt: undefined };
  }
  let quoted = "";
  let dollarAt: number | undefined;
  for (let index = start + 1; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '"') return { text: quoted, end: index + 1, dollarAt };
    if (isExpansion(text, index)) dollarAt ??= index;
    const next = text.charAt(index + 1);
    if (character !== "\\" || !'"\\`$\n'.includes(next) || next === "") {
      quoted += character;
      continue;
    }
    if (next !== "\n") quoted += next;
    index++;
  }
  return undefined;
}

/** Whether a shell would put something else in the place of what begins here. */
function isExpansion(text: string, index: number): boolean {
  return text[index] === "$" && /[A-Za-z_{(]/.test(text.charAt(index + 1));
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}
