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
  /** The state that it has left, if there is one: a descriptor of kept memory. */
  readonly leftState: Fd | undefined;
  /**
   * Words that outlive this program as everything here does, at first 0. Not touched by the last
   * resort itself.
   */
  readonly notes: Int32Array;
  /** What is done about a crash from now on. */
  plan(plan: CrashPlan): void;
  /** Whether a descriptor is open in the program that is executed after a crash. */
  keep(fd: Fd, isKept: boolean): void;
  /**
   * Whether a first process that stays without a manager reads what comes in over a descriptor,
   * which does not block, and throws it away.
   */
  empty(fd: Fd, isEmptied: boolean): void;
  /**
   * Where clients connect: a first process that stays without a manager ends their connections.
   * undefined: nowhere.
   */
  refuse(listener: Fd | undefined): void;
  /**
   * Descriptors that the program before this one had kept, and this one has not so far: they are
   * not kept any more, and are the caller's to close.
   */
  disown(): readonly Fd[];
  /** The state that the next program goes on with, in kept memory; undefined: none. It is kept. */
  leave(state: Fd | undefined): void;
  /** The program that is executed after a crash does not get this variable of the environment. */
  withhold(variable: string): void;
  /** The machine's run is ending: after a crash that is brought to its end. */
  endMachine(how: "halt" | "poweroff" | "reboot"): void;
}
