/**
 * The manager's own command line: what may be on it, for people and for the kernel.
 *
 * Options are whole words, compared exactly; they take effect in order and the last of a kind wins.
 * As PID 1 the words come from the kernel, which passes on whatever it does not know itself: there,
 * unknown words are ignored, faulty ones too (to end would be the kernel's panic), and only `single` is
 * taken as a service; FreeBSD's says `-s` for it.
 */
import { nameFault } from "../core/description/mod.ts";
import { parseDuration } from "../core/duration.ts";
import type { LogLevel } from "../core/types.ts";
import type { OomScoreWish } from "./oom_scores.ts";

export type LogThreshold = LogLevel | "none";

export interface DaemonOptions {
  /** Empty: the instance's default directories. */
  readonly serviceDirectories: readonly string[];
  readonly environmentFile: string | undefined;
  readonly socketPath: string | undefined;
  readonly readyDescriptor: number | undefined;
  readonly logFile: string | undefined;
  /** System instance (paths and socket); otherwise a user's. */
  readonly isSystem: boolean;
  /** Acts as the machine's (or container's) first process: console, signals, shutdown. */
  readonly isSystemManager: boolean;
  readonly isContainer: boolean;
  /** All services are killed this long after a shutdown was ordered; undefined: their own limits hold. */
  readonly graceMs: number | undefined;
  readonly autoRecovery: boolean;
  readonly isQuiet: boolean;
  readonly cgroupPath: string | undefined;
  readonly oomScore: OomScoreWish;
  readonly consoleLevel: LogThreshold;
  readonly logLevel: LogThreshold;
  /** To be started, in order; `boot` when none was named. */
  readonly services: readonly string[];
}

export type ParsedOptions =
  | { readonly kind: "run"; readonly options: DaemonOptions }
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  /** The message is a whole sentence without the program's name. */
  | { readonly kind: "faulty"; readonly message: string };

/** Who runs us: decides the defaults and how strange words are taken. */
export interface Caller {
  readonly isFirstProcess: boolean;
  readonly isRoot: boolean;
  /** As Deno names it: kernels differ in what they pass on. */
  readonly os: string;
}

/**
 * Letters for its own init are all that FreeBSD's kernel passes on: `-s` for `boot -s` at the loader's prompt, perhaps with
 * others in the same word (sys/kern/init_main.c, start_init). Nobody asks for a system instance there: process 1 is one.
 */
const FREEBSD_SINGLE = /^-[Cf]*s[Cf]*$/;

const THRESHOLDS: readonly LogThreshold[] = ["none", "error", "warn", "info", "debug"];

/** One option: its spellings, its argument's name if it takes one, and its line of help. */
interface OptionRow {
  readonly names: readonly string[];
  readonly argument?: string;
  readonly help: string;
}

/** All options, in the order of the help text. */
export const DAEMON_OPTIONS: readonly OptionRow[] = [
  {
    names: ["-d", "--services-dir"],
    argument: "DIR",
    help: "search DIR for services (repeatable; replaces the default list)",
  },
  {
    names: ["-e", "--env-file"],
    argument: "FILE",
    help: "read the manager's environment from FILE",
  },
  { names: ["-p", "--socket-path"], argument: "PATH", help: "control socket" },
  {
    names: ["-F", "--ready-fd"],
    argument: "N",
    help: "write the socket path to descriptor N when it is open",
  },
  {
    names: ["-l", "--log-file"],
    argument: "FILE",
    help: "append the main log to FILE instead of syslog; /dev/kmsg: to the kernel's log",
  },
  { names: ["-s", "--system"], help: "system instance: /etc/dinit.d and the system's socket" },
  { names: ["-u", "--user"], help: "user instance: ~/.config/dinit.d and the user's socket" },
  { names: ["-m", "--system-mgr"], help: "act as the system manager also when not PID 1" },
  {
    names: ["-o", "--container"],
    help: "PID 1 of a container: supervise, do not manage a machine",
  },
  {
    names: ["--grace"],
    argument: "TIME",
    help: "kill what has not stopped TIME (10s, 1m) after a shutdown was ordered",
  },
  {
    names: ["-r", "--auto-recovery"],
    help: "start the service 'recovery' when booting has failed",
  },
  { names: ["-q", "--quiet"], help: "no status lines and no log on the console" },
  {
    names: ["-b", "--cgroup-path"],
    argument: "PATH",
    help: "cgroup to which relative ones are relative",
  },
  {
    names: ["--oom-score-adj"],
    argument: "N",
    help: "own oom_score_adj (-1000 to 1000); inherit: leave it, and its services', as it is",
  },
  {
    names: ["-t", "--service"],
    argument: "NAME",
    help: "start NAME (the same as naming it as a word)",
  },
  {
    names: ["--console-level"],
    argument: "LEVEL",
    help: "least level shown on the console: none, error, warn (default), info, debug",
  },
  {
    names: ["--log-level"],
    argument: "LEVEL",
    help: "least level in the main log: none, error, warn, info (default), debug",
  },
  { names: ["--help"], help: "print this help" },
  { names: ["--version"], help: "print the version" },
];

/** The mutable form that parsing fills in. */
type Draft = { -readonly [K in keyof DaemonOptions]: DaemonOptions[K] } & {
  serviceDirectories: string[];
  services: string[];
};

/** The words that follow the program's name → what to do. Pure. */
export function parseDaemonOptions(words: readonly string[], caller: Caller): ParsedOptions {
  const draft: Draft = {
    serviceDirectories: [],
    environmentFile: undefined,
    socketPath: undefined,
    readyDescriptor: undefined,
    logFile: undefined,
    isSystem: caller.isRoot,
    isSystemManager: caller.isFirstProcess,
    isContainer: false,
    graceMs: undefined,
    autoRecovery: false,
    isQuiet: false,
    cgroupPath: undefined,
    oomScore: undefined,
    consoleLevel: "warn",
    logLevel: "info",
    services: [],
  };
  /** The words are the kernel's until an option says that a person wrote them. */
  let fromKernel = caller.isFirstProcess && caller.isRoot;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (word === "") {
      if (fromKernel) continue;
      return faulty("An empty word is not a service name");
    }
    if (!word.startsWith("-")) {
      if (!fromKernel) {
        const fault = nameFault(word);
        if (fault !== undefined) return faulty(`"${word}" is not a service name: ${fault}`);
        draft.services.push(word);
      } else if (word === "single") draft.services.push(word);
      continue;
    }
    if (fromKernel && caller.os === "freebsd" && FREEBSD_SINGLE.test(word)) {
      draft.services.push("single");
      continue;
    }
    const row = DAEMON_OPTIONS.find((option) => option.names.includes(word));
    if (row === undefined) {
      if (fromKernel) continue;
      return faulty(`Unknown option "${word}": --help lists the options`);
    }
    if (row.argument === undefined) {
      const flag = row.names[row.names.length - 1] ?? word;
      // The first process cannot print and go: its end is the kernel's panic.
      if (fromKernel && (flag === "--help" || flag === "--version")) continue;
      if (flag === "--help") return { kind: "help" };
      if (flag === "--version") return { kind: "version" };
      applyFlag(draft, flag);
      if (flag === "--system-mgr" || flag === "--container") fromKernel = false;
      continue;
    }
    const argument = words[++index];
    if (argument === undefined || argument === "") {
      if (fromKernel) continue;
      return faulty(`Option "${word}" needs an argument: ${row.argument}`);
    }
    const fault = applyArgument(draft, row.names[row.names.length - 1] ?? word, argument);
    if (fault !== undefined && !fromKernel) return faulty(fault);
  }
  if (draft.services.length === 0) draft.services.push("boot");
  return { kind: "run", options: draft };
}

/** The text of `--help`. */
export function daemonHelp(): string {
  const rows = DAEMON_OPTIONS.map((option) => {
    const left = option.names.join(", ") +
      (option.argument === undefined ? "" : ` ${option.argument}`);
    return `  ${left.padEnd(30)} ${option.help}`;
  });
  return [
    "dinit: init system and service manager",
    "",
    "Usage: dinit [options] [SERVICE...]    start services (default: boot) and supervise them",
    "       dinit ctl COMMAND ...           control a running manager (dinit ctl --help)",
    "       dinit check [SERVICE...]        check service descriptions",
    "       dinit monitor ...               run a command on service events",
    "       dinit convert FILE|DIR          turn upstream's descriptions into TOML",
    "       dinit schema                    print the JSON schema of descriptions",
    "",
    "Options:",
    ...rows,
    "",
  ].join("\n");
}

function faulty(message: string): ParsedOptions {
  return { kind: "faulty", message };
}

function applyFlag(draft: Draft, flag: string): void {
  switch (flag) {
    case "--system":
      draft.isSystem = true;
      return;
    case "--user":
      draft.isSystem = false;
      return;
    case "--system-mgr":
      draft.isSystemManager = true;
      draft.isContainer = false;
      return;
    case "--container":
      draft.isSystemManager = false;
      draft.isContainer = true;
      return;
    case "--auto-recovery":
      draft.autoRecovery = true;
      return;
    case "--quiet":
      draft.isQuiet = true;
      draft.consoleLevel = "none";
      return;
  }
}

/** @returns What is wrong with the argument, as a sentence. */
function applyArgument(draft: Draft, option: string, argument: string): string | undefined {
  switch (option) {
    case "--services-dir":
      draft.serviceDirectories.push(argument);
      return undefined;
    case "--env-file":
      draft.environmentFile = argument;
      return undefined;
    case "--socket-path":
      draft.socketPath = argument;
      return undefined;
    case "--ready-fd":
      if (!/^[1-9][0-9]{0,8}$/.test(argument)) {
        return `"${argument}" is not a descriptor for --ready-fd: a decimal number above 0 is needed`;
      }
      draft.readyDescriptor = Number(argument);
      return undefined;
    case "--log-file":
      draft.logFile = argument;
      return undefined;
    case "--cgroup-path":
      draft.cgroupPath = argument;
      return undefined;
    case "--grace": {
      const time = parseDuration(argument);
      if (time === "faulty") {
        return `"${argument}" is not a time for --grace: write seconds, or a number with ms, s, m or h`;
      }
      draft.graceMs = time;
      return undefined;
    }
    case "--oom-score-adj": {
      const isInRange = /^-?\d{1,4}$/.test(argument) && Math.abs(Number(argument)) <= 1000;
      if (argument !== "inherit" && !isInRange) {
        return `"${argument}" is not a value for --oom-score-adj: write a number from -1000 to 1000, or inherit`;
      }
      draft.oomScore = argument === "inherit" ? argument : Number(argument);
      return undefined;
    }
    case "--service":
      draft.services.push(argument);
      return undefined;
    case "--console-level":
    case "--log-level": {
      const level = THRESHOLDS.find((threshold) => threshold === argument);
      if (level === undefined) {
        return `"${argument}" is not a level for ${option}: allowed are ${THRESHOLDS.join(", ")}`;
      }
      if (option === "--log-level") draft.logLevel = level;
      else draft.consoleLevel = level;
      return undefined;
    }
  }
  return undefined;
}
