/**
 * All verbs of `dinitctl` as one table: the source of parsing, help, completions and manual. The
 * rows are in `verbs/`, a file for each group; in each upstream's verbs come first, in its order.
 *
 * Data only: which function carries a verb out is said in `ctl/dispatch.ts`.
 */
import { CONFIGURE_VERBS } from "./verbs/configure.ts";
import { CONTROL_VERBS } from "./verbs/control.ts";
import { FOLLOW_VERBS } from "./verbs/follow.ts";
import { MANAGER_VERBS } from "./verbs/manager.ts";
import { QUERY_VERBS } from "./verbs/query.ts";
import type { VerbGroup, VerbShape } from "./verbs/row.ts";

/** Headings of the groups, in the order of the help. */
export const VERB_GROUPS: Readonly<Record<VerbGroup, string>> = {
  control: "Control services",
  query: "Ask about services",
  configure: "Change what depends on what",
  manager: "Environment, output, signals and the manager itself",
  follow: "See more, and wait",
};

/** Said in the help of the program, and in the manual. */
export const PATTERN_RULE =
  "Where a command takes SERVICE..., a word may be a pattern: `*` stands for any text, `?` for any character, `[a-z]` for one of a set. It means the loaded services that fit, and is an error when none does; it never loads one. A backslash before such a character takes its meaning away.";

const ROWS = [
  ...CONTROL_VERBS,
  ...QUERY_VERBS,
  ...CONFIGURE_VERBS,
  ...MANAGER_VERBS,
  ...FOLLOW_VERBS,
] as const satisfies readonly VerbShape[];

export type VerbName = (typeof ROWS)[number]["name"];

/** All that do something: `help` is dealt with where the words are read. */
export type WorkingVerb = Exclude<VerbName, "help">;

export interface VerbRow extends VerbShape {
  readonly name: VerbName;
}

/** Verbs in the order of the help. */
export const VERBS: readonly VerbRow[] = ROWS;

/** The row of a verb; undefined for an unknown word. */
export function findVerb(word: string): VerbRow | undefined {
  return VERBS.find((row) => row.name === word);
}
