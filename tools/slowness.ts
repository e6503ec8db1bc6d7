/**
 * How slow this machine is at the moment, so that limits and pauses stretch with it: tests and
 * measurements run on machines that make processes ten times slower than others, and beside
 * other work.
 */

/** What making and ending one process takes on a quick machine with nothing else to do. */
const NOMINAL_MS = 1;
const PROCESSES = 10;
/** A limit has to end some day. */
const GREATEST = 20;

/**
 * Blocks, so that nothing of it is left when a test ends: some 10 ms, times what it returns.
 *
 * @returns 1 on a quick machine at rest, up to 20 on slower or busier ones.
 */
export function measureSlowness(): number {
  const begin = performance.now();
  for (let count = 0; count < PROCESSES; count++) {
    new Deno.Command("/bin/true", { stdin: "null" }).outputSync();
  }
  return slownessOf((performance.now() - begin) / PROCESSES);
}

/** @param processMs Time for one process. */
export function slownessOf(processMs: number): number {
  return Math.min(GREATEST, Math.max(1, processMs / NOMINAL_MS));
}
