/**
 * Ends of processes as settings name them: exit statuses, and signals by name.
 */
import type { ExitStatus } from "../types.ts";

/**
 * Signals that can end a process by what they do if nobody handles them, with the numbers they have
 * everywhere. Source: signal(7), "Signal numbering for standard signals"; FreeBSD's
 * sys/signal.h; macOS's.
 */
const SAME_EVERYWHERE = {
  "HUP": 1,
  "INT": 2,
  "QUIT": 3,
  "ILL": 4,
  "TRAP": 5,
  "ABRT": 6,
  "FPE": 8,
  "KILL": 9,
  "SEGV": 11,
  "PIPE": 13,
  "ALRM": 14,
  "TERM": 15,
  "XCPU": 24,
  "XFSZ": 25,
} as const;

/** The others. Sources: the same. */
const BY_NUMBERING = {
  linux: { "BUS": 7, "USR1": 10, "USR2": 12, "SYS": 31 },
  bsd: { "BUS": 10, "USR1": 30, "USR2": 31, "SYS": 12 },
} as const;

/** Which of the two numberings the system has: Linux's on x86 and ARM, or that of the BSDs. */
export type SignalNumbering = keyof typeof BY_NUMBERING;

/** A signal that can end a process, without `SIG`. */
export type EndingSignal = keyof typeof SAME_EVERYWHERE | keyof (typeof BY_NUMBERING)["linux"];

/** All of them. */
export const ENDING_SIGNALS: readonly EndingSignal[] = [
  ...Object.keys(SAME_EVERYWHERE) as (keyof typeof SAME_EVERYWHERE)[],
  ...Object.keys(BY_NUMBERING.linux) as (keyof (typeof BY_NUMBERING)["linux"])[],
];

/** Exit statuses from one to another: `1-255`. */
export type StatusRange = `${number}-${number}`;

/** An exit status, 0 to 255, several of them, or the signal that ended it. */
export type EndStatus = number | StatusRange | EndingSignal;

/** Whether a process ended in one of these ways. */
export function isAmong(
  statuses: readonly EndStatus[],
  exit: ExitStatus,
  numbering: SignalNumbering,
): boolean {
  switch (exit.kind) {
    case "none":
      return false;
    case "exited":
      return statuses.some((status) => hasCode(status, exit.code));
    case "signalled":
      return statuses.some((status) =>
        isSignal(status) && signalNumber(status, numbering) === exit.signal
      );
  }
}

function isSignal(status: EndStatus): status is EndingSignal {
  return typeof status === "string" && !status.includes("-");
}

function hasCode(status: EndStatus, code: number): boolean {
  if (typeof status === "number") return status === code;
  if (isSignal(status)) return false;
  const [first = NaN, last = NaN] = status.split("-").map(Number);
  return code >= first && code <= last;
}

function signalNumber(signal: EndingSignal, numbering: SignalNumbering): number {
  const numbers = { ...SAME_EVERYWHERE, ...BY_NUMBERING[numbering] };
  return numbers[signal];
}
