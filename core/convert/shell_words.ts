/**
 * Command lines as a POSIX shell divides them, for programs that need no shell to run them.
 */

export type ShellWords =
  | { readonly kind: "words"; readonly words: readonly ShellWord[] }
  /** Only a shell can run it: it has pipes, substitutions, patterns and the like. */
  | { readonly kind: "shell" };

/** A word with quotes taken away. */
export interface ShellWord {
  readonly text: string;
  /** Offsets in the text at which a `$` is that of a variable, and not in single quotes. */
  readonly variables: readonly number[];
  /** Variables outside of quotes are divided at blanks. */
  readonly isDivided: boolean;
}

/** What only a shell understands, outside of quotes. */
const SHELL_ONLY = /[|&;<>()`*?[\]#~!{}\n]/;
const VARIABLE = /^\$(\{[A-Za-z_][A-Za-z0-9_]*\}|[A-Za-z_][A-Za-z0-9_]*)/;

/** Divides a command line; quotes are read as sh(1) does. */
export function splitShellWords(line: string): ShellWords {
  const words: ShellWord[] = [];
  let text: string | undefined;
  let variables: number[] = [];
  let isDivided = false;
  let quote = "";
  for (let index = 0; index < line.length; index++) {
    const character = line.charAt(index);
    if (quote === "'") {
      if (character === "'") quote = "";
      else text += character;
    } else if (character === "\\") {
      const next = line[index + 1];
      if (next === undefined) return { kind: "shell" };
      text = (text ?? "") + (quote === '"' && !/["\\$`]/.test(next) ? `\\${next}` : next);
      index++;
    } else if (character === "$") {
      const variable = VARIABLE.exec(line.slice(index))?.[0];
      if (variable === undefined) return { kind: "shell" };
      text ??= "";
      variables.push(text.length);
      if (quote === "") isDivided = true;
      text += variable;
      index += variable.length - 1;
    } else if (quote === '"') {
      if (character === '"') quote = "";
      else if (character === "`") return { kind: "shell" };
      else text += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      text ??= "";
    } else if (character === " " || character === "\t") {
      if (text !== undefined) words.push({ text, variables, isDivided });
      text = undefined;
      variables = [];
      isDivided = false;
    } else if (SHELL_ONLY.test(character)) {
      return { kind: "shell" };
    } else {
      text = (text ?? "") + character;
    }
  }
  if (quote !== "") return { kind: "shell" };
  if (text !== undefined) words.push({ text, variables, isDivided });
  return { kind: "words", words };
}

/** A word as our commands take it: variables stay, other dollar signs are doubled. */
export function ourWord({ text, variables, isDivided }: ShellWord): string {
  if (
    isDivided && variables.length === 1 && variables[0] === 0 && VARIABLE.exec(text)?.[0] === text
  ) {
    return `$/${text.slice(1)}`;
  }
  let ours = "";
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character !== "$") ours += character;
    else ours += variables.includes(index) ? "$" : "$$";
  }
  return ours;
}

/**
 * A command line as our `command`: a list of arguments, or a shell that runs it. A program that a
 * variable names is the shell's as well, since there may be none.
 */
export function commandOf(line: string): readonly string[] {
  const split = splitShellWords(line);
  const [first] = split.kind === "words" ? split.words : [];
  const isProgram = first !== undefined && first.text !== "" && first.variables.length === 0 &&
    !/^[A-Za-z_][A-Za-z0-9_]*=/.test(first.text);
  return split.kind === "words" && isProgram
    ? split.words.map(ourWord)
    : ["/bin/sh", "-c", line.replaceAll("$", "$$$$")];
}
