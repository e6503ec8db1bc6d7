/**
 * Names of signals.
 */

/** With or without `SIG`; no real-time signals. undefined when the system has no such signal. */
export function signalNumber(
  signals: Readonly<Record<string, number>>,
  name: string,
): number | undefined {
  const short = name.startsWith("SIG") ? name.slice(3) : name;
  return Object.hasOwn(signals, short) ? signals[short] : undefined;
}
