/**
 * The vocabulary of a child's call list: one symbolic call, its arguments, and what the manager
 * hands on.
 */
import type { ExecStage, Fd } from "../../core/types.ts";
import type { ChildSettings } from "../interface/child_settings.ts";
import type { Inheritance } from "../posix/processes/inheritance.ts";

/** An argument of a call: a number, a text, or something that the encoder finds a place for. */
export type CallArgument =
  | number
  /** NUL-terminated text; its address is passed. */
  | string
  /** 64-bit little-endian words in memory; their address is passed. */
  | { readonly kind: "words64"; readonly words: readonly (number | bigint)[] }
  /** 32-bit little-endian words in memory; their address is passed. */
  | { readonly kind: "words32"; readonly words: readonly number[] }
  /** The result of the call before, as a number. */
  | { readonly kind: "result" }
  /** The result of an earlier call of the list, as a number; nobody else takes it. */
  | { readonly kind: "result-of"; readonly call: ChildCall }
  /** As words32, but one of them, by its index, is the result of the call before. */
  | {
    readonly kind: "words32-with-result";
    readonly words: readonly number[];
    readonly index: number;
  }
  /** A filter of system calls: struct sock_fprog, which leads to these instructions. */
  | { readonly kind: "filter"; readonly instructions: Uint8Array }
  /** The address of a 32-bit word that holds the result of the call before. */
  | { readonly kind: "result-address" }
  /** Argument vector and environment of the plan. */
  | { readonly kind: "argv" }
  | { readonly kind: "environment" }
  /** Address of the value of this variable, whole as it stands in the environment. */
  | { readonly kind: "pid-text"; readonly variable: string };

/** What happens when a call fails: see the flags in `native/programs/child_list.ts`. */
export type OnFailure = "stop" | "ignore" | "ignore-missing" | "search";

/**
 * The system calls that children make, on whatever system; each system has numbers of its own for
 * those that it has.
 */
export type ChildCallName =
  | "capset"
  | "chdir"
  | "close_range"
  | "dup2"
  | "dup3"
  | "execve"
  | "fcntl"
  | "getpid"
  | "ioctl"
  | "ioprio_set"
  | "landlock_add_rule"
  | "landlock_create_ruleset"
  | "landlock_restrict_self"
  | "mkdirat"
  | "mount"
  | "mount_setattr"
  | "move_mount"
  | "open_tree"
  | "openat"
  | "prctl"
  | "prlimit64"
  | "procctl"
  | "rt_sigaction"
  | "rt_sigprocmask"
  | "sched_setscheduler"
  | "seccomp"
  | "setfsuid"
  | "setgroups"
  | "setpgid"
  | "setpriority"
  | "setresgid"
  | "setresuid"
  | "setrlimit"
  | "setsid"
  | "sigaction"
  | "sigprocmask"
  | "socket"
  | "symlinkat"
  | "umask"
  | "unlinkat"
  | "unshare"
  | "write";

/** One call of the child. `write-own-pid` is none of the kernel: the stub writes it by itself. */
export interface ChildCall {
  readonly name: ChildCallName | "write-own-pid";
  readonly arguments: readonly CallArgument[];
  /** Reported when the call fails. */
  readonly stage: ExecStage;
  readonly onFailure: OnFailure;
  /** An error that does not matter. */
  readonly forgives?: number;
  /** What the call is for, where the stage says too little. */
  readonly purpose?: CallPurpose;
  /**
   * This one and those behind it, which come together and unchanged at launch after launch: they
   * are
   * encoded once. None may have its result stored outside of them.
   */
  readonly block?: readonly ChildCall[];
}

/** A line of `[sandbox]`, and what the call is made on. */
export interface CallPurpose {
  readonly line: string;
  readonly object: string | undefined;
}

/** What a system cannot do for a child: the stage that would do it, and the error to report. */
export interface ImpossibleChild {
  readonly kind: "impossible";
  readonly stage: ExecStage;
  readonly errno: number;
  /** A sentence that says more than stage and errno. */
  readonly why?: string;
}

/**
 * A system's words for what all systems do: its numbers, and the calls that differ by more than
 * those.
 */
export interface ChildSystem {
  readonly file: Readonly<
    Record<"O_RDWR" | "O_NOCTTY" | "O_CLOEXEC" | "AT_FDCWD" | "F_SETFD", number>
  >;
  readonly terminal: Readonly<Record<"TIOCSCTTY" | "TIOCSPGRP", number>>;
  readonly signals: Readonly<Record<"INT" | "QUIT" | "TSTP" | "TTIN" | "TTOU", number>>;
  /** Makes `target` another name of `source`; the two are not equal. */
  duplicate(
    stage: ExecStage,
    source: CallArgument,
    target: number,
    ending: "closes-on-exec" | "stays",
  ): ChildCall;
  /**
   * Closes descriptors, both numbers included, as far as the system can; otherwise they are closed
   * by execve.
   */
  closeRange(first: number, last: number): readonly ChildCall[];
  /** Gives a signal its default action. */
  defaultAction(signal: number): ChildCall;
  /** Has a signal ignored, also by the program and what it starts. */
  ignoreAction(signal: number): ChildCall;
  /** Blocks these signals and no others: bit N − 1 is signal N. */
  blockOnly(mask: bigint): ChildCall;
  /**
   * Priorities, groups of processes, limits, user, capabilities.
   *
   * @param report Descriptor that must stay as it is; undefined: none.
   */
  attributeCalls(
    settings: ChildSettings,
    context: ChildContext,
    report: Fd | undefined,
  ): readonly ChildCall[] | AttributeCalls | ImpossibleChild;
}

/** Calls for a child's attributes, of which some come later than the others. */
export interface AttributeCalls {
  readonly kind: "attributes";
  readonly calls: readonly ChildCall[];
  /** Right before the program: a filter of system calls, which would refuse others. */
  readonly last: readonly ChildCall[];
}

/** What the manager knows of itself and the children inherit. */
export interface ChildContext extends Inheritance {
  readonly system: ChildSystem;
  /** Open on /dev/null for reading and writing, at least 3; undefined when there is none yet. */
  readonly nullDevice: Fd | undefined;
  /**
   * Whether descriptor 0 is the manager's controlling terminal; else a child on it makes a session.
   */
  readonly consoleHasSession: boolean;
  /** Path of the machine's console, if a child that is to have it must open it itself. */
  readonly ownConsole?: string | undefined;
  /** Signals that the manager ignores: execve would hand that on. */
  readonly ignoredSignals: readonly number[];
  /** The highest capability that the kernel knows. There are none outside Linux. */
  readonly lastCapability?: () => number;
}

/** Makes a call that must succeed. */
export function call(
  stage: ExecStage,
  name: ChildCall["name"],
  ...callArguments: readonly CallArgument[]
): ChildCall {
  return { name, arguments: callArguments, stage, onFailure: "stop" };
}

/** The same calls, to be encoded once. */
export function asBlock(calls: readonly ChildCall[]): readonly ChildCall[] {
  const block: ChildCall[] = [...calls];
  const [first] = block;
  if (first !== undefined) block[0] = { ...first, block };
  return block;
}

/** The same call with another rule for its failure. */
export function unless(onFailure: OnFailure, wanted: ChildCall): ChildCall {
  return { ...wanted, onFailure };
}
