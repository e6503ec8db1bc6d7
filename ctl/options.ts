/**
 * Words of a command line → options and operands, by a table. For all client programs.
 *
 * Options are whole words compared exactly: no `--name=value`, no bundling, no `--`. A word that begins
 * with `-` where an option may stand is an option. The word after an option that takes an argument is
 * its argument, whatever it looks like; it must not be empty.
 */

/** One option: its spellings, its argument's name if it takes one, and its line of help. */
export interface OptionRow<Id extends string> {
  readonly id: Id;
  readonly names: readonly string[];
  readonly argument?: string;
  readonly help: string;
  /** May be given more than once and adds up; otherwise the last one counts. */
  readonly repeatable?: true;
}

/** What was given: an empty list for an option without argument. */
export type GivenOptions<Id extends string> = ReadonlyMap<Id, readonly string[]>;

/** What {@link takeOption} found at one place of the command line. */
export type TakenOption<Id extends string> =
  | { readonly kind: "option"; readonly row: OptionRow<Id>; readonly argument: string | undefined }
  | { readonly kind: "unknown" }
  | { readonly kind: "no-argument"; readonly row: OptionRow<Id> };

/** Looks up the option at `words[index]` in the table; `argument` is the word after it, if it takes one. */
export function takeOption<Id extends string>(
  rows: readonly OptionRow<Id>[],
  words: readonly string[],
  index: number,
): TakenOption<Id> {
  const word = words[index] ?? "";
  const row = rows.find((candidate) => candidate.names.includes(word));
  if (row === undefined) return { kind: "unknown" };
  if (row.argument === undefined) return { kind: "option", row, argument: undefined };
  const argument = words[index + 1];
  if (argument === undefined || argument === "") return { kind: "no-argument", row };
  return { kind: "option", row, argument };
}

/**
 * Adds an option to those given: replaces or adds up, as its row says. The map's order is that of the
 * last time each option was given.
 */
export function addOption<Id extends string>(
  given: Map<Id, readonly string[]>,
  row: OptionRow<Id>,
  argument: string | undefined,
): void {
  const earlier = row.repeatable ? given.get(row.id) ?? [] : [];
  given.delete(row.id);
  given.set(row.id, argument === undefined ? [] : [...earlier, argument]);
}

/** `-p PATH, --socket-path PATH` of help texts. */
export function optionUsage(row: OptionRow<string>): string {
  const suffix = row.argument === undefined ? "" : ` ${row.argument}`;
  return row.names.join(", ") + suffix;
}
