/** A bar chart of ratios as SVG: how many times better than each peer, figure by figure. */
import { svg, svgText } from "./svg.ts";
import { advantage, formatValue, type ResultRow } from "./results.ts";

const LABEL_WIDTH = 330;
const PLOT_WIDTH = 430;
const VALUE_WIDTH = 60;
const BAR_HEIGHT = 14;
const GAP = 10;
const TOP = 70;
/** Ratios beyond are cut there; their number is written out. */
const MOST = 32;
const COLOURS = ["#4c78a8", "#f58518", "#54a24b", "#b279a2", "#9d755d"];

/**
 * Draws the chart; the axis is logarithmic, with "the same" in the middle.
 *
 * @param subjects Names; the first is compared with each of the others.
 */
export function ratioChart(rows: readonly ResultRow[], subjects: readonly string[]): string {
  const [own = "", ...peers] = subjects;
  const parts: string[] = [];
  let top = TOP;
  for (const row of rows) {
    const bars = peers.flatMap((peer, index) => {
      const ratio = advantage(row, own, peer);
      return ratio === undefined ? [] : [{ ratio, colour: colourOf(index) }];
    });
    if (bars.length === 0) continue;
    const middle = top + (bars.length * BAR_HEIGHT) / 2 + 4;
    parts.push(svgText(LABEL_WIDTH - 8, middle, row.figure.title, "end"));
    for (const { ratio, colour } of bars) {
      parts.push(bar(top, ratio, colour));
      top += BAR_HEIGHT;
    }
    top += GAP;
  }
  const width = LABEL_WIDTH + PLOT_WIDTH + VALUE_WIDTH;
  return svg(width, top, [
    svgText(8, 20, `How many times better ${own} is (below 1: worse)`, "start"),
    ...legend(peers),
    ...axis(top),
    ...parts,
  ]);
}

function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length] as string;
}

function legend(peers: readonly string[]): string[] {
  return peers.flatMap((peer, index) => {
    const left = 8 + index * 140;
    return [
      `<rect x="${left}" y="30" width="10" height="10" fill="${colourOf(index)}"/>`,
      svgText(left + 15, 39, peer, "start"),
    ];
  });
}

function axis(bottom: number): string[] {
  const marks = [1 / MOST, 1 / 4, 1 / 2, 1, 2, 4, MOST];
  return marks.flatMap((ratio) => {
    const x = position(ratio);
    const colour = ratio === 1 ? "#333333" : "#dddddd";
    return [
      `<line x1="${x}" y1="${TOP - 8}" x2="${x}" y2="${bottom}" stroke="${colour}"/>`,
      svgText(x, TOP - 12, ratio < 1 ? `1/${1 / ratio}` : String(ratio), "middle"),
    ];
  });
}

function bar(top: number, ratio: number, colour: string): string {
  const [from, to] = [position(1), position(ratio)];
  const [left, width] = [Math.min(from, to), Math.max(1, Math.abs(to - from))];
  return [
    `<rect x="${left.toFixed(1)}" y="${top}" width="${width.toFixed(1)}" ` +
    `height="${BAR_HEIGHT - 3}" fill="${colour}"/>`,
    svgText(Math.max(from, to) + 4, top + BAR_HEIGHT - 5, `${formatValue(ratio)} ×`, "start"),
  ].join("\n");
}

/** Place on the logarithmic axis. */
function position(ratio: number): number {
  const bounded = Math.min(MOST, Math.max(1 / MOST, ratio));
  const share = (Math.log2(bounded) / Math.log2(MOST) + 1) / 2;
  return Math.round(LABEL_WIDTH + share * PLOT_WIDTH);
}
