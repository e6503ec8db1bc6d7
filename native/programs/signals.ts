/**
 * Signals by what they mean to a manager. Numbers: signal(7), equal on x86-64 and aarch64.
 */

const NAMED_SIGNALS = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  USR1: 10,
  USR2: 12,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  PWR: 30,
} as const;
/**
 * The real-time signals that the C library leaves to programs, by which engines ask process 1 for
 * its end.
 */
const REAL_TIME_SIGNALS = Array.from({ length: 64 - 33 }, (_, index) => 34 + index);

/**
 * Signals that are blocked: all that a manager acts on or would die of.
 *
 * Left alone: those that tell of a fault ({@link FAULT_SIGNALS}), which are delivered to the thread
 * at fault whether blocked or not; 32 and 33, which glibc uses between threads; PIPE, which the
 * runtime ignores; CONT, which must go on continuing; URG, which does nothing; KILL and STOP, which
 * cannot be blocked.
 */
export const BLOCKED_SIGNALS: readonly number[] = [
  ...Object.values(NAMED_SIGNALS),
  ...REAL_TIME_SIGNALS,
];

/** By which faults of the runtime end it: V8 by TRAP when its memory is used up, Rust by ABRT. */
export const FAULT_SIGNALS = {
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  SEGV: 11,
  SYS: 31,
} as const;

/** Those that a first process acts on although it has no manager. */
export const { INT, QUIT, USR1, TERM, CHLD, PWR, XFSZ } = NAMED_SIGNALS;
export const CONT = 18;
export const KILL = 9;
/** The first real-time signal of the C library, from which they are counted. */
export const RTMIN = 34;

/** Bytes in the kernel's set of signals; a raw call takes no other size. */
export const SIGNAL_SET_BYTES = 8;

/** A set as the kernel has it: a bit for each. */
export function signalSet(signals: readonly number[]): bigint {
  return signals.reduce((set, signal) => set | 1n << BigInt(signal - 1), 0n);
}
