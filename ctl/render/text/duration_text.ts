/** How long something takes, for people. */

/** `0 s`, `35 ms`, `1.2 s`, `12 s`, `3 min`. */
export function durationText(milliseconds: number): string {
  if (milliseconds >= 120_000) return `${Math.round(milliseconds / 60_000)} min`;
  if (milliseconds >= 10_000) return `${Math.round(milliseconds / 1000)} s`;
  if (milliseconds >= 1000) return `${Number((milliseconds / 1000).toPrecision(2))} s`;
  return milliseconds === 0 ? "0 s" : `${Math.max(1, Math.round(milliseconds))} ms`;
}
