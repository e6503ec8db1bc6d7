/** The options of `dinit-monitor` as a table, and its command line. */
import { addOption, type OptionRow, optionUsage, takeOption } from "../options.ts";

export type MonitorOptionId =
  | "command"
  | "exit"
  | "env"
  | "initial"
  | "str-started"
  | "str-stopped"
  | "str-failed"
  | "str-set"
  | "str-unset"
  | "socket-path"
  | "other-user"
  | "system"
  | "user"
  | "help"
  | "version";

/** In the order of the help. */
export const MONITOR_OPTIONS: readonly OptionRow<MonitorOptionId>[] = [
  {
    id: "command",
    names: ["-c", "--command"],
    argument: "COMMAND",
    help:
      "run COMMAND at each event; %n is the name, %s what happened, %v the value, %% a percent sign",
  },
  { id: "exit", names: ["-e", "--exit"], help: "exit after the first command" },
  {
    id: "env",
    names: ["-E", "--env"],
    help: "watch variables of the manager's environment instead of services (no names: all)",
  },
  { id: "initial", names: ["-i", "--initial"], help: "run COMMAND for the present state too" },
  {
    id: "str-started",
    names: ["--str-started"],
    argument: "TEXT",
    help: "text for a service that has started (default: started)",
  },
  {
    id: "str-stopped",
    names: ["--str-stopped"],
    argument: "TEXT",
    help: "text for a service that has stopped (default: stopped)",
  },
  {
    id: "str-failed",
    names: ["--str-failed"],
    argument: "TEXT",
    help: "text for a service that has failed to start (default: failed)",
  },
  {
    id: "str-set",
    names: ["--str-set"],
    argument: "TEXT",
    help: "text for a variable that was set (default: set)",
  },
  {
    id: "str-unset",
    names: ["--str-unset"],
    argument: "TEXT",
    help: "text for a variable that was unset (default: unset)",
  },
  {
    id: "socket-path",
    names: ["-p", "--socket-path"],
    argument: "PATH",
    help: "control socket of the manager",
  },
  {
    id: "other-user",
    names: ["--other-user"],
    help: "talk to a manager that neither root nor oneself runs, which is refused otherwise",
  },
  {
    id: "system",
    names: ["-s", "--system"],
    help: "talk to the system manager (default for root)",
  },
  { id: "user", names: ["-u", "--user"], help: "talk to the user's manager (default for others)" },
  { id: "help", names: ["-h", "--help"], help: "print this help" },
  { id: "version", names: ["--version"], help: "print the version" },
];

/** Texts that stand for `%s`. */
export interface StatusTexts {
  readonly started: string;
  readonly stopped: string;
  readonly failed: string;
  readonly set: string;
  readonly unset: string;
}

export interface MonitorOptions {
  readonly command: string;
  readonly exitsAfterFirst: boolean;
  readonly watchesEnvironment: boolean;
  readonly reportsInitial: boolean;
  readonly texts: StatusTexts;
  readonly instance: "system" | "user" | undefined;
  readonly socketPath: string | undefined;
  readonly trustsOtherUsers: boolean;
  /** Services, or variables; no variables: all of them. */
  readonly names: readonly string[];
}

export type ParsedMonitorLine =
  | { readonly kind: "run"; readonly options: MonitorOptions }
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "faulty"; readonly lines: readonly string[] };

const SEE_HELP = "see 'dinit-monitor --help'.";

/** Reads the words that follow the program's name. Pure. */
export function parseMonitorLine(words: readonly string[]): ParsedMonitorLine {
  if (words.length === 0) return { kind: "help" };
  const given = new Map<MonitorOptionId, readonly string[]>();
  const names: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (word === "") return faulty(`Invalid command line: a word of it is empty; ${SEE_HELP}`);
    if (!word.startsWith("-")) {
      names.push(word);
      continue;
    }
    const taken = takeOption(MONITOR_OPTIONS, words, index);
    if (taken.kind === "unknown") return faulty(`unknown option '${word}'; ${SEE_HELP}`);
    if (taken.kind === "no-argument") {
      return faulty(`option '${word}' needs an argument: ${taken.row.argument}; ${SEE_HELP}`);
    }
    if (taken.row.id === "help") return { kind: "help" };
    if (taken.row.id === "version") return { kind: "version" };
    addOption(given, taken.row, taken.argument);
    if (taken.argument !== undefined) index++;
  }

  const text = (id: MonitorOptionId): string | undefined => given.get(id)?.at(-1);
  const command = text("command");
  if (command === undefined) {
    return faulty(`a command is missing: name one with --command; ${SEE_HELP}`);
  }
  const watchesEnvironment = given.has("env");
  if (names.length === 0 && !watchesEnvironment) {
    return faulty(`a service is missing: name one or more; ${SEE_HELP}`);
  }
  const ids = [...given.keys()];
  return {
    kind: "run",
    options: {
      command,
      exitsAfterFirst: given.has("exit"),
      watchesEnvironment,
      reportsInitial: given.has("initial"),
      texts: {
        started: text("str-started") ?? "started",
        stopped: text("str-stopped") ?? "stopped",
        failed: text("str-failed") ?? "failed",
        set: text("str-set") ?? "set",
        unset: text("str-unset") ?? "unset",
      },
      instance: ids.findLast((id) => id === "system" || id === "user") as "system" | "user",
      socketPath: text("socket-path"),
      trustsOtherUsers: given.has("other-user"),
      names,
    },
  };
}

/** Help of the program. */
export function monitorHelp(): string {
  let text = "Usage: dinit-monitor [options] -c COMMAND SERVICE...\n" +
    "       dinit-monitor [options] -c COMMAND --env [NAME...]\n\n" +
    "Runs a command whenever a service starts, stops or fails, or a variable changes.\n\nOptions:\n";
  for (const row of MONITOR_OPTIONS) {
    text += `  ${optionUsage(row)}\n        ${row.help}\n`;
  }
  return text;
}

function faulty(...lines: readonly string[]): ParsedMonitorLine {
  return { kind: "faulty", lines };
}
