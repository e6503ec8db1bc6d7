/**
 * Options about a manager that has died, and about what notices that it has.
 */
import type { Draft, OptionRow } from "../../core/program/command_line.ts";
import { parseDuration } from "../../core/text/duration.ts";

/** What is done with what a manager that was killed has left behind. */
export type LeftBehind = "adopt" | "stop";

export interface RecoveryOptions {
  /** So many crashes within `crashWindowMs` are too many. */
  readonly crashLimit: number;
  readonly crashWindowMs: number;
  /** Before the third start in a row; doubled for each further one. */
  readonly crashPauseMs: number;
  /** A turn of the loop that takes longer is a crash; undefined: nobody watches. */
  readonly hangLimitMs: number | undefined;
  /** The machine's watchdog resets it after that; undefined: it is left alone. */
  readonly watchdogMs: number | undefined;
  readonly watchdogDevice: string;
  readonly leftBehind: LeftBehind;
}

/** What holds without any of these options. */
export const USUAL_RECOVERY: RecoveryOptions = {
  crashLimit: 5,
  crashWindowMs: 60_000,
  crashPauseMs: 1000,
  hangLimitMs: undefined,
  watchdogMs: undefined,
  watchdogDevice: "/dev/watchdog",
  leftBehind: "adopt",
};

/** As many as are remembered: `CRASH_FIELD.times`. */
const MOST_CRASHES = 8;
const LEAST_HANG_MS = 1000;
/** Watchdogs count whole seconds, and are to be told twice in their time. */
const LEAST_WATCHDOG_MS = 2000;

type RecoveryDraft = Draft<RecoveryOptions>;
interface Faulty {
  readonly kind: "faulty";
  readonly message: string;
}
type TimeField = "crashWindowMs" | "crashPauseMs" | "hangLimitMs" | "watchdogMs";

/** In the order of the help text. */
export const RECOVERY_OPTIONS: readonly OptionRow<RecoveryDraft, Faulty>[] = [
  {
    names: ["--left-behind"],
    argument: "HOW",
    help: "what a killed manager left running: adopt (default), or stop it and start anew",
    take: (draft, word) => {
      if (word !== "adopt" && word !== "stop") {
        return faulty(`"${word}" is not a way for --left-behind: allowed are adopt, stop`);
      }
      draft.leftBehind = word;
      return undefined;
    },
  },
  {
    names: ["--crash-limit"],
    argument: "N",
    help: "give up after N crashes (1 to 8, default 5) within --crash-window",
    take: (draft, word) => {
      const crashes = /^[1-9]$/.test(word) ? Number(word) : MOST_CRASHES + 1;
      if (crashes > MOST_CRASHES) {
        return faulty(
          `"${word}" is not a number for --crash-limit: write one from 1 to ${MOST_CRASHES}`,
        );
      }
      draft.crashLimit = crashes;
      return undefined;
    },
  },
  {
    names: ["--crash-window"],
    argument: "TIME",
    help: "time (default 1m) within which --crash-limit crashes are too many",
    take: takesTime("--crash-window", "crashWindowMs", 0),
  },
  {
    names: ["--crash-pause"],
    argument: "TIME",
    help: "pause (default 1s) before the third start in a row, doubled for each further one",
    take: takesTime("--crash-pause", "crashPauseMs", 0),
  },
  {
    names: ["--hang-limit"],
    argument: "TIME",
    help: "take a manager that does not go on for TIME for a crashed one (default: never)",
    take: takesTime("--hang-limit", "hangLimitMs", LEAST_HANG_MS),
  },
  {
    names: ["--watchdog"],
    argument: "TIME",
    help: "have the machine's watchdog reset it when the manager is silent for TIME",
    take: takesTime("--watchdog", "watchdogMs", LEAST_WATCHDOG_MS),
  },
  {
    names: ["--watchdog-device"],
    argument: "PATH",
    help: "that watchdog (default /dev/watchdog)",
    take: (draft, word) => {
      draft.watchdogDevice = word;
      return undefined;
    },
  },
];

function takesTime(
  option: string,
  field: TimeField,
  leastMs: number,
): (draft: RecoveryDraft, word: string) => Faulty | undefined {
  return (draft, word) => {
    const time = parseDuration(word);
    if (time === "faulty") {
      return faulty(
        `"${word}" is not a time for ${option}: write seconds, or a number with ms, s, m or h`,
      );
    }
    if (time < leastMs) {
      return faulty(`"${word}" is too short for ${option}: at least ${leastMs / 1000}s`);
    }
    draft[field] = time;
    return undefined;
  };
}

function faulty(message: string): Faulty {
  return { kind: "faulty", message };
}
