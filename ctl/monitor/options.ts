/** The options of `dinit-monitor` as a table, and its command line. */
import {
  adds,
  type Draft,
  keeps,
  type OptionRow,
  optionUsage,
  readWords,
  sets,
} from "../../core/program/command_line.ts";
import {
  faulty,
  type FaultyEnd,
  grammarOf,
  HELP_OPTION,
  type HelpEnd,
  type ManagerChoice,
  OTHER_USER_OPTION,
  SOCKET_PATH_OPTION,
  SYSTEM_OPTION,
  USER_OPTION,
  VERSION_OPTION,
  type VersionEnd,
} from "../words/common_options.ts";

/** Texts that stand for `%s`. */
export interface StatusTexts {
  readonly started: string;
  readonly stopped: string;
  readonly failed: string;
  readonly healthy: string;
  readonly unhealthy: string;
  readonly set: string;
  readonly unset: string;
}

export interface MonitorOptions extends ManagerChoice {
  readonly command: string;
  readonly exitsAfterFirst: boolean;
  readonly watchesEnvironment: boolean;
  /** Changes of health, too. */
  readonly watchesHealth: boolean;
  readonly reportsInitial: boolean;
  readonly texts: StatusTexts;
  /** Services, or variables; no variables: all of them. */
  readonly names: readonly string[];
}

type MonitorEnd = HelpEnd | VersionEnd | FaultyEnd;

export type ParsedMonitorLine =
  | { readonly kind: "run"; readonly options: MonitorOptions }
  | MonitorEnd;

interface MonitorDraft extends Draft<Omit<MonitorOptions, "command" | "texts">> {
  command: string | undefined;
  readonly texts: Draft<StatusTexts>;
}

/** In the order of the help. */
export const MONITOR_OPTIONS: readonly OptionRow<MonitorDraft, MonitorEnd>[] = [
  {
    names: ["-c", "--command"],
    argument: "COMMAND",
    help:
      "run COMMAND at each event; %n is the name, %s what happened, %v the value, %% a percent sign",
    take: keeps("command"),
  },
  {
    names: ["-e", "--exit"],
    help: "exit after the first command",
    take: sets("exitsAfterFirst", true),
  },
  {
    names: ["-E", "--env"],
    help: "watch variables of the manager's environment instead of services (no names: all)",
    take: sets("watchesEnvironment", true),
  },
  {
    names: ["--health"],
    help: "run COMMAND also when a service becomes healthy or unhealthy, as its [liveness] says",
    take: sets("watchesHealth", true),
  },
  {
    names: ["-i", "--initial"],
    help: "run COMMAND for the present state too",
    take: sets("reportsInitial", true),
  },
  {
    names: ["--str-started"],
    argument: "TEXT",
    help: "text for a service that has started (default: started)",
    take: keepsText("started"),
  },
  {
    names: ["--str-stopped"],
    argument: "TEXT",
    help: "text for a service that has stopped (default: stopped)",
    take: keepsText("stopped"),
  },
  {
    names: ["--str-failed"],
    argument: "TEXT",
    help: "text for a service that has failed to start (default: failed)",
    take: keepsText("failed"),
  },
  {
    names: ["--str-healthy"],
    argument: "TEXT",
    help: "text for a service that has become healthy (default: healthy)",
    take: keepsText("healthy"),
  },
  {
    names: ["--str-unhealthy"],
    argument: "TEXT",
    help: "text for a service that has become unhealthy (default: unhealthy)",
    take: keepsText("unhealthy"),
  },
  {
    names: ["--str-set"],
    argument: "TEXT",
    help: "text for a variable that was set (default: set)",
    take: keepsText("set"),
  },
  {
    names: ["--str-unset"],
    argument: "TEXT",
    help: "text for a variable that was unset (default: unset)",
    take: keepsText("unset"),
  },
  SOCKET_PATH_OPTION,
  OTHER_USER_OPTION,
  SYSTEM_OPTION,
  USER_OPTION,
  HELP_OPTION,
  VERSION_OPTION,
];

const PROGRAM = "dinit-monitor";
const GRAMMAR = grammarOf(PROGRAM, MONITOR_OPTIONS, adds("names"));

/** Reads the words that follow the program's name. Pure. */
export function parseMonitorLine(words: readonly string[]): ParsedMonitorLine {
  if (words.length === 0) return { kind: "help" };
  const draft: MonitorDraft = {
    command: undefined,
    exitsAfterFirst: false,
    watchesEnvironment: false,
    watchesHealth: false,
    reportsInitial: false,
    texts: {
      ...{ started: "started", stopped: "stopped", failed: "failed" },
      ...{ healthy: "healthy", unhealthy: "unhealthy", set: "set", unset: "unset" },
    },
    instance: undefined,
    socketPath: undefined,
    trustsOtherUsers: false,
    names: [],
  };
  const end = readWords(words, draft, GRAMMAR);
  if (end !== undefined) return end;
  const { command, names, watchesEnvironment } = draft;
  if (command === undefined) {
    return faulty(PROGRAM, "a command is missing: name one with --command");
  }
  if (names.length === 0 && !watchesEnvironment) {
    return faulty(PROGRAM, "a service is missing: name one or more");
  }
  return { kind: "run", options: { ...draft, command } };
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

/** What an option does that changes a text for `%s`. */
function keepsText(field: keyof StatusTexts): (draft: MonitorDraft, word: string) => undefined {
  return ({ texts }, word) => {
    texts[field] = word;
  };
}
