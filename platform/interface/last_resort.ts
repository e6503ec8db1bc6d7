/**
 * What is done when the runtime crashes or ends without being asked to, by code of ours that does
 * without it (`native/programs/last_resort/`).
 */
import type { Fd } from "../../core/types.ts";

/** How the program ended that ran in this process before. */
export type CrashCause =
  | {
    readonly kind: "signal";
    readonly signal: number;
    /** A process sent it, this one included; undefined: the processor found a fault. */
    readonly sender: number | undefined;
    /** What was to be accessed, or where the fault is; 0 if another process sent the signal. */
    readonly address: bigint;
    readonly programCounter: bigint;
  }
  /** exit(3) was called. */
  | { readonly kind: "exit"; readonly status: number };

export interface LastCrash {
  readonly cause: CrashCause;
  /** How many there have been in this process. */
  readonly crashes: number;
}

export type CrashPlan =
  /** The process ends, as without all this. */
  | { readonly kind: "end" }
  /** The program is executed again, in the same process and with the same words. */
  | { readonly kind: "execute" }
  /**
   * Of a machine's first process, which stays as one that collects ended processes and ends the
   * machine's run when it is asked to. By SIGUSR1 the program is executed again.
   */
  | {
    readonly kind: "stay";
    /** All other processes are ended before that. */
    readonly startsOver: boolean;
  };

export interface LastResort {
  /** Otherwise nothing here has an effect, and a crash is the end of the process. */
  readonly isThere: boolean;
  /** undefined: this program does not run in the place of one that has crashed. */
  readonly lastCrash: LastCrash | undefined;
  /** What is done about a crash from now on. */
  plan(plan: CrashPlan): void;
  /**
   * Whether a descriptor is open in the program that is executed after a crash: one that does not
   * block. A first process that stays reads what comes in, and throws it away.
   */
  keep(fd: Fd, isKept: boolean): void;
  /** The program that is executed after a crash does not get this variable of the environment. */
  withhold(variable: string): void;
  /** The machine's run is ending: after a crash that is brought to its end. */
  endMachine(how: "halt" | "poweroff" | "reboot"): void;
}
