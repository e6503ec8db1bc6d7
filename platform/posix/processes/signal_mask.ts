/**
 * The signal mask of the calling thread, and the actions of signals.
 *
 * Linux's manager lives with its signals blocked in every thread and reads them from a descriptor.
 * The runtime's threads exist before the first line of TypeScript, so only the entry program of the
 * executable can block them everywhere; from here only this thread can be reached. With kqueue
 * nothing need be blocked: its filter counts ignored signals, which tdsendsignal of
 * sys/kern/kern_sig.c (FreeBSD 14) tells before it looks at mask and action.
 */
import { allocate, type Block, writeWord } from "../../ffi/memory.ts";
import type { PosixKernel } from "../kernel/kernel.ts";

export interface SignalMask {
  /**
   * Ignores signals whose default action would end or stop the manager. CHLD stays as it is:
   * ignored, it would let the kernel collect our children.
   */
  ignore(signals: readonly number[]): void;
  /**
   * Gives a signal its default action again. That of CHLD matters: where whoever started us ignores
   * it, the kernel collects children by itself, and nobody learns of their ends (waitpid(2)).
   */
  restoreAction(signal: number): void;
  /** Blocks signals in this thread for good. */
  block(signals: readonly number[]): void;
  /** Whether this thread blocks all of these. */
  isBlocked(signals: readonly number[]): boolean;
  unblock(signals: readonly number[]): void;
  /**
   * Lets all signals through to this thread: for clients, which want their signals to work as
   * everywhere else.
   */
  unblockAll(): void;
  /**
   * Runs with signals blocked in this thread ("all" or the given ones), and restores the mask. Not
   * to be nested.
   */
  withBlocked<T>(signals: readonly number[] | "all", action: () => T): T;
  /** Whether this process ignores a signal. */
  isIgnored(signal: number): boolean;
  /**
   * Signals that this process ignores: a child would inherit that. Deno ignores PIPE; others come
   * from whoever started the manager (nohup).
   */
  ignored(): readonly number[];
}

/** A set as kernels have it: bit N − 1 is signal N. @param bytes Size of the system's set. */
export function signalSet(signals: readonly number[], bytes: number): Block {
  const set = allocate(bytes);
  putSignals(set, signals);
  return set;
}

function putSignals(set: Block, signals: readonly number[]): void {
  for (const signal of signals) {
    const bit = signal - 1;
    set.bytes[bit >> 3] = (set.bytes[bit >> 3] as number) | (1 << (bit & 7));
  }
}

function hasSignal(set: Block, signal: number): boolean {
  const bit = signal - 1;
  return ((set.bytes[bit >> 3] as number) & (1 << (bit & 7))) !== 0;
}

/** The functions over a system. */
export function posixSignalMask(kernel: PosixKernel): SignalMask {
  const { addresses, abi, calls } = kernel;
  const { signalCalls, signals: numbers } = abi;
  const { SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK, SIG_IGN, SET_BYTES, ACTION_BYTES } = signalCalls;
  const all = allocate(SET_BYTES);
  all.bytes.fill(0xff);
  const scratch = allocate(SET_BYTES);
  const before = allocate(SET_BYTES);
  const action = allocate(ACTION_BYTES);
  const ACTIONLESS: ReadonlySet<number | undefined> = new Set([
    numbers.CHLD,
    numbers.KILL,
    numbers.STOP,
  ]);

  /** Linux's kernel wants the size of the set as last argument; the others do not look there. */
  function changeMask(how: number, set: Block | undefined, previous = 0): void {
    addresses(calls.sigprocmask, how, set?.address ?? 0, previous, SET_BYTES, 0, 0);
  }

  function setAction(signal: number, handler: number): void {
    action.bytes.fill(0);
    writeWord(action, 0, handler);
    addresses(calls.sigaction, signal, action.address, 0, SET_BYTES, 0, 0);
  }

  function setOf(signals: readonly number[] | "all"): Block {
    if (signals === "all") return all;
    scratch.bytes.fill(0);
    putSignals(scratch, signals);
    return scratch;
  }

  function withBlocked<T>(signals: readonly number[] | "all", body: () => T): T {
    changeMask(SIG_BLOCK, setOf(signals), before.address);
    try {
      return body();
    } finally {
      changeMask(SIG_SETMASK, before);
    }
  }

  /** A signal whose action the kernel does not tell (KILL and STOP on macOS) is not ignored. */
  function isIgnored(signal: number): boolean {
    const result = addresses(calls.sigaction, signal, 0, action.address, SET_BYTES, 0, 0);
    return result >= 0 && action.view.getBigUint64(0, true) === BigInt(SIG_IGN);
  }

  return {
    ignore: (signals) => {
      for (const signal of signals) if (!ACTIONLESS.has(signal)) setAction(signal, SIG_IGN);
    },
    restoreAction: (signal) => setAction(signal, 0),
    block: (signals) => changeMask(SIG_BLOCK, setOf(signals)),
    isBlocked: (signals) => {
      changeMask(SIG_BLOCK, undefined, scratch.address);
      return signals.every((signal) => hasSignal(scratch, signal));
    },
    unblock: (signals) => changeMask(SIG_UNBLOCK, setOf(signals)),
    unblockAll: () => changeMask(SIG_UNBLOCK, all),
    withBlocked,
    isIgnored,
    ignored: () =>
      Array.from({ length: signalCalls.LAST_SIGNAL }, (_, index) => index + 1).filter(isIgnored),
  };
}
