/** The options of `dinit-check` as a table, and its command line. */
import {
  adds,
  type Draft,
  keeps,
  type OptionRow,
  readWords,
  sets,
} from "../../core/program/command_line.ts";
import {
  type FaultyEnd,
  grammarOf,
  HELP_OPTION,
  type HelpEnd,
  type ManagerChoice,
  OTHER_USER_OPTION,
  SOCKET_PATH_OPTION,
  SYSTEM_OPTION,
  USER_OPTION,
} from "../words/common_options.ts";
import { optionColumns } from "../words/option_columns.ts";

export interface CheckOptions extends ManagerChoice {
  readonly directories: readonly string[];
  readonly environmentFile: string | undefined;
  readonly isOnline: boolean;
  readonly json: boolean;
  /** Services are graded instead of looked at for faults. */
  readonly security: boolean;
  readonly names: readonly string[];
}

type CheckEnd = HelpEnd | FaultyEnd;

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
  { ...SOCKET_PATH_OPTION, help: "control socket of the manager, with --online" },
  {
    ...OTHER_USER_OPTION,
    help: "with --online: believe a manager that neither root nor oneself runs",
  },
  { ...SYSTEM_OPTION, help: "check services of the system (default for root)" },
  { ...USER_OPTION, help: "check the user's services (default for others)" },
  {
    names: ["--security"],
    help: "grade each service by what its sandbox leaves open, and say what would gain most",
    take: sets("security", true),
  },
  { names: ["--json"], help: "print JSON", take: sets("json", true) },
  HELP_OPTION,
];

const DEFAULT_SERVICE = "boot";

const GRAMMAR = grammarOf("dinit-check", CHECK_OPTIONS, adds("names"));

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
    security: false,
    names: [],
  };
  const end = readWords(words, options, GRAMMAR);
  if (end !== undefined) return end;
  if (options.names.length === 0) options.names.push(DEFAULT_SERVICE);
  return { kind: "run", options };
}

/** Help of the program. */
export function checkHelp(): string {
  return "Usage: dinit-check [options] [SERVICE...]\n\n" +
    "Checks the descriptions of services (default: boot) and of all services they name.\n" +
    "Exits with 0 if nothing is wrong, else with 1.\n\n" +
    `Options:\n${optionColumns(CHECK_OPTIONS, 28)}`;
}
