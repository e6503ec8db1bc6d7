/** The options of `dinitctl` as a table: the source of parsing, help, completions and manual. */
import { adds, type Draft, keeps, type OptionRow, sets } from "../../core/program/command_line.ts";
import {
  type FaultyEnd,
  type ManagerChoice,
  OTHER_USER_OPTION,
  SOCKET_PATH_OPTION,
  SYSTEM_OPTION,
  USER_OPTION,
  VERSION_OPTION,
  type VersionEnd,
} from "./common_options.ts";
import type { MetricsFormat, UsageOrder } from "../../core/figures/usage.ts";
import type { VerbName, VerbRow } from "./verbs.ts";

export interface CtlOptions extends ManagerChoice {
  readonly usesPassedConnection: boolean;
  readonly isQuiet: boolean;
  readonly isOffline: boolean;
  readonly dropIn: boolean;
  readonly changed: boolean;
  readonly serviceDirectories: readonly string[];
  readonly waits: boolean;
  readonly pin: boolean;
  readonly force: boolean;
  readonly ignoreUnstarted: boolean;
  readonly from: string | undefined;
  readonly clear: boolean;
  readonly listSignals: boolean;
  readonly json: boolean;
  readonly all: boolean;
  readonly failedOnly: boolean;
  /** Last lines of output to show; undefined: the verb's default. */
  readonly lines: number | undefined;
  readonly follow: boolean;
  readonly awaitedState: "started" | "stopped";
  readonly timeoutMs: number | undefined;
  readonly once: boolean;
  readonly sort: UsageOrder;
  /** undefined: the verb's default. */
  readonly format: MetricsFormat | undefined;
  readonly outputFile: string | undefined;
  /** Read where the time is known. */
  readonly sinceText: string | undefined;
  readonly untilText: string | undefined;
  readonly grep: string | undefined;
  /** Of one boot, or run of the manager; undefined: of all. */
  readonly boot: BootChoice | undefined;
  readonly listsBoots: boolean;
  /** Of a log store, which is read without a manager. */
  readonly storeDirectory: string | undefined;
  readonly usesPager: boolean;
  readonly isReverse: boolean;
  /** Names of what is to be shown; none: all. */
  readonly properties: readonly string[];
  readonly valuesOnly: boolean;
}

/** A boot: 0 or undefined is the current one, `-1` that before; or the beginning of its name. */
export interface BootChoice {
  readonly word: string | undefined;
}

/** Lines of output are to be looked at one by one. */
export function choosesLines(
  { sinceText, untilText, grep, boot, json, listsBoots, storeDirectory }: CtlOptions,
): boolean {
  return [sinceText, untilText, grep, boot, storeDirectory].some((each) => each !== undefined) ||
    json || listsBoots;
}

/** Names of boots have 32 digits; of services nobody's is so. */
const BOOT_WORD = /^(?:-\d{1,4}|0|[0-9a-f]{8,32}|[0-9a-f]{8}-[0-9a-f-]{27})$/;

/**
 * What the words fill in. Texts that can be wrong are kept as they are: faults of form come first.
 */
export interface CtlDraft extends Draft<Omit<CtlOptions, TextOption>> {
  verb: VerbRow | undefined;
  readonly operands: string[];
  linesText: string | undefined;
  state: string;
  timeoutText: string | undefined;
  sortText: string;
  formatText: string | undefined;
}

/** Options whose texts are read when all words are there. */
type TextOption = "lines" | "awaitedState" | "timeoutMs" | "sort" | "format";

/** What is done instead of a verb. */
export type CtlEnd =
  /** Of one verb, or of the whole program. */
  | { readonly kind: "help"; readonly verb: VerbRow | undefined }
  | VersionEnd
  | FaultyEnd;

/** A row of the table. */
export type CtlOptionRow = OptionRow<CtlDraft, CtlEnd> & {
  /** Verbs it means something to; absent: all of them. */
  readonly verbs?: readonly VerbName[];
  /** Known only after the word of one of its verbs; others stand anywhere and may mean nothing. */
  readonly afterVerb?: true;
};

/** Options in the order of the help. */
export const CTL_OPTIONS: readonly CtlOptionRow[] = [
  SYSTEM_OPTION,
  USER_OPTION,
  SOCKET_PATH_OPTION,
  {
    names: ["--use-passed-cfd"],
    help: "use the connection that the variable DINIT_CS_FD names",
    take: sets("usesPassedConnection", true),
  },
  OTHER_USER_OPTION,
  { names: ["--quiet"], help: "no messages of success", take: sets("isQuiet", true) },
  {
    names: ["--no-wait"],
    help: "do not wait until the service has started or stopped",
    verbs: ["start", "stop", "restart", "wake", "release"],
    take: sets("waits", false),
  },
  {
    names: ["--pin"],
    help: "hold the service in the state asked for until it is unpinned",
    verbs: ["start", "stop", "wake", "release", "plan"],
    take: sets("pin", true),
  },
  {
    names: ["-f", "--force"],
    help: "stop running dependents too",
    verbs: ["stop", "restart", "plan"],
    afterVerb: true,
    take: sets("force", true),
  },
  {
    names: ["--ignore-unstarted"],
    help: "a service that is not started, or not there, is no error",
    verbs: ["stop", "restart", "release"],
    take: sets("ignoreUnstarted", true),
  },
  {
    names: ["-o", "--offline"],
    help: "change the files only, without a manager",
    verbs: ["enable", "disable", "mask", "unmask"],
    take: sets("isOffline", true),
  },
  {
    names: ["-d", "--services-dir"],
    argument: "DIR",
    help: "with --offline: look for services in DIR (repeatable; replaces the default list)",
    verbs: ["enable", "disable", "mask", "unmask"],
    take: adds("serviceDirectories"),
  },
  {
    names: ["--drop-in"],
    help: "edit a file beside the description that changes some of its settings",
    verbs: ["edit"],
    afterVerb: true,
    take: sets("dropIn", true),
  },
  {
    names: ["--changed"],
    help: "all loaded services whose description or drop-ins are others now",
    verbs: ["reload"],
    afterVerb: true,
    take: sets("changed", true),
  },
  {
    names: ["--from"],
    argument: "SERVICE",
    help: "the service that is to start it (default: its enable-via setting, or boot)",
    verbs: ["enable", "disable", "is-enabled"],
    afterVerb: true,
    take: keeps("from"),
  },
  {
    names: ["--clear"],
    help: "empty the buffer after reading it",
    verbs: ["catlog", "logs"],
    afterVerb: true,
    take: sets("clear", true),
  },
  {
    names: ["-l", "--list"],
    help: "list the names of signals",
    verbs: ["signal"],
    afterVerb: true,
    take: sets("listSignals", true),
  },
  {
    names: ["--json"],
    help: "print JSON",
    verbs: [
      "list",
      "status",
      "tree",
      "list-dependencies",
      "plan",
      "timers",
      "blame",
      "critical-path",
      "top",
      "logs",
    ],
    afterVerb: true,
    take: sets("json", true),
  },
  {
    names: ["-a", "--all"],
    help: "services that are installed but not loaded, too",
    verbs: ["list"],
    afterVerb: true,
    take: sets("all", true),
  },
  {
    names: ["--failed"],
    help: "failed services only",
    verbs: ["list"],
    afterVerb: true,
    take: sets("failedOnly", true),
  },
  {
    names: ["-n", "--lines"],
    argument: "COUNT",
    help: "show the last COUNT lines of output (status on a terminal: 10)",
    verbs: ["status", "logs"],
    afterVerb: true,
    take: keeps("linesText"),
  },
  {
    names: ["-f", "--follow"],
    help: "go on printing output as it comes",
    verbs: ["logs"],
    afterVerb: true,
    take: sets("follow", true),
  },
  {
    names: ["--since"],
    argument: "TIME",
    help: "lines from TIME on",
    verbs: ["logs"],
    afterVerb: true,
    take: keeps("sinceText"),
  },
  {
    names: ["--until"],
    argument: "TIME",
    help: "lines up to TIME",
    verbs: ["logs"],
    afterVerb: true,
    take: keeps("untilText"),
  },
  {
    names: ["-b", "--boot"],
    argument: "[BOOT]",
    help: "lines since the manager began; -1: of the boot before (see --list-boots)",
    verbs: ["logs"],
    afterVerb: true,
    isChoice: (word) => BOOT_WORD.test(word),
    choose: (draft, word) => {
      draft.boot = { word };
      return undefined;
    },
  },
  {
    names: ["--list-boots"],
    help: "list the boots that the log store has lines of",
    verbs: ["logs"],
    afterVerb: true,
    take: sets("listsBoots", true),
  },
  {
    names: ["-D", "--directory"],
    argument: "DIR",
    help: "read the log store in DIR, without a manager",
    verbs: ["logs"],
    afterVerb: true,
    take: keeps("storeDirectory"),
  },
  {
    names: ["--no-pager"],
    help: "print all at once, also on a terminal",
    verbs: ["logs"],
    afterVerb: true,
    take: sets("usesPager", false),
  },
  {
    names: ["-g", "--grep"],
    argument: "PATTERN",
    help: "lines that fit a regular expression",
    verbs: ["logs"],
    afterVerb: true,
    take: keeps("grep"),
  },
  {
    names: ["--state"],
    argument: "STATE",
    help: "state to wait for: started (default), stopped",
    verbs: ["wait"],
    afterVerb: true,
    take: keeps("state"),
  },
  {
    names: ["--timeout"],
    argument: "TIME",
    help: "give up after TIME: 10s, 500ms, 2m; a plain number is seconds",
    verbs: ["wait"],
    afterVerb: true,
    take: keeps("timeoutText"),
  },
  {
    names: ["--reverse"],
    help: "show what depends on the services",
    verbs: ["tree", "list-dependencies"],
    afterVerb: true,
    take: sets("isReverse", true),
  },
  {
    names: ["-P", "--property"],
    argument: "NAME",
    help: "print this property only (repeatable)",
    verbs: ["show"],
    afterVerb: true,
    take: adds("properties"),
  },
  {
    names: ["--value"],
    help: "print values without their names",
    verbs: ["show"],
    afterVerb: true,
    take: sets("valuesOnly", true),
  },
  {
    names: ["--once"],
    help: "print one table, after a second, instead of going on",
    verbs: ["top"],
    afterVerb: true,
    take: sets("once", true),
  },
  {
    names: ["--sort"],
    argument: "BY",
    help: "cpu (default), memory, tasks, io or name",
    verbs: ["top"],
    afterVerb: true,
    take: keeps("sortText"),
  },
  {
    names: ["--format"],
    argument: "FORMAT",
    help: "openmetrics, or prometheus: the older text form (default with --output)",
    verbs: ["metrics"],
    afterVerb: true,
    take: keeps("formatText"),
  },
  {
    names: ["--output"],
    argument: "FILE",
    help: "write FILE, whole or not at all, instead of standard output",
    verbs: ["metrics"],
    afterVerb: true,
    take: keeps("outputFile"),
  },
  {
    names: ["-h", "--help"],
    help: "print this help; after a command: help for the command",
    take: ({ verb }) => ({ kind: "help", verb }),
  },
  VERSION_OPTION,
];
