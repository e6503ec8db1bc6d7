/**
 * Command lines of units → commands of descriptions.
 *
 * Source: systemd.service(5), "Command lines" and the table of prefixes.
 */
import { fillSpecifiers, type Specified, type SpecifierContext } from "./specifiers.ts";
import { splitUnitWords } from "./words.ts";

/** One command of an Exec… line. */
export interface UnitCommand {
  /** Program and arguments without quotes; specifiers and variables are as they are written. */
  readonly words: readonly string[];
  /** `-`: a failure counts as success. */
  readonly ignoresFailure: boolean;
  /** `:`: variables are not replaced. */
  readonly isLiteral: boolean;
  /**
   * `+`, `!`: it begins with the manager's rights, whatever User= says. `!!` says so only where the
   * kernel has no ambient capabilities, which is nowhere any more.
   */
  readonly hasFullRights: boolean;
  /** `@`: the second word is what the program sees as its own name. */
  readonly argv0: string | undefined;
}

export type UnitCommands =
  | { readonly kind: "commands"; readonly commands: readonly UnitCommand[] }
  | { readonly kind: "fault"; readonly why: string };

/** Reads an Exec… value, which may hold several commands with lone semicolons between them. */
export function parseUnitCommands(value: string): UnitCommands {
  const split = splitUnitWords(value);
  if (split.kind === "fault") return split;
  const commands: UnitCommand[] = [];
  let words: string[] = [];
  for (const [index, written] of split.written.entries()) {
    if (written !== ";") {
      words.push(written === "\\;" ? ";" : split.words[index] ?? "");
      continue;
    }
    if (words.length > 0) commands.push(commandOf(words));
    words = [];
  }
  if (words.length > 0) commands.push(commandOf(words));
  const empty = commands.find(({ words: [program = ""] }) => program === "");
  if (empty !== undefined || commands.length === 0) {
    return { kind: "fault", why: "there is no program in it" };
  }
  return { kind: "commands", commands };
}

function commandOf([first = "", ...rest]: readonly string[]): UnitCommand {
  const prefix = /^[-@:+!|]*/.exec(first)?.[0] ?? "";
  const program = first.slice(prefix.length);
  const hasName = prefix.includes("@");
  return {
    words: [program, ...hasName ? rest.slice(1) : rest],
    ignoresFailure: prefix.includes("-"),
    isLiteral: prefix.includes(":"),
    hasFullRights: /\+|(^|[^!])!([^!]|$)/.test(prefix),
    argv0: hasName ? rest[0] : undefined,
  };
}

/** Words as our `command` takes them, or why they cannot be. */
export type Written =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "fault"; readonly why: string };

/** A command as a list of arguments, with our variables. */
export function argumentList(command: UnitCommand, context: SpecifierContext): Written {
  const words: string[] = [];
  for (const [index, word] of command.words.entries()) {
    const isPlain = command.isLiteral || index === 0;
    const ours = isPlain ? word.replaceAll("$", "$$$$") : ourVariables(word);
    const filled = fillSpecifiers(ours, context, "word");
    if (filled.kind === "fault") return filled;
    words.push(filled.text);
  }
  return { kind: "words", words };
}

/**
 * `$FOO` as a word of its own is divided at blanks, `${FOO}` is not, any other `$` is a character.
 */
function ourVariables(word: string): string {
  const whole = /^\$([A-Za-z_][A-Za-z0-9_]*)$/.exec(word);
  if (whole !== null) return `$/${whole[1]}`;
  return word.replace(
    /\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$/g,
    (_found, name?: string) => name === undefined ? "$$" : `\${${name}}`,
  );
}

/**
 * Several commands, or one whose failure is to be ignored, as one command of a shell: each runs
 * when the one before has succeeded or may fail.
 *
 * The argument of a template is handed over as the shell's `$1`, so that nothing in it is taken for
 * shell.
 *
 * @param becomes The shell becomes the program, whatever comes of it.
 */
export function shellCommand(
  commands: readonly UnitCommand[],
  context: SpecifierContext,
  becomes = false,
): Written {
  const lines: string[] = [];
  let usesArgument = false;
  for (const command of commands) {
    const words: string[] = [];
    for (const [index, word] of command.words.entries()) {
      const filled = shellWord(word, command.isLiteral || index === 0, context);
      if (filled.kind === "fault") return filled;
      usesArgument ||= filled.text.includes("$1");
      words.push(filled.text);
    }
    lines.push(words.join(" "));
  }
  const isOne = commands.length === 1;
  const script = lines.map((line, index) => {
    // The last program takes the shell's place, so that signals reach it.
    const isLast = index === commands.length - 1;
    if (commands[index]?.ignoresFailure !== true || becomes) {
      return isLast ? `exec ${line}` : line;
    }
    return isOne ? `${line} || true` : `{ ${line} || true; }`;
  }).join(" && ");
  const argument = usesArgument ? ["sh", "$1"] : [];
  return { kind: "words", words: ["/bin/sh", "-c", script.replaceAll("$", "$$$$"), ...argument] };
}

/** A word for the shell, which replaces variables itself. */
function shellWord(word: string, isLiteral: boolean, context: SpecifierContext): Specified {
  const whole = isLiteral ? null : /^\$([A-Za-z_][A-Za-z0-9_]*)$/.exec(word);
  if (whole !== null) return { kind: "text", text: word };
  const pieces = isLiteral ? [word] : word.split(/(\$\$|\$\{[A-Za-z_][A-Za-z0-9_]*\})/);
  let text = "";
  for (const piece of pieces) {
    if (!isLiteral && /^\$\{/.test(piece)) {
      text += `"${piece}"`;
      continue;
    }
    const plain = !isLiteral && piece === "$$" ? "$" : piece;
    // Where our reader would put the argument, the shell does; and it knows the machine.
    for (const [index, part] of plain.split(/(%[iIfHlvmb])/).entries()) {
      if (part === "") continue;
      const filled = fillSpecifiers(part, context, "literal");
      const asked = index % 2 === 1 ? ASKED_BY_SHELL[part] : undefined;
      const isArgument = index % 2 === 1 && context.unit.instance === "";
      if (asked !== undefined) text += `"$(${asked})"`;
      else if (isArgument) text += part === "%f" ? '/"$1"' : '"$1"';
      else if (filled.kind === "fault") return filled;
      else text += shellQuoted(filled.text);
    }
  }
  return { kind: "text", text: text === "" ? "''" : text };
}

/** Specifiers of the machine, as commands that tell the same. */
const ASKED_BY_SHELL: Readonly<Record<string, string>> = {
  "%H": "uname -n",
  "%l": "uname -n | cut -d. -f1",
  "%v": "uname -r",
  "%m": "cat /etc/machine-id",
  "%b": "tr -d - </proc/sys/kernel/random/boot_id",
};

/** A word that the shell takes as it stands. */
export function shellQuoted(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The signal of `kill -HUP $MAINPID`, the usual form of a reload or stop; undefined: another. */
export function signalOfKill(command: UnitCommand): string | undefined {
  const [program = "", option = "", ...rest] = command.words;
  if (!/^(\/usr)?(\/bin\/)?kill$/.test(program)) return undefined;
  const [signal, target] =
    /^-?-?(s|signal)$/.test(option.replace(/^-+/, "")) && option.startsWith("-")
      ? [rest[0] ?? "", rest.slice(1)]
      : option.startsWith("--signal=")
      ? [option.slice(9), rest]
      : option.startsWith("-")
      ? [option.slice(1), rest]
      : ["TERM", [option, ...rest]];
  if (target.length !== 1 || !/^\$\{?MAINPID\}?$/.test(target[0] ?? "")) return undefined;
  return SIGNALS_BY_NUMBER[signal] ?? signal.toUpperCase().replace(/^SIG/, "");
}

/** Numbers of signals that are the same on all systems of ours. */
const SIGNALS_BY_NUMBER: Readonly<Record<string, string>> = {
  1: "HUP",
  2: "INT",
  3: "QUIT",
  9: "KILL",
  15: "TERM",
};

/** Whether a command asks for the number of the main process, which no variable tells here. */
export function usesMainPid({ words }: UnitCommand): boolean {
  return words.some((word) => /\$\{?MAINPID\b/.test(word));
}
