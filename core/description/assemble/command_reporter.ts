/** Reports what happens to variables in commands, at the variable itself. */
import { quote } from "../contract/problem.ts";
import type { SettingReporter } from "../settings/setting_reporter.ts";
import { scriptIndex, setsVariable } from "../text/shell_command.ts";
import { type PlainUse, type SubstitutionFault, unsetText } from "../text/substitution.ts";
import type { Reading } from "../settings/validate.ts";
import { splitWords } from "../text/words.ts";

/** Settings that are a command. */
export type CommandKey = "command" | "stop-command" | "reload-command";

/** Settings that are a list of commands. */
export type SideKey = "start-pre" | "start-post" | "stop-post";

/** A word of a command. */
export interface CommandWord {
  readonly key: CommandKey | SideKey;
  /** Of a list of commands: which of them, and how it is written. */
  readonly element?: {
    readonly list: number;
    readonly isText: boolean;
    /** A dash stands before the program. */
    readonly hasDash: boolean;
  };
  /** All words of the command, variables not yet replaced. */
  readonly words: readonly string[];
  readonly index: number;
}

/** What to do about a variable that is not set. */
export function unsetHint({ name }: PlainUse): string {
  return `Set it in [environment] or env-file; write $$${name} for the text itself, ` +
    `\${${name}:-} if it may be missing`;
}

export class CommandReporter {
  readonly #reading: Reading;
  readonly #reporter: SettingReporter;

  constructor(reading: Reading, reporter: SettingReporter) {
    this.#reading = reading;
    this.#reporter = reporter;
  }

  /** Variables cannot be replaced. */
  fail(at: CommandWord, { offset, why }: SubstitutionFault): void {
    const word = at.words[at.index] ?? "";
    const message = `Cannot replace variables in ${quote(word)} of ${at.key}: ${why}`;
    const hint = scriptIndex(at.words) === at.index
      ? "In a shell's script, write $$ where the shell is to see $"
      : undefined;
    this.#reporter.report(this.#position(at, offset), message, { hint });
  }

  /**
   * Variables that were replaced, though probably not meant for us: at most one report for each.
   */
  warn(at: CommandWord, uses: readonly PlainUse[]): void {
    const word = at.words[at.index] ?? "";
    const isScript = scriptIndex(at.words) === at.index;
    const told = new Set<string>();
    for (const use of uses) {
      const { name, offset, isSet, splits } = use;
      const isOwn = isScript && setsVariable(word, name);
      if (told.has(name) || (!isOwn && (isSet || splits))) continue;
      told.add(name);
      const what = isOwn && isSet
        ? `the script sets ${JSON.stringify(name)} itself, but $${name} is replaced before it runs`
        : unsetText(use);
      const hint = isScript ? `For the shell's own variable write $$${name}` : unsetHint(use);
      const message = `Doubtful ${quote(word)} in ${at.key}: ${what}`;
      this.#reporter.report(this.#position(at, offset), message, { severity: "warning", hint });
    }
  }

  #position({ key, words, index, element }: CommandWord, offset: number) {
    if (element !== undefined) {
      const { list, isText, hasDash } = element;
      if (isText) return this.#reporter.position(key, [list]);
      return this.#reporter.position(key, [list, index], offset + (hasDash && index === 0 ? 1 : 0));
    }
    const raw = this.#reading.given.get(key)?.value;
    if (typeof raw !== "string") return this.#reporter.position(key, [index], offset);
    const split = splitWords(raw, "plain");
    const start = split.kind === "words" ? split.starts[index] ?? 0 : 0;
    // Quotes and backslashes of the line are not in the word.
    const variable = /^\$\/?\{?\w*/.exec(words[index]?.slice(offset) ?? "")?.[0] ?? "$";
    const found = raw.indexOf(variable, start);
    return this.#reporter.position(key, [], found < 0 ? start : found);
  }
}
