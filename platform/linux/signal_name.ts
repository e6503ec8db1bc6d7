/**
 * Names of signals.
 */
import { SIGNALS } from "./abi.ts";

/**
 * Real-time signals are counted from what the C library leaves to programs: signal(7). musl leaves one less, but what
 * sends them to managers counts as glibc does.
 */
const RTMIN = 34;
const RTMAX = 64;

/** With or without `SIG`: the kernel's own names, and `RTMIN+N`. undefined when there is no such signal. */
export function signalNumber(name: string): number | undefined {
  const short = name.startsWith("SIG") ? name.slice(3) : name;
  if (Object.hasOwn(SIGNALS, short)) return SIGNALS[short as keyof typeof SIGNALS];
  const number = RTMIN + Number(/^RTMIN\+([1-9]\d?)$/.exec(short)?.[1] ?? NaN);
  return number <= RTMAX ? number : undefined;
}
