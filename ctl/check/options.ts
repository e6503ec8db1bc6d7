/** The options of `dinit-check` as a table, and its command line. */
import {
  adds,
  type Draft,
  ends,
  type Grammar,
  keeps,
  optionIn,
  type OptionRow,
  optionUsage,
  readWords,
  sets,
} from "../../core/command_line.ts";
import { wordFaultText } from "../words/word_fault_text.ts";

export interface CheckOptions {
  readonly directories: readonly string[];
  readonly environmentFile: string | undefined;
  readonly isOnline: boolean;
  readonly socketPath: string | undefined;
  readonly trustsOtherUsers: boolean;
  readonly instance: "system" | "user" | undefined;
  readonly json: boolean;
  readonly names: readonly string[];
}

type CheckEnd =
  | { readonly kind: "help" }
  | { readonly kind: "faulty"; readonly line: string };

export type ParsedCheckLine = { readonly kind: "run"; readonly options: CheckOptions } | CheckEnd;

/** In the order of the help. */
export const CHECK_OPTIONS: readonly OptionRow<Draft<CheckOptions>, CheckEnd>[] = [
  {
    names: ["-d", "--services-dir"],
    argument: "DIR",
    help: "look for services in DIR (repeatable; replaces the default list)",
    take: adds("directories"),
  },
  {
    names: ["-e", "--env-file"],
    argument: "FILE",
    help: "take variables from FILE (default for the system: /etc/dinit/environment)",
    take: keeps("environmentFile"),
  },
  {
    names: ["-n", "--online"],
    help: "take directories and variables from the running manager",
    take: sets("isOnline", true),
  },
  {
    names: ["-p", "--socket-path"],
    argument: "PATH",
    help: "control socket of the manager, with --online",
    take: keeps("socketPath"),
  },
  {
    names: ["--other-user"],
    help: "with --online: believe a manager that neither root nor oneself runs",
    take: sets("trustsOtherUsers", true),
  },
  {
    names: ["-s", "--system"],
    help: "check services of the system (default for root)",
    take: sets("instance", "system"),
  },
  {
    names: ["-u", "--user"],
    help: "check the user's services (default for others)",
    take: sets("instance", "user"),
  },
  { names: ["--json"], help: "print JSON", take: sets("json", true) },
  { names: ["-h", "--help"], help: "print this help", take: ends({ kind: "help" }) },
];

const SEE_HELP = "see 'dinit-check --help'.";
const DEFAULT_SERVICE = "boot";

const GRAMMAR: Grammar<Draft<CheckOptions>, CheckEnd> = {
  option: optionIn(CHECK_OPTIONS),
  operand: adds("names"),
  fault: (fault) => ({ kind: "faulty", line: `${wordFaultText(fault)}; ${SEE_HELP}` }),
};

/** Reads the words that follow the program's name. Pure. */
export function parseCheckLine(words: readonly string[]): ParsedCheckLine {
  const options: Draft<CheckOptions> = {
    directories: [],
    environmentFile: undefined,
    isOnline: false,
    socketPath: undefined,
    trustsOtherUsers: false,
    instance: undefined,
    json: false,
    names: [],
  };
  const end = readWords(words, options, GRAMMAR);
  if (end !== undefined) return end;
  if (options.names.length === 0) options.names.push(DEFAULT_SERVICE);
  return { kind: "run", options };
}

/** Help of the program. */
export function checkHelp(): string {
  const rows = CHECK_OPTIONS.map((option) =>
    `  ${optionUsage(option).padEnd(26)}  ${option.help}\n`
  );
  return "Usage: dinit-check [options] [SERVICE...]\n\n" +
    "Checks the descriptions of services (default: boot) and of all services they name.\n" +
    "Exits with 0 if nothing is wrong, else with 1.\n\n" +
    `Options:\n${rows.join("")}`;
}
