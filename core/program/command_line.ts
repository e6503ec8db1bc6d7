/**
 * The words of a command line, read by a table of options: one loop for all programs.
 *
 * Options are whole words compared exactly, as upstream's are: no `--name=value`, no bundling, no
 * `--`. They stand anywhere among the operands. The word after an option that takes an argument is
 * its argument, whatever it looks like; it must not be empty. Words take effect in order: each
 * changes the draft of a result or ends the reading, so help wins over a fault behind it and loses
 * against one before it. Which options there are, and what they mean, is the programs' business.
 */

/**
 * One option. What it does is part of its row, so none can be forgotten.
 *
 * @typeParam Draft What the words fill in.
 * @typeParam End What a program does instead when the reading ends early: print its help, tell a
 *   fault.
 */
export type OptionRow<Draft, End> =
  & DescribedOption
  & (Flag<Draft, End> | WithArgument<Draft, End> | WithChoice<Draft, End>);

/** An option as help, manual and completions show it. */
export interface DescribedOption {
  readonly names: readonly string[];
  /** What stands for its argument, if it takes one; in brackets: that may be left out. */
  readonly argument?: string;
  readonly help: string;
}

interface Flag<Draft, End> {
  readonly argument?: never;
  readonly choose?: never;
  /** @returns Not undefined: nothing more is read. The draft is as before then. */
  readonly take: (draft: Draft) => End | undefined;
}

interface WithArgument<Draft, End> {
  readonly argument: string;
  readonly choose?: never;
  /** As that of a flag; the word is not empty. */
  readonly take: (draft: Draft, word: string) => End | undefined;
}

/** A flag behind which one word more may stand that says which. */
interface WithChoice<Draft, End> {
  readonly argument: string;
  /** Whether a word is one; another is no argument. */
  readonly isChoice: (word: string) => boolean;
  readonly take?: never;
  /** As the others' `take`. @param word undefined: none was given. */
  readonly choose: (draft: Draft, word: string | undefined) => End | undefined;
}

/** What is wrong with the form of a word. */
export type WordFault =
  | { readonly kind: "empty" }
  | { readonly kind: "unknown-option"; readonly word: string }
  | { readonly kind: "no-argument"; readonly word: string; readonly argument: string };

/** How one program reads its words. */
export interface Grammar<Draft, End> {
  /** The option that a word with a dash before it is, in this place; undefined: none. */
  readonly option: (word: string, draft: Draft) => OptionRow<Draft, End> | undefined;
  /** Takes a word that is no option. */
  readonly operand: (draft: Draft, word: string) => End | undefined;
  readonly fault: (fault: WordFault, draft: Draft) => End;
  /** Whether the reading goes on after what would have ended it; absent: never. */
  readonly passesOver?: (draft: Draft) => boolean;
}

/** The form of a result that is being filled in. */
export type Draft<Result> = {
  -readonly [Key in keyof Result]: Result[Key] extends readonly (infer Item)[] ? Item[]
    : Result[Key];
};

/**
 * Reads the words that follow a program's name into the draft.
 *
 * @returns What ended the reading; undefined when all words were taken.
 */
export function readWords<Draft, End>(
  words: readonly string[],
  draft: Draft,
  grammar: Grammar<Draft, End>,
): End | undefined {
  const left = words.toReversed();
  for (let word = left.pop(); word !== undefined; word = left.pop()) {
    const end = takeWord(word, left, draft, grammar);
    if (end !== undefined && grammar.passesOver?.(draft) !== true) return end;
  }
  return undefined;
}

/** Takes a word, and its argument from those that are left, of which the last one is next. */
function takeWord<Draft, End>(
  word: string,
  left: string[],
  draft: Draft,
  grammar: Grammar<Draft, End>,
): End | undefined {
  if (word === "") return grammar.fault({ kind: "empty" }, draft);
  if (!word.startsWith("-")) return grammar.operand(draft, word);
  const row = grammar.option(word, draft);
  if (row === undefined) return grammar.fault({ kind: "unknown-option", word }, draft);
  const next = left.at(-1);
  if (row.choose !== undefined) {
    const isTaken = next !== undefined && row.isChoice(next);
    return row.choose(draft, isTaken ? left.pop() : undefined);
  }
  if (row.argument === undefined) return row.take(draft);
  left.pop();
  if (next === undefined || next === "") {
    return grammar.fault({ kind: "no-argument", word, argument: row.argument }, draft);
  }
  return row.take(draft, next);
}

/** The grammar's `option` for a table whose options stand everywhere. */
export function optionIn<Row extends DescribedOption>(
  rows: readonly Row[],
): (word: string) => Row | undefined {
  return (word) => rows.find(({ names }) => names.includes(word));
}

/** What an option does that sets a field of the draft; the last one given counts. */
export function sets<Draft, Field extends keyof Draft>(
  field: Field,
  value: Draft[Field],
): (draft: Draft) => undefined {
  return (draft) => {
    draft[field] = value;
  };
}

/** What an option does whose argument is a field of the draft; the last one given counts. */
export function keeps<Field extends string>(
  field: Field,
): (draft: { [Key in Field]: string | undefined }, word: string) => undefined {
  return (draft, word) => {
    draft[field] = word;
  };
}

/** What an option does whose arguments add up, or what an operand does. */
export function adds<Field extends string>(
  field: Field,
): (draft: { readonly [Key in Field]: string[] }, word: string) => undefined {
  return (draft, word) => {
    draft[field].push(word);
  };
}

/** What an option does that ends the reading. */
export function ends<End>(end: End): () => End {
  return () => end;
}

/** `-p PATH, --socket-path PATH` of help texts. */
export function optionUsage({ names, argument }: DescribedOption): string {
  return names.join(", ") + (argument === undefined ? "" : ` ${argument}`);
}
