/** The table and the picture of the Debian machine's boots, from `loads/boots.ts`. */
import { BOOT_FIGURES, BOOTED, bootId } from "../boot/figures.ts";
import { alignedTable } from "./aligned_table.ts";
import type { Page } from "./page.ts";
import { formatValue } from "./results.ts";
import { svg, svgText } from "./svg.ts";

const BAR_HEIGHT = 16;
const LEFT = 110;
const PLOT_WIDTH = 400;
const VALUE_WIDTH = 110;
const COLOURS = ["#4c78a8", "#f58518", "#54a24b", "#9d755d"];

/** @param medians By the figures' ids. */
export function bootPage(medians: ReadonlyMap<string, number>): Page | undefined {
  const figures = BOOT_FIGURES.filter(({ id }) =>
    BOOTED.some((init) => medians.has(bootId(init.id, id)))
  );
  if (figures.length === 0) return undefined;
  const header = ["Figure", "Unit", ...BOOTED.map(({ name }) => name)];
  const lines = figures.map((figure) => [
    figure.title,
    figure.unit,
    ...BOOTED.map(({ id }) => {
      const value = medians.get(bootId(id, figure.id));
      return value === undefined ? "" : formatValue(value);
    }),
  ]);
  return { text: alignedTable([header, ...lines], 2), chart: chart(medians, figures) };
}

function chart(
  medians: ReadonlyMap<string, number>,
  figures: readonly (typeof BOOT_FIGURES)[number][],
): string {
  const parts: string[] = [];
  let top = 14;
  for (const figure of figures) {
    const values = BOOTED.map(({ id }) => medians.get(bootId(id, figure.id)));
    const most = Math.max(...values.map((value) => value ?? 0));
    parts.push(svgText(8, top + 8, `${figure.title}, ${figure.unit}`, "start"));
    top += 18;
    for (const [index, { name }] of BOOTED.entries()) {
      const value = values[index];
      if (value === undefined) continue;
      const width = Math.round(value / most * PLOT_WIDTH);
      parts.push(
        svgText(LEFT - 8, top + 11, name, "end"),
        `<rect x="${LEFT}" y="${top}" width="${width}" height="${BAR_HEIGHT - 3}" ` +
          `fill="${COLOURS[index % COLOURS.length]}"/>`,
        svgText(LEFT + width + 6, top + 11, formatValue(value), "start"),
      );
      top += BAR_HEIGHT;
    }
    top += 14;
  }
  return svg(LEFT + PLOT_WIDTH + VALUE_WIDTH, top, parts);
}
