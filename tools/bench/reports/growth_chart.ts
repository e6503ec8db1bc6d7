/** Lines over the number of services as SVG: how what each costs changes with it. */
import { svg, svgText } from "./svg.ts";

/** One action. */
export interface GrowthLine {
  readonly name: string;
  /** Costs of a service, as a share of those with a thousand; in ascending order. */
  readonly points: readonly { readonly size: number; readonly ratio: number }[];
}

const WIDTH = 640;
const HEIGHT = 320;
const LEFT = 60;
const TOP = 50;
const PLOT_WIDTH = WIDTH - LEFT - 110;
const PLOT_HEIGHT = HEIGHT - TOP - 50;
const [LEAST_SIZE, MOST_SIZE] = [10, 50_000];
const MOST_RATIO = 2;
/** What is called flat: a fifth more than with fewer. */
const FLAT = 1.2;
const COLOURS = ["#4c78a8", "#f58518", "#54a24b", "#b279a2", "#9d755d", "#e45756"];

export function growthChart(lines: readonly GrowthLine[]): string {
  const parts = [
    svgText(8, 20, "What a service costs the manager, to the same with 1,000 services", "start"),
    `<rect x="${LEFT}" y="${y(FLAT)}" width="${PLOT_WIDTH}" height="${y(0) - y(FLAT)}" ` +
    `fill="#eef5ee"/>`,
    ...axes(),
    ...lines.flatMap((line, index) =>
      drawn(line, COLOURS[index % COLOURS.length] as string, index)
    ),
  ];
  return svg(WIDTH, HEIGHT, parts);
}

function axes(): string[] {
  const sizes = [10, 100, 1000, 10_000, 50_000];
  return [
    ...[0, 0.5, 1, FLAT, 1.5, 2].flatMap((ratio) => [
      `<line x1="${LEFT}" y1="${y(ratio)}" x2="${LEFT + PLOT_WIDTH}" y2="${y(ratio)}" ` +
      `stroke="#dddddd"/>`,
      svgText(LEFT - 6, y(ratio) + 4, String(ratio), "end"),
    ]),
    ...sizes.map((size) => svgText(x(size), HEIGHT - 28, size.toLocaleString("en"), "middle")),
    svgText(LEFT + PLOT_WIDTH / 2, HEIGHT - 8, "services", "middle"),
  ];
}

function drawn({ name, points }: GrowthLine, colour: string, place: number): string[] {
  if (points.length === 0) return [];
  const places = points.map(({ size, ratio }) => `${x(size)},${y(ratio)}`);
  const top = TOP + place * 18;
  const left = LEFT + PLOT_WIDTH + 14;
  return [
    `<polyline points="${places.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...places.map((at) => {
      const [cx, cy] = at.split(",");
      return `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`;
    }),
    `<rect x="${left}" y="${top}" width="10" height="10" fill="${colour}"/>`,
    svgText(left + 15, top + 9, name, "start"),
  ];
}

/** Logarithmic. */
function x(size: number): number {
  const share = Math.log(size / LEAST_SIZE) / Math.log(MOST_SIZE / LEAST_SIZE);
  return Math.round(LEFT + share * PLOT_WIDTH);
}

/** What is beyond is drawn at the edge; its number is in the table. */
function y(ratio: number): number {
  const bounded = Math.min(MOST_RATIO, Math.max(0, ratio));
  return Math.round(TOP + (1 - bounded / MOST_RATIO) * PLOT_HEIGHT);
}
