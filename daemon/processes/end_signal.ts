/**
 * Signals that ask processes to end. A stopped process (SIGSTOP, or SIGTTIN for reading its
 * terminal from the background) would take none of them before it is continued, so CONT follows.
 */
import type { Pid } from "../../core/types.ts";
import type { Failure, Platform } from "../../platform/mod.ts";

/**
 * The kernel continues whoever gets KILL; and a service may be "ended" by a stop, or continued
 * anyway.
 */
const NEEDS_NO_CONT = ["KILL", "STOP", "CONT"];

/**
 * As `Platform.signal`, by name.
 *
 * @returns What became of the signal itself; undefined also when the system has no such signal.
 */
export function askToEnd(
  platform: Pick<Platform, "signal" | "signalNumber">,
  name: string,
  pid: Pid,
  target: "process" | "group",
): Failure | undefined {
  const number = platform.signalNumber(name);
  if (number === undefined) return undefined;
  const failure = platform.signal(pid, number, target);
  if (failure !== undefined || NEEDS_NO_CONT.includes(name)) return failure;
  const goOn = platform.signalNumber("CONT");
  // It may have ended by the signal meanwhile.
  if (goOn !== undefined) platform.signal(pid, goOn, target);
  return undefined;
}

/** TERM to every process, as `Platform.signalAll`. */
export function askAllToEnd(platform: Pick<Platform, "signalAll" | "signalNumber">): void {
  platform.signalAll(platform.signalNumber("TERM") ?? 15);
  const goOn = platform.signalNumber("CONT");
  if (goOn !== undefined) platform.signalAll(goOn);
}
