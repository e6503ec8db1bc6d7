/** Words of a command that were written for a shell, although none reads them. */
import type { DescriptionSource } from "../contract/description.ts";
import { quote } from "../contract/problem.ts";
import { scriptIndex } from "../text/shell_command.ts";

/** A word of a command that is probably not meant so. */
export interface WordDoubt {
  /** Index of the word. */
  readonly index: number;
  readonly message: string;
  readonly hint: string;
}

export interface WordContext {
  /** The command is written as one text, which was divided at blanks. */
  readonly isOneText: boolean;
  readonly format: DescriptionSource["format"];
  /** Whether there is something at a path. */
  exists(path: string): boolean;
}

/** What only a shell divides or redirects: `&&`, `|`, `2>/dev/null`, `>>log`. */
const OPERATOR = /^(&&|\|\|?|&|;|[0-9]*(>>?|<)(&?[0-9]*-?|[/.].*)|&>>?.*|<<.*)$/;

/** @param words The words, variables not yet replaced. */
export function wordDoubts(words: readonly string[], context: WordContext): readonly WordDoubt[] {
  const quotes = context.isOneText || context.format === "native"
    ? quoteDoubt(words, context)
    : undefined;
  const doubts = [
    programDoubt(words, context),
    quotes ?? scriptDoubt(words, context),
    operatorDoubt(words, context),
  ];
  return doubts.filter((doubt) => doubt !== undefined);
}

/** A whole command line in the place of the program, or a variable's value. */
function programDoubt(words: readonly string[], context: WordContext): WordDoubt | undefined {
  const [program = ""] = words;
  if (/^[A-Za-z_][A-Za-z0-9_]*=/.test(program)) {
    const message = `${
      quote(program)
    } stands in the place of the program; only a shell sets variables so`;
    const hint = "Put variables into the table [environment], or into env-file";
    return { index: 0, message, hint };
  }
  if (!/\s/.test(program) || program.includes("$") || context.exists(program)) return undefined;
  const parts = program.split(/\s+/).filter((part) => part !== "");
  return {
    index: 0,
    message: `There is no program ${quote(program)}: it holds blanks, and is not divided at them`,
    hint: `Give each argument an element of its own: ${
      commandText([...parts, ...words.slice(1)], context)
    }`,
  };
}

/** Single quotes in a line that only double quotes and backslashes keep together. */
function quoteDoubt(words: readonly string[], context: WordContext): WordDoubt | undefined {
  const first = words.findIndex((word) => /^'/.test(word) && !/^'[^']*'$/.test(word));
  if (first < 0) return undefined;
  const last = words.findIndex((word, index) => index >= first && word.endsWith("'"));
  if (last <= first) return undefined;
  const joined = words.slice(first, last + 1).join(" ").replace(/^'|'$/g, "");
  const meant = [...words.slice(0, first), joined, ...words.slice(last + 1)];
  return {
    index: first,
    message:
      `Single quotes do not keep words together here: ${
        quote(words[first] ?? "")
      } is an argument ` +
      "of its own",
    hint: `If one argument is meant: command = ${commandText(meant, context)}`,
  };
}

/**
 * Words behind `sh -c SCRIPT` that the script does not use: most of the script, where somebody
 * forgot its quotes. One word is the shell's name for itself in its messages.
 */
function scriptDoubt(words: readonly string[], context: WordContext): WordDoubt | undefined {
  const index = scriptIndex(words);
  const script = index === undefined ? undefined : words[index];
  if (index === undefined || script === undefined || script.includes("$")) return undefined;
  const [first, ...others] = words.slice(index + 1);
  if (first === undefined) return undefined;
  if (others.length === 0 && /\s/.test(script) && !OPERATOR.test(first)) return undefined;
  const meant = [...words.slice(0, index), words.slice(index).join(" ")];
  return {
    index: index + 1,
    message: `The shell's script is ${quote(script)} alone, which does not use ${quote(first)}`,
    hint: `If all of it is the script: command = ${commandText(meant, context)}`,
  };
}

function operatorDoubt(words: readonly string[], context: WordContext): WordDoubt | undefined {
  // Behind a script, what it does not use is told already, and what it does use may be anything.
  const end = scriptIndex(words) ?? words.length;
  // find(1) wants a semicolon of its own.
  const isFind = words.some((word) => /(^|\/)find$/.test(word));
  const index = words.findIndex((word, at) =>
    at > 0 && at < end && (OPERATOR.test(word) || /^[^;]+;$/.test(word)) &&
    !(isFind && word === ";")
  );
  if (index < 0) return undefined;
  return {
    index,
    message:
      `${quote(words[index] ?? "")} is given to the program as an argument: there is no shell to ` +
      "understand it",
    hint: `To run a shell: command = ${commandText(["/bin/sh", "-c", "…"], context)}`,
  };
}

/** A command as its format has it. */
function commandText(words: readonly string[], { format }: WordContext): string {
  const quoted = words.map((word) => JSON.stringify(word));
  if (format === "toml") return `[${quoted.join(", ")}]`;
  return words.map((word, index) => /[\s"\\]/.test(word) || word === "…" ? quoted[index] : word)
    .join(" ");
}
