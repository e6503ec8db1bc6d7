/** The options of `dinit-check` as a table, and its command line. */
import { addOption, type OptionRow, optionUsage, takeOption } from "../options.ts";

export type CheckOptionId =
  | "services-dir"
  | "env-file"
  | "online"
  | "socket-path"
  | "other-user"
  | "system"
  | "user"
  | "json"
  | "help";

/** In the order of the help. */
export const CHECK_OPTIONS: readonly OptionRow<CheckOptionId>[] = [
  {
    id: "services-dir",
    names: ["-d", "--services-dir"],
    argument: "DIR",
    repeatable: true,
    help: "look for services in DIR (repeatable; replaces the default list)",
  },
  {
    id: "env-file",
    names: ["-e", "--env-file"],
    argument: "FILE",
    help: "take variables from FILE (default for the system: /etc/dinit/environment)",
  },
  {
    id: "online",
    names: ["-n", "--online"],
    help: "take directories and variables from the running manager",
  },
  {
    id: "socket-path",
    names: ["-p", "--socket-path"],
    argument: "PATH",
    help: "control socket of the manager, with --online",
  },
  {
    id: "other-user",
    names: ["--other-user"],
    help: "with --online: believe a manager that neither root nor oneself runs",
  },
  {
    id: "system",
    names: ["-s", "--system"],
    help: "check services of the system (default for root)",
  },
  { id: "user", names: ["-u", "--user"], help: "check the user's services (default for others)" },
  { id: "json", names: ["--json"], help: "print JSON" },
  { id: "help", names: ["-h", "--help"], help: "print this help" },
];

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

export type ParsedCheckLine =
  | { readonly kind: "run"; readonly options: CheckOptions }
  | { readonly kind: "help" }
  | { readonly kind: "faulty"; readonly line: string };

const SEE_HELP = "see 'dinit-check --help'.";
const DEFAULT_SERVICE = "boot";

/** Reads the words that follow the program's name. Pure. */
export function parseCheckLine(words: readonly string[]): ParsedCheckLine {
  const given = new Map<CheckOptionId, readonly string[]>();
  const names: string[] = [];
  let instance: "system" | "user" | undefined;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (word === "") {
      return { kind: "faulty", line: `Invalid command line: a word of it is empty; ${SEE_HELP}` };
    }
    if (!word.startsWith("-")) {
      names.push(word);
      continue;
    }
    const taken = takeOption(CHECK_OPTIONS, words, index);
    if (taken.kind === "unknown") {
      return { kind: "faulty", line: `unknown option '${word}'; ${SEE_HELP}` };
    }
    if (taken.kind === "no-argument") {
      const { argument } = taken.row;
      return {
        kind: "faulty",
        line: `option '${word}' needs an argument: ${argument}; ${SEE_HELP}`,
      };
    }
    if (taken.row.id === "help") return { kind: "help" };
    if (taken.row.id === "system" || taken.row.id === "user") instance = taken.row.id;
    addOption(given, taken.row, taken.argument);
    if (taken.argument !== undefined) index++;
  }
  return {
    kind: "run",
    options: {
      directories: given.get("services-dir") ?? [],
      environmentFile: given.get("env-file")?.at(-1),
      isOnline: given.has("online"),
      socketPath: given.get("socket-path")?.at(-1),
      trustsOtherUsers: given.has("other-user"),
      instance,
      json: given.has("json"),
      names: names.length === 0 ? [DEFAULT_SERVICE] : names,
    },
  };
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
