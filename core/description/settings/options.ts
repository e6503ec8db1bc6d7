/** The words of the setting `options`. */
import type { ServiceType } from "../contract/description.ts";
import { ALL, RUN } from "./row.ts";
import { BY_ALL, BY_STUB, type ServedBy } from "./served_by.ts";

/** Words of `options`, in the order of the manual. */
export const OPTIONS = [
  "runs-on-console",
  "starts-on-console",
  "shares-console",
  "unmask-intr",
  "starts-rwfs",
  "starts-log",
  "pass-cs-fd",
  "start-interruptible",
  "skippable",
  "signal-process-only",
  "always-chain",
  "kill-all-on-stop",
  "no-new-privs",
] as const;

export type Option = (typeof OPTIONS)[number];

/** What each word of `options` does, on which types, and who can serve it. */
export const OPTION_TEXTS: Readonly<
  Record<
    Option,
    {
      readonly types: readonly ServiceType[];
      readonly servedBy: ServedBy;
      readonly about: string;
    }
  >
> = {
  "runs-on-console": {
    types: ALL,
    servedBy: BY_STUB,
    about: "Has the console for itself while it starts and runs. Implies starts-on-console.",
  },
  "starts-on-console": {
    types: ALL,
    servedBy: BY_STUB,
    about: "Has the console for itself until it has started.",
  },
  "shares-console": {
    types: RUN,
    servedBy: BY_STUB,
    about:
      "Has the console as standard input and output, without waiting for it or owning it; reading it from the background is an error (EIO).",
  },
  "unmask-intr": {
    types: RUN,
    servedBy: BY_ALL,
    about: "A process that owns the console can be interrupted from the keyboard.",
  },
  "starts-rwfs": {
    types: ALL,
    servedBy: BY_ALL,
    about:
      "Its start means that the root file system can be written to: the control socket and log file " +
      "are made if they are missing, and the boot is recorded in wtmp and utmp.",
  },
  "starts-log": {
    types: ALL,
    servedBy: BY_ALL,
    about: "Its start means that the system log runs, so the manager begins to log to it.",
  },
  "pass-cs-fd": {
    types: RUN,
    servedBy: BY_ALL,
    about: "Passes a connection to the manager; its descriptor number is in DINIT_CS_FD.",
  },
  "start-interruptible": {
    types: RUN,
    servedBy: BY_ALL,
    about: "A start that is no longer wanted may be broken off by INT.",
  },
  "skippable": {
    types: ["scripted"],
    servedBy: BY_ALL,
    about: "A start command that was interrupted from the keyboard counts as started.",
  },
  "signal-process-only": {
    types: RUN,
    servedBy: BY_ALL,
    about: "Signals go to the process alone and not to its process group.",
  },
  "always-chain": {
    types: ALL,
    servedBy: BY_ALL,
    about: "chain-to takes effect whenever the service has stopped.",
  },
  "kill-all-on-stop": {
    types: ["scripted", "internal"],
    servedBy: BY_ALL,
    about: "Before it stops, every process on the system gets TERM and, a second later, KILL.",
  },
  "no-new-privs": {
    types: RUN,
    servedBy: BY_STUB,
    about: "Processes cannot gain privileges by executing set-user-id programs.",
  },
};
