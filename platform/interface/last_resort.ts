/**
 * What is done when the runtime crashes or ends without being asked to, by code of ours that does
 * without it (`native/programs/last_resort/`).
 */
import type { Fd } from "../../core/types.ts";
import type { Failure } from "./failure.ts";

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
  | { readonly kind: "exit"; readonly status: number }
  /** Its loop did not turn any more ({@linkcode LastResort.watchLoop}). */
  | { readonly kind: "hung"; readonly programCounter: bigint };

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

/** When it is tried no further. */
export interface CrashLimits {
  /** So many crashes within `withinMs` are too many: from 1 to 8. */
  readonly crashes: number;
  readonly withinMs: number;
  /** The third start in a row waits so long, each further one twice as long as the one before. */
  readonly pauseMs: number;
}

/** Somebody who notices when the loop turns no more. To be told of each wait; costs no call. */
export interface LoopWatch {
  /** What comes now may take any time: the manager has nothing to do. */
  waits(): void;
  /** It has something to do, which is to come to an end. */
  works(): void;
}

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
  /** In place of what is usual, which holds from the start of the program on. */
  limit(limits: CrashLimits): void;
  /**
   * From now on a turn of the loop that takes longer is a crash. While the manager was stopped, or
   * its machine, no time passes.
   *
   * @param limitMs Noticed after that at the earliest, and after a quarter more at the latest.
   * @returns undefined: there is nobody here who could watch.
   */
  watchLoop(limitMs: number): LoopWatch | Failure | undefined;
  /** The loop is not to turn any more, and what comes now may take its time. */
  stopWatching(): void;
  /** The machine's run is ending: after a crash that is brought to its end. */
  endMachine(how: "halt" | "poweroff" | "reboot"): void;
}
