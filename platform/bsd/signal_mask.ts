/**
 * Signals of the manager on a system with kqueue: its filter counts signals that are ignored, so nothing need
 * be blocked and no entry program is needed.
 *
 * Source: tdsendsignal of sys/kern/kern_sig.c (FreeBSD 14) tells the filter before it looks at mask and action.
 */
import { allocate, type Block, writeWord } from "../ffi/memory.ts";
import type { BsdKernel } from "./kernel.ts";

export interface SignalMask {
  /**
   * Ignores signals whose default action would end or stop the manager. CHLD stays as it is: ignored, it would
   * let the kernel collect our children.
   */
  ignore(signals: readonly number[]): void;
  /** Default action, unblocked: as a program expects its signals. */
  restore(signal: number): void;
  /** Lets all signals through to this thread. */
  unblockAll(): void;
  /** Runs with signals blocked in this thread ("all" or the given ones), and restores the mask. */
  withBlocked<T>(signals: readonly number[] | "all", action: () => T): T;
  /** Whether this process ignores a signal. */
  isIgnored(signal: number): boolean;
  /** Signals that this process ignores: a child would inherit that. */
  ignored(): readonly number[];
}

/** The functions over a system. */
export function bsdSignalMask(kernel: BsdKernel): SignalMask {
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
  function changeMask(how: number, set: Block, previous = 0): void {
    addresses(calls.sigprocmask, how, set.address, previous, SET_BYTES, 0, 0);
  }

  function setAction(signal: number, handler: number): void {
    action.bytes.fill(0);
    writeWord(action, 0, handler);
    addresses(calls.sigaction, signal, action.address, 0, SET_BYTES, 0, 0);
  }

  function setOf(signals: readonly number[] | "all"): Block {
    if (signals === "all") return all;
    scratch.bytes.fill(0);
    for (const signal of signals) {
      const bit = signal - 1;
      scratch.bytes[bit >> 3] = (scratch.bytes[bit >> 3] as number) | (1 << (bit & 7));
    }
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
    restore: (signal) => {
      setAction(signal, 0);
      changeMask(SIG_UNBLOCK, setOf([signal]));
    },
    unblockAll: () => changeMask(SIG_UNBLOCK, all),
    withBlocked,
    isIgnored,
    ignored: () =>
      Array.from({ length: signalCalls.LAST_SIGNAL }, (_, index) => index + 1).filter(isIgnored),
  };
}
