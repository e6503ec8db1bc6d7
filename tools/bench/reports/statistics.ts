/** Order statistics of samples: the machine is shared, so a mean would tell of its other users. */

/**
 * The value that the given share of the samples does not exceed.
 *
 * @param share 0 to 1; 0.5 is the median, for which two middle values are averaged.
 * @throws {RangeError} Without samples.
 */
export function quantile(samples: readonly number[], share: number): number {
  if (samples.length === 0) throw new RangeError("A quantile needs at least one sample");
  const sorted = samples.toSorted((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)] as number;
  const above = sorted[Math.ceil(position)] as number;
  return below + (above - below) * (position - Math.floor(position));
}

/** @throws {RangeError} Without samples. */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}
