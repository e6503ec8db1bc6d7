/** Medians out of series: what the table, the chart and the JSON show. */
import type { Figure, Load } from "../load.ts";
import type { Series } from "../measure.ts";
import { median } from "./statistics.ts";

/** One figure of all subjects. */
export interface ResultRow {
  readonly figure: Figure;
  /** Medians by subject's name; subjects that have none are absent. */
  readonly medians: ReadonlyMap<string, number>;
}

/** Rows in the order of the loads' figures; a figure that nobody has is left out. */
export function resultRows(
  loads: readonly Load[],
  series: readonly Series[],
): readonly ResultRow[] {
  const rows: ResultRow[] = [];
  for (const load of loads) {
    for (const figure of load.figures) {
      const medians = new Map<string, number>();
      for (const { load: name, subject, samples } of series) {
        if (name !== load.name) continue;
        const values = samples.map((sample) => sample[figure.id])
          .filter((value) => value !== undefined);
        if (values.length > 0) medians.set(subject, median(values));
      }
      if (medians.size > 0) rows.push({ figure, medians });
    }
  }
  return rows;
}

/**
 * How much better than the other one: 2 means twice as fast, or half as much.
 *
 * @returns undefined when either is missing or nothing can be divided by.
 */
export function advantage(row: ResultRow, own: string, other: string): number | undefined {
  const [ownValue, otherValue] = [row.medians.get(own), row.medians.get(other)];
  if (ownValue === undefined || otherValue === undefined) return undefined;
  const [above, below] = row.figure.better === "less"
    ? [otherValue, ownValue]
    : [ownValue, otherValue];
  return below === 0 ? undefined : above / below;
}

/** Three digits that count, with thousands set off. */
export function formatValue(value: number): string {
  const digits = value === 0 ? 0 : Math.max(0, Math.min(2, 2 - Math.floor(Math.log10(value))));
  return value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
