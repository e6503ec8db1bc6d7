/** What a child is made from, as data, and what comes of making it. Types only. */
import type { FolderKind, ProcessAttributes } from "../../core/description/contract/description.ts";
import type { Sandbox } from "../../core/sandbox/sandbox.ts";
import type { ExecStage, ExitStatus, Fd, Pid } from "../../core/types.ts";
import type { Failure } from "./failure.ts";

/** A child on its way to its program. */
export interface Launch {
  readonly kind: "launched";
  readonly pid: Pid;
  /**
   * Becomes readable when there is an outcome; the caller watches it and closes it then. Undefined:
   * there is one already.
   */
  readonly report: Fd | undefined;
  /**
   * What has come of it. Not to be asked again once it is not pending.
   *
   * @param hasEnded The child has ended and was reaped: its number may be another's.
   */
  outcome(hasEnded: boolean): LaunchOutcome;
}

export type LaunchOutcome =
  | { readonly kind: "pending" }
  /** The program runs, or the child has ended without a word (killed, perhaps). */
  | { readonly kind: "executed" }
  /** The child ends or has ended; it is still to be reaped. */
  | ExecFailed;

/** What a child could not do. */
export interface ExecFailed {
  readonly kind: "exec-failed";
  readonly stage: ExecStage;
  readonly errno: number;
  /** A sentence that says more than stage and errno. */
  readonly why?: string;
}

export type LaunchResult =
  | Launch
  /** Known without making a child. */
  | ExecFailed
  /** No child could be made. */
  | Failure;

export interface Reaped {
  readonly pid: Pid;
  readonly status: ExitStatus;
}

/** Where a child's standard descriptor leads. */
export type StandardStream =
  | { readonly kind: "null" }
  /** The manager's own descriptor of the same number (the console). */
  | { readonly kind: "inherit" }
  | { readonly kind: "descriptor"; readonly fd: Fd };

/**
 * Everything that is set up between fork and execve, as data; platform/child/calls.ts turns it into
 * calls.
 */
export interface ChildSettings {
  readonly command: readonly string[];
  /** `NAME=VALUE` each. */
  readonly environment: readonly string[];
  readonly workingDirectory: string;
  readonly standardInput: StandardStream;
  /** Output and error alike. */
  readonly standardOutput: StandardStream;
  /**
   * `none`: own session, no terminal. `foreground`: own process group in the foreground of the
   * console, a session of its own if the console has none. `shares`: own process group, not in the
   * foreground.
   */
  readonly console: "none" | "foreground" | "shares";
  readonly unmaskInterrupt: boolean;
  /** Write end of the readiness pipe and where the child gets it. */
  readonly readiness:
    | undefined
    | { readonly fd: Fd; readonly number: number }
    | { readonly fd: Fd; readonly variable: string };
  /** Passed from descriptor 3 up, with LISTEN_FDS and LISTEN_PID. */
  readonly activationSockets: readonly Fd[];
  /** Gets its own number as WATCHDOG_PID: sd_watchdog_enabled(3). */
  readonly passesWatchdogPid?: boolean;
  /** Passed with DINIT_CS_FD. */
  readonly controlSocket: Fd | undefined;
  readonly attributes: ProcessAttributes;
  /** What the child is kept from; undefined: nothing. */
  readonly sandbox?: Sandbox | undefined;
  /** Folders that are the service's own: they can be written in its box. */
  readonly ownFolders?: readonly OwnFolder[];
  /**
   * In place of an oom_score_adj that the attributes leave open. Where it cannot be set the child
   * goes on without.
   */
  readonly usualOomScore?: number | undefined;
  /** Path of cgroup.procs to enter, resolved; undefined: stay. */
  readonly cgroupProcs: string | undefined;
}

/** The setting that a folder of a service's own comes from. */
export type FolderSetting = `${FolderKind}-directory`;

/** A folder that was made for a service. */
export interface OwnFolder {
  /** Absolute. */
  readonly path: string;
  readonly line: FolderSetting;
  /** It need not be there any more. */
  readonly isOptional: boolean;
}

/**
 * How processes are made: by machine code of our own, which sets everything, or by posix_spawn(3),
 * which has terms for little of `ChildSettings`.
 */
export type ProcessMaking =
  | { readonly kind: "stub" }
  | {
    readonly kind: "posix_spawn";
    /** Why not the other way. */
    readonly why: string;
    /** Nobody asked for it, and the system is not one where nothing else is to be had. */
    readonly isFallback: boolean;
  };

/** A place for a number of 32 bits, in memory that is not on V8's heap. */
export interface NumberNote {
  readonly words: Int32Array;
  /** Its index. */
  readonly at: number;
}
