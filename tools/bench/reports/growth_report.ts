/** The table and the picture of what a service more costs, from medians of `loads/growth.ts`. */
import {
  GROWTH_ACTIONS,
  GROWTH_SIZES,
  type GrowthAction,
  growthId,
  type GrowthUnit,
} from "../growth/actions.ts";
import { alignedTable } from "./aligned_table.ts";
import { growthChart, type GrowthLine } from "./growth_chart.ts";
import type { Page } from "./page.ts";
import { formatValue } from "./results.ts";

/** Smaller numbers of services tell nothing of it: V8's heap grows by pages of 256 kB. */
const LEAST_FOR_MEMORY = 1000;
/** Up to here what the commands for one service differ by counts. */
const LEAST_FOR_RATIO = 100;

/** @param medians By the figures' ids. */
export function growthPage(medians: ReadonlyMap<string, number>): Page | undefined {
  const sizes = GROWTH_SIZES.filter((size) => medians.has(growthId(size, "start", "µs")));
  if (sizes.length === 0) return undefined;
  const header = ["Services", ...GROWTH_ACTIONS.map((action) => `${action}, ${unitWords(action)}`)];
  const lines = sizes.map((size) => [
    size.toLocaleString("en"),
    ...GROWTH_ACTIONS.map((action) => cell(medians, size, action)),
  ]);
  const growths = GROWTH_ACTIONS.map((action) => {
    const growth = growthOf(medians, action);
    return growth === undefined ? "" : `${formatValue(growth)} ×`;
  });
  return {
    text: alignedTable([header, ...lines, ["Growth", ...growths]], 0),
    chart: growthChart(GROWTH_ACTIONS.map((action) => lineOf(medians, action))),
  };
}

/**
 * How many times more a service costs than where it costs least among fewer of them: 1 is flat.
 *
 * @returns undefined: it was measured with less than two sizes.
 */
export function growthOf(
  medians: ReadonlyMap<string, number>,
  action: GrowthAction,
): number | undefined {
  const costs = costsOf(medians, action)
    .filter(({ size }) => size >= (action === "memory" ? LEAST_FOR_MEMORY : LEAST_FOR_RATIO));
  if (costs.length < 2) return undefined;
  const growths = costs.map(({ cost }, index) =>
    cost / Math.min(...costs.slice(0, index + 1).map((other) => other.cost))
  );
  return Math.max(...growths);
}

/** In instructions where all sizes have them. */
function costsOf(
  medians: ReadonlyMap<string, number>,
  action: GrowthAction,
): readonly { readonly size: number; readonly cost: number }[] {
  const inUnit = (unit: GrowthUnit) =>
    GROWTH_SIZES.flatMap((size) => {
      const cost = medians.get(growthId(size, action, unit));
      return cost === undefined ? [] : [{ size, cost }];
    });
  if (action === "memory") return inUnit("B").filter(({ size }) => size >= LEAST_FOR_MEMORY);
  const counted = inUnit("k");
  const timed = inUnit("µs");
  return counted.length === timed.length ? counted : timed;
}

function lineOf(medians: ReadonlyMap<string, number>, action: GrowthAction): GrowthLine {
  const costs = costsOf(medians, action);
  const first = costs.find(({ size }) => size >= LEAST_FOR_MEMORY)?.cost ?? costs[0]?.cost ?? 1;
  return { name: action, points: costs.map(({ size, cost }) => ({ size, ratio: cost / first })) };
}

function unitWords(action: GrowthAction): string {
  return action === "memory" ? "bytes" : "instructions (time)";
}

function cell(medians: ReadonlyMap<string, number>, size: number, action: GrowthAction): string {
  if (action === "memory") {
    const bytes = medians.get(growthId(size, action, "B"));
    return bytes === undefined || size < LEAST_FOR_MEMORY ? "" : formatValue(bytes);
  }
  const micros = medians.get(growthId(size, action, "µs"));
  const thousands = medians.get(growthId(size, action, "k"));
  if (micros === undefined) return "";
  const time = `${formatValue(Math.max(0, micros))} µs`;
  return thousands === undefined ? time : `${formatValue(Math.max(0, thousands))} k (${time})`;
}
