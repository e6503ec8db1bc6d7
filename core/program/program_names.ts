/**
 * What the executable is, by the name it was called by and by its first word. `main.ts` goes by
 * these tables, and so does the machine code that runs before it (`native/programs/client`).
 */

/** The programs in it, besides the manager. */
export type Personality =
  | ("ctl" | "check" | "convert" | "migrate" | "monitor" | "schema" | "calendar" | "probe")
  | ("shutdown" | "telinit" | "runlevel");

/** By first word, after `dinit`. */
const SUBCOMMANDS = {
  ctl: "ctl",
  check: "check",
  convert: "convert",
  migrate: "migrate",
  monitor: "monitor",
  schema: "schema",
  calendar: "calendar",
  probe: "probe",
} as const satisfies Readonly<Record<string, Personality>>;

/**
 * By the name of the link to the executable: the last part of the path that it was called by.
 * Distributions that keep another init give a prefix to the names that both have.
 */
export const PROGRAM_NAMES = {
  "dinitctl": "ctl",
  "dinit-check": "check",
  "dinit-monitor": "monitor",
  "shutdown": "shutdown",
  "halt": "shutdown",
  "poweroff": "shutdown",
  "reboot": "shutdown",
  "soft-reboot": "shutdown",
  "telinit": "telinit",
  "runlevel": "runlevel",
  "dinit-shutdown": "shutdown",
  "dinit-halt": "shutdown",
  "dinit-poweroff": "shutdown",
  "dinit-reboot": "shutdown",
  "dinit-soft-reboot": "shutdown",
  "dinit-telinit": "telinit",
  "dinit-runlevel": "runlevel",
} as const satisfies Readonly<Record<string, Personality>>;

/** One of the programs, as it was asked for. */
export interface NamedProgram {
  readonly personality: Personality;
  /** What it calls itself in messages: `dinitctl`, `dinit ctl`. */
  readonly name: string;
  /** The words that are its own. */
  readonly args: readonly string[];
}

/**
 * What a command line is for; undefined: the manager.
 *
 * @param words All of them, the name that the program was called by first.
 */
export function namedProgram([path = "", ...args]: readonly string[]): NamedProgram | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const named = personalityIn(PROGRAM_NAMES, name);
  if (named !== undefined) return { personality: named, name, args };
  const [word = "", ...rest] = args;
  const personality = personalityIn(SUBCOMMANDS, word);
  return personality && { personality, name: `dinit ${word}`, args: rest };
}

function personalityIn(
  table: Readonly<Record<string, Personality>>,
  word: string,
): Personality | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
