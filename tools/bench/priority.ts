/** Programs of the benchmark that must not wait for a processor, because they note times. */

/**
 * Words to put before a command, so that it goes before whatever else runs: as root, else none.
 *
 * @param level The manager prefers launches at 1; above it, what counts is when it acts.
 */
export function atOnce(level: 2 | 3): readonly string[] {
  return Deno.uid() === 0 ? ["/usr/bin/chrt", "--fifo", String(level)] : [];
}
