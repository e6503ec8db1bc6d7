/** The options of `dinit-monitor` as a table, and its command line. */
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

type MonitorEnd =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "faulty"; readonly lines: readonly string[] };

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
  {
    names: ["-p", "--socket-path"],
    argument: "PATH",
    help: "control socket of the manager",
    take: keeps("socketPath"),
  },
  {
    names: ["--other-user"],
    help: "talk to a manager that neither root nor oneself runs, which is refused otherwise",
    take: sets("trustsOtherUsers", true),
  },
  {
    names: ["-s", "--system"],
    help: "talk to the system manager (default for root)",
    take: sets("instance", "system"),
  },
  {
    names: ["-u", "--user"],
    help: "talk to the user's manager (default for others)",
    take: sets("instance", "user"),
  },
  { names: ["-h", "--help"], help: "print this help", take: ends({ kind: "help" }) },
  { names: ["--version"], help: "print the version", take: ends({ kind: "version" }) },
];

const SEE_HELP = "see 'dinit-monitor --help'.";

const GRAMMAR: Grammar<MonitorDraft, MonitorEnd> = {
  option: optionIn(MONITOR_OPTIONS),
  operand: adds("names"),
  fault: (fault) => faulty(wordFaultText(fault)),
};

/** Reads the words that follow the program's name. Pure. */
export function parseMonitorLine(words: readonly string[]): ParsedMonitorLine {
  if (words.length === 0) return { kind: "help" };
  const draft: MonitorDraft = {
    command: undefined,
    exitsAfterFirst: false,
    watchesEnvironment: false,
    reportsInitial: false,
    texts: { started: "started", stopped: "stopped", failed: "failed", set: "set", unset: "unset" },
    instance: undefined,
    socketPath: undefined,
    trustsOtherUsers: false,
    names: [],
  };
  const end = readWords(words, draft, GRAMMAR);
  if (end !== undefined) return end;
  const { command, names, watchesEnvironment } = draft;
  if (command === undefined) return faulty("a command is missing: name one with --command");
  if (names.length === 0 && !watchesEnvironment) {
    return faulty("a service is missing: name one or more");
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

function faulty(text: string): MonitorEnd {
  return { kind: "faulty", lines: [`${text}; ${SEE_HELP}`] };
}
