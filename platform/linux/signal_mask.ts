/**
 * The signal mask of the calling thread, and sets of signals in memory.
 *
 * The manager lives with its signals blocked in every thread and reads them from a descriptor. The
 * runtime's threads exist before the first line of TypeScript, so only the entry program of the
 * executable can block them everywhere; from here only this thread can be reached.
 */
import { addressCalls, lastErrno } from "../ffi/library.ts";
import { allocate, type Block } from "../ffi/memory.ts";
import { SIGNAL_CALLS, SIGNALS } from "./abi.ts";
import { kernel } from "./kernel.ts";

const { SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK, SET_BYTES } = SIGNAL_CALLS;

const allSignals = allocate(SET_BYTES);
allSignals.bytes.fill(0xff);
const scratch = allocate(SET_BYTES);

/** A set as the kernel has it: bit N − 1 is signal N. */
export function signalSet(signals: readonly number[]): Block {
  const set = allocate(SET_BYTES);
  for (const signal of signals) {
    const bit = signal - 1;
    set.bytes[bit >> 3] = (set.bytes[bit >> 3] as number) | (1 << (bit & 7));
  }
  return set;
}

/** Whether a set holds a signal. */
export function hasSignal(set: Block, signal: number): boolean {
  const bit = signal - 1;
  return ((set.bytes[bit >> 3] as number) & (1 << (bit & 7))) !== 0;
}

/** Blocks the signals of a set in this thread. */
export function blockSignals(set: Block): void {
  changeMask(SIG_BLOCK, set);
  knownMask = undefined;
}

/** Clears the thread's mask: for clients, which want their signals to work as everywhere else. */
export function unblockSignals(): void {
  changeMask(SIG_UNBLOCK, allSignals);
  knownMask = undefined;
}

/** Runs with every signal of this thread blocked, and restores the mask. */
export function withSignalsBlocked<T>(action: () => T): T {
  return withMaskChanged(allSignals, action);
}

/** Runs with the signals of a set blocked too, and restores the mask. Not to be nested. */
export function withMaskChanged<T>(blocked: Block, action: () => T): T {
  const restored = presentMask();
  changeMask(SIG_BLOCK, blocked);
  try {
    return action();
  } finally {
    changeMask(SIG_SETMASK, restored);
  }
}

let knownMask: Block | undefined;

/** The thread's mask, read when it has changed: nobody but this module changes it. */
function presentMask(): Block {
  if (knownMask === undefined) {
    knownMask = allocate(SET_BYTES);
    readMask(knownMask);
  }
  return knownMask;
}

/**
 * Whether the entry program has done its work: the signals of a manager are blocked in this thread. They are
 * not under plain `deno run`, where a manager would lose signals to the runtime's threads.
 */
export function signalsBlockedByStub(): boolean {
  readMask(scratch);
  const { CHLD, TERM, INT, HUP, USR1 } = SIGNALS;
  return [CHLD, TERM, INT, HUP, USR1].every((signal) => hasSignal(scratch, signal));
}

function readMask(target: Block): void {
  const { abi } = kernel();
  const { rt_sigprocmask } = abi.calls;
  addressCalls().addresses(rt_sigprocmask, SIG_BLOCK, 0, target.address, SET_BYTES, 0, 0);
}

function changeMask(how: number, set: Block): void {
  const { buffer, abi } = kernel();
  buffer(abi.calls.rt_sigprocmask, how, set.bytes, 0, SET_BYTES, 0, 0);
}

/**
 * Lets a signal have its default action again. That of CHLD matters: where whoever started us ignores it, the kernel collects
 * children by itself, and nobody learns of their ends (waitpid(2)).
 */
export function restoreAction(signal: number): void {
  const defaultAction = allocate(SIGNAL_CALLS.ACTION_BYTES);
  const { rt_sigaction } = kernel().abi.calls;
  addressCalls().addresses(rt_sigaction, signal, defaultAction.address, 0, SET_BYTES, 0, 0);
}

/**
 * Signals that this process ignores, KILL and STOP aside: a child would inherit that. Deno ignores
 * PIPE; others come from whoever started the manager (nohup).
 */
export function readIgnoredSignals(): readonly number[] {
  return Array.from({ length: SIGNAL_CALLS.LAST_SIGNAL }, (_, index) => index + 1)
    .filter(isSignalIgnored);
}

const action = allocate(SIGNAL_CALLS.ACTION_BYTES);

/** Whether this process ignores a signal. */
export function isSignalIgnored(signal: number): boolean {
  const calls = kernel();
  const { rt_sigaction } = calls.abi.calls;
  const { addresses } = addressCalls();
  const result = addresses(rt_sigaction, signal, 0, action.address, SET_BYTES, 0, 0);
  if (result < 0) {
    throw new Error(`Cannot read the action of signal ${signal}: ${lastErrno(calls)}`);
  }
  return action.view.getBigUint64(0, true) === BigInt(SIGNAL_CALLS.SIG_IGN);
}
