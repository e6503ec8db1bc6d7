/**
 * Names of signals.
 */
import type { PosixAbi } from "../kernel/abi.ts";

/**
 * With or without `SIG`: the kernel's own names, and `RTMIN+N` where the system's real-time signals
 * are for programs. undefined when there is no such signal.
 */
export function signalNumber(
  { signals, realTimeSignals }: Pick<PosixAbi, "signals" | "realTimeSignals">,
  name: string,
): number | undefined {
  const short = name.startsWith("SIG") ? name.slice(3) : name;
  if (Object.hasOwn(signals, short)) return signals[short];
  if (realTimeSignals === undefined) return undefined;
  const number = realTimeSignals.first + Number(/^RTMIN\+([1-9]\d?)$/.exec(short)?.[1] ?? NaN);
  return number <= realTimeSignals.last ? number : undefined;
}
