/**
 * Deadlines: nothing in a measurement or a test may wait for ever.
 *
 * A limit is told for a quick machine at rest. Only when it is over is it found out how slow this
 * machine is at the moment, and the limit is that many times as long; so limits cost nothing as
 * long as they are kept.
 */
import { measureSlowness } from "./slowness.ts";

/** A limit that has passed on this machine. */
export interface LimitPassed {
  /** How long it was in the end, in milliseconds. */
  readonly afterMs: number;
}

/** Finds out how slow the machine is; tests give their own. */
type Measure = () => number;

/**
 * Tells when a limit has passed, stretched for this machine.
 *
 * @param signal Ends the waiting; the promise then never resolves.
 */
export async function limitPassed(
  limitMs: number,
  signal: AbortSignal,
  measure: Measure = measureSlowness,
): Promise<LimitPassed> {
  await pause(limitMs, signal);
  const stretchedMs = limitMs * measure();
  await pause(stretchedMs - limitMs, signal);
  return { afterMs: Math.round(stretchedMs) };
}

/** @throws {Error} When the promise takes longer; the text says what was waited for. */
export async function within<T>(
  limitMs: number,
  what: string,
  promise: Promise<T>,
  measure?: Measure,
): Promise<T> {
  const over = new AbortController();
  const limit = limitPassed(limitMs, over.signal, measure).then(({ afterMs }): never => {
    throw new Error(`${what} took over ${afterMs} ms`);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    over.abort();
  }
}

/** Asks until the answer is yes. For what the kernel has no event for. */
export async function until(
  limitMs: number,
  what: string,
  holds: () => boolean | Promise<boolean>,
  measure?: Measure,
): Promise<void> {
  const over = new AbortController();
  let passed: LimitPassed | undefined;
  limitPassed(limitMs, over.signal, measure).then((limit) => passed = limit);
  try {
    while (!(await holds())) {
      if (passed !== undefined) throw new Error(`${what} took over ${passed.afterMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  } finally {
    over.abort();
  }
}

/** Never resolves once the signal has come, and leaves no timer behind then. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return;
    const end = () => clearTimeout(timer);
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", end);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", end, { once: true });
  });
}
