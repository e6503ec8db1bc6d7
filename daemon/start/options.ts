/**
 * The manager's own options as a table: the source of parsing, help, completions and manual.
 */
import {
  adds,
  type Draft,
  ends,
  keeps,
  type OptionRow,
  sets,
} from "../../core/program/command_line.ts";
import { parseDuration } from "../../core/text/duration.ts";
import type { LogThreshold } from "../output/log.ts";
import { ACCESS_OPTIONS, type AccessOptions } from "./access_options.ts";
import { LOG_STORE_OPTIONS, type LogStoreOptions } from "./log_store_options.ts";
import { RECOVERY_OPTIONS, type RecoveryOptions } from "./recovery_options.ts";

/**
 * The manager's own oom_score_adj; `inherit`: as it is, for its services too. undefined: as the
 * role has it.
 */
export type OomScoreWish = number | "inherit" | undefined;

export interface DaemonOptions extends RecoveryOptions, AccessOptions, LogStoreOptions {
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
  /**
   * All services are killed this long after a shutdown was ordered; undefined: their own limits
   * hold.
   */
  readonly graceMs: number | undefined;
  readonly autoRecovery: boolean;
  readonly isQuiet: boolean;
  readonly cgroupPath: string | undefined;
  /** Each service gets a cgroup of its own, as far as that can be. */
  readonly areCgroupsForAll: boolean;
  readonly oomScore: OomScoreWish;
  readonly consoleLevel: LogThreshold;
  readonly logLevel: LogThreshold;
  /** To be started, in order; `boot` when none was named. */
  readonly services: readonly string[];
}

/** What the words fill in. */
export interface DaemonDraft extends Draft<DaemonOptions> {
  /** The words are the kernel's until an option says that a person wrote them. */
  isFromKernel: boolean;
}

/** What is done instead of managing. */
export type DaemonEnd =
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  /** The message is a whole sentence without the program's name. */
  | { readonly kind: "faulty"; readonly message: string };

const THRESHOLDS: readonly LogThreshold[] = ["none", "error", "warn", "info", "debug"];

/** All options, in the order of the help text. */
export const DAEMON_OPTIONS: readonly OptionRow<DaemonDraft, DaemonEnd>[] = [
  {
    names: ["-d", "--services-dir"],
    argument: "DIR",
    help: "search DIR for services (repeatable; replaces the default list)",
    take: adds("serviceDirectories"),
  },
  {
    names: ["-e", "--env-file"],
    argument: "FILE",
    help: "read the manager's environment from FILE",
    take: keeps("environmentFile"),
  },
  {
    names: ["-p", "--socket-path"],
    argument: "PATH",
    help: "control socket",
    take: keeps("socketPath"),
  },
  ...ACCESS_OPTIONS,
  {
    names: ["-F", "--ready-fd"],
    argument: "N",
    help: "write the socket path to descriptor N when it is open",
    take: takeReadyDescriptor,
  },
  {
    names: ["-l", "--log-file"],
    argument: "FILE",
    help: "append the main log to FILE instead of syslog; /dev/kmsg: to the kernel's log",
    take: keeps("logFile"),
  },
  {
    names: ["-s", "--system"],
    help: "system instance: /etc/dinit.d and the system's socket",
    take: sets("isSystem", true),
  },
  {
    names: ["-u", "--user"],
    help: "user instance: ~/.config/dinit.d and the user's socket",
    take: sets("isSystem", false),
  },
  {
    names: ["-m", "--system-mgr"],
    help: "act as the system manager also when not PID 1",
    take: takeSystemManager,
  },
  {
    names: ["-o", "--container"],
    help: "PID 1 of a container: supervise, do not manage a machine",
    take: takeContainer,
  },
  {
    names: ["--grace"],
    argument: "TIME",
    help: "kill what has not stopped TIME (10s, 1m) after a shutdown was ordered",
    take: takeGrace,
  },
  {
    names: ["-r", "--auto-recovery"],
    help: "start the service 'recovery' when booting has failed",
    take: sets("autoRecovery", true),
  },
  { names: ["-q", "--quiet"], help: "no status lines and no log on the console", take: takeQuiet },
  {
    names: ["-b", "--cgroup-path"],
    argument: "PATH",
    help: "cgroup to which relative ones are relative",
    take: keeps("cgroupPath"),
  },
  {
    names: ["--cgroups"],
    argument: "WHICH",
    help:
      "services with a cgroup of their own: all, or those that ask (default); all have kill-tree",
    take: takeCgroups,
  },
  {
    names: ["--oom-score-adj"],
    argument: "N",
    help: "own oom_score_adj (-1000 to 1000); inherit: leave it, and its services', as it is",
    take: takeOomScore,
  },
  {
    names: ["-t", "--service"],
    argument: "NAME",
    help: "start NAME (the same as naming it as a word)",
    take: adds("services"),
  },
  {
    names: ["--console-level"],
    argument: "LEVEL",
    help: "least level shown on the console: none, error, warn (default), info, debug",
    take: takeLevel("consoleLevel", "--console-level"),
  },
  {
    names: ["--log-level"],
    argument: "LEVEL",
    help: "least level in the main log: none, error, warn, info (default), debug",
    take: takeLevel("logLevel", "--log-level"),
  },
  ...LOG_STORE_OPTIONS,
  ...RECOVERY_OPTIONS,
  { names: ["--help"], help: "print this help", take: ends({ kind: "help" }) },
  { names: ["--version"], help: "print the version", take: ends({ kind: "version" }) },
];

/** What is said about words, as a whole sentence. */
export function faulty(message: string): DaemonEnd {
  return { kind: "faulty", message };
}

function takeReadyDescriptor(draft: DaemonDraft, word: string): DaemonEnd | undefined {
  if (!/^[1-9][0-9]{0,8}$/.test(word)) {
    return faulty(
      `"${word}" is not a descriptor for --ready-fd: a decimal number above 0 is needed`,
    );
  }
  draft.readyDescriptor = Number(word);
  return undefined;
}

function takeSystemManager(draft: DaemonDraft): undefined {
  draft.isSystemManager = true;
  draft.isContainer = false;
  draft.isFromKernel = false;
}

function takeContainer(draft: DaemonDraft): undefined {
  draft.isSystemManager = false;
  draft.isContainer = true;
  draft.isFromKernel = false;
}

function takeQuiet(draft: DaemonDraft): undefined {
  draft.isQuiet = true;
  draft.consoleLevel = "none";
}

function takeGrace(draft: DaemonDraft, word: string): DaemonEnd | undefined {
  const time = parseDuration(word);
  if (time === "faulty") {
    return faulty(
      `"${word}" is not a time for --grace: write seconds, or a number with ms, s, m or h`,
    );
  }
  draft.graceMs = time;
  return undefined;
}

function takeCgroups(draft: DaemonDraft, word: string): DaemonEnd | undefined {
  if (word !== "all" && word !== "asked") {
    return faulty(`"${word}" is not a value for --cgroups: allowed are all, asked`);
  }
  draft.areCgroupsForAll = word === "all";
  return undefined;
}

function takeOomScore(draft: DaemonDraft, word: string): DaemonEnd | undefined {
  const isInRange = /^-?\d{1,4}$/.test(word) && Math.abs(Number(word)) <= 1000;
  if (word !== "inherit" && !isInRange) {
    return faulty(
      `"${word}" is not a value for --oom-score-adj: write a number from -1000 to 1000, or inherit`,
    );
  }
  draft.oomScore = word === "inherit" ? word : Number(word);
  return undefined;
}

function takeLevel(
  field: "consoleLevel" | "logLevel",
  option: string,
): (draft: DaemonDraft, word: string) => DaemonEnd | undefined {
  return (draft, word) => {
    const level = THRESHOLDS.find((threshold) => threshold === word);
    if (level === undefined) {
      return faulty(
        `"${word}" is not a level for ${option}: allowed are ${THRESHOLDS.join(", ")}`,
      );
    }
    draft[field] = level;
    return undefined;
  };
}
