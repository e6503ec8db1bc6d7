/**
 * The picture of a boot as SVG that needs nothing beside it: colours for light and dark come from
 * the reader's preference (CSS, prefers-color-scheme), letters are the reader's own.
 */
import { printable } from "../../../core/text/printable.ts";
import type { StartReport } from "../../../core/figures/start_times.ts";
import { type Bar, type BarKind, type Chart, chartOf, type ChartRow } from "./chart_layout.ts";
import { durationText } from "../text/duration_text.ts";
import { cutTo, textWidth } from "../text/text_width.ts";

/** All lengths in pixels. */
const PLOT_WIDTH = 960;
const ROW_HEIGHT = 20;
const BAR_HEIGHT = 12;
const TOP = 96;
const BOTTOM = 36;
/** For the duration behind the last bar. */
const RIGHT = 90;
const LETTER_WIDTH = 7;
const LONGEST_NAME = 34;
/** A bar that is too short to be seen is drawn as wide as this. */
const NARROWEST_BAR = 1.5;
/** The scale is told again behind so many rows, in a row of its own. */
const ROWS_BETWEEN_SCALES = 40;
const MOST_TICKS = 12;

const LEGEND: readonly (readonly [BarKind, string])[] = [
  ["kernel", "kernel"],
  ["manager", "manager"],
  ["wait", "waits for others"],
  ["console", "waits for the console"],
  ["launch", "launch"],
  ["run", "executed, until ready"],
  ["failed", "did not come up"],
];

/** Light, then dark. Paper, ink and grey first; then the bars. */
const STYLE = `
:root { --paper: #ffffff; --ink: #1f2328; --grey: #656d76; --line: #d9dee3; --stripe: #f4f6f8;
  --kernel: #8250df; --manager: #0969da; --wait: #afb8c1; --console: #bf8700; --launch: #54aeff;
  --run: #2da44e; --failed: #cf222e; --chain: #d1242f; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #0d1117; --ink: #e6edf3; --grey: #9198a1; --line: #30363d; --stripe: #161b22;
    --kernel: #a371f7; --manager: #4493f8; --wait: #57606a; --console: #d29922; --launch: #1f6feb;
    --run: #3fb950; --failed: #f85149; --chain: #ff7b72; }
}
text { font: 12px system-ui, "DejaVu Sans", sans-serif; fill: var(--ink); }
.paper { fill: var(--paper); } .stripe { fill: var(--stripe); }
.title { font-size: 16px; font-weight: 600; } .grey { fill: var(--grey); }
.end { text-anchor: end; } .middle { text-anchor: middle; }
.tick { stroke: var(--line); } .chain { stroke: var(--chain); fill: none; }
.critical { font-weight: 600; fill: var(--chain); } .moment { fill: var(--ink); }
${LEGEND.map(([kind]) => `.${kind} { fill: var(--${kind}); }`).join(" ")}
`;

/** The picture, in pieces of whole lines. */
export function* chartSvg(report: StartReport): Iterable<string> {
  const chart = chartOf(report);
  const frame = frameOf(chart);
  const { width, height } = frame;
  yield `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
    `width="${width}" height="${height}" role="img">\n<title>Boot chart</title>\n` +
    `<style>${STYLE}</style>\n<rect class="paper" width="${width}" height="${height}"/>\n`;
  yield heading(chart) + legend(frame);
  yield scale(chart, frame);
  for (const [index, row] of chart.rows.entries()) yield rowText(row, index, frame);
  yield `${chainPath(chart, frame)}</svg>\n`;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  /** Left edge of the plot. */
  readonly left: number;
  /** Pixels for a millisecond. */
  readonly scale: number;
}

function frameOf({ rows, lengthMs }: Chart): Frame {
  const longest = rows.reduce((most, { name }) => Math.max(most, textWidth(shown(name))), 6);
  const left = 24 + longest * LETTER_WIDTH;
  return {
    left,
    width: left + PLOT_WIDTH + RIGHT,
    height: bottomOf(rows.length) + BOTTOM,
    scale: PLOT_WIDTH / lengthMs,
  };
}

/** Upper edge of a row. */
function topOf(index: number): number {
  return TOP + (index + Math.floor(index / ROWS_BETWEEN_SCALES)) * ROW_HEIGHT;
}

/** Lower edge of the last of so many rows. */
function bottomOf(rows: number): number {
  return rows === 0 ? TOP : topOf(rows - 1) + ROW_HEIGHT;
}

function heading({ end, rows, leftOut, beganAt }: Chart): string {
  const what = end === undefined
    ? "The boot has not ended yet"
    : `${end.name} was up after ${durationText(end.atMs)}`;
  const count = rows.filter(({ bars }) => !bars.some(isOfNoService)).length;
  const others = leftOut > 0 ? `, ${leftOut} that came later are left out` : "";
  const note = `${new Date(beganAt).toISOString().slice(0, 19)}Z: ${count} ${
    count === 1 ? "service" : "services"
  }${others}`;
  return `<text class="title" x="16" y="28">${escaped(what)}</text>\n` +
    `<text class="grey" x="16" y="46">${escaped(note)}</text>\n`;
}

function isOfNoService({ kind }: Bar): boolean {
  return kind === "kernel" || kind === "manager";
}

function legend({ left }: Frame): string {
  let text = "";
  let x = left;
  for (const [kind, words] of LEGEND) {
    const y = kind === "wait" ? 61 : 58;
    const height = kind === "wait" ? 4 : 10;
    text += `<rect class="${kind}" x="${x}" y="${y}" width="14" height="${height}"/>` +
      `<text class="grey" x="${x + 19}" y="67">${words}</text>\n`;
    x += 40 + words.length * 6.6;
  }
  return text;
}

/** Lines for round times, told above and again and again between the rows. */
function scale(chart: Chart, frame: Frame): string {
  const stepMs = tickStep(chart.lengthMs);
  const bottom = bottomOf(chart.rows.length);
  let text = "";
  for (let at = 0; at < chart.rows.length; at += 2) {
    text += `<rect class="stripe" x="0" y="${topOf(at)}" width="${frame.width}" ` +
      `height="${ROW_HEIGHT}"/>\n`;
  }
  for (let tickMs = 0; tickMs <= chart.lengthMs; tickMs += stepMs) {
    const x = px(frame.left + tickMs * frame.scale);
    text += `<line class="tick" x1="${x}" x2="${x}" y1="${TOP - 4}" y2="${bottom + 4}"/>`;
    const label = tickText(tickMs, stepMs);
    for (const y of scaleHeights(chart.rows.length)) {
      text += `<text class="grey middle" x="${x}" y="${y}">${label}</text>`;
    }
    text += "\n";
  }
  return text;
}

/** Above the first row, below the last one, and between. */
function scaleHeights(rows: number): readonly number[] {
  const heights = [TOP - 10, bottomOf(rows) + 18];
  for (let at = ROWS_BETWEEN_SCALES; at < rows; at += ROWS_BETWEEN_SCALES) {
    heights.push(topOf(at) - 6);
  }
  return heights;
}

/** 1, 2 or 5 of a power of ten, in milliseconds, so that there are no more lines than fit. */
function tickStep(lengthMs: number): number {
  for (let power = 0.001;; power *= 10) {
    for (const digit of [1, 2, 5]) {
      if (lengthMs / (digit * power) <= MOST_TICKS) return digit * power;
    }
  }
}

function tickText(tickMs: number, stepMs: number): string {
  if (stepMs >= 1000) return `${Math.round(tickMs / 1000)} s`;
  if (stepMs >= 100) return `${(tickMs / 1000).toFixed(1)} s`;
  return `${Number(tickMs.toPrecision(6))} ms`;
}

function rowText(row: ChartRow, index: number, frame: Frame): string {
  const middle = topOf(index) + ROW_HEIGHT / 2;
  const name = `<text class="end${row.isCritical ? " critical" : ""}" x="${frame.left - 8}" ` +
    `y="${middle + 4}">${escaped(shown(row.name))}</text>`;
  const bars = row.bars.map((bar) => barText(bar, middle, frame)).join("");
  const mark = row.isMoment && row.upMs !== undefined ? momentText(row.upMs, middle, frame) : "";
  const behind = behindText(row, middle, frame);
  return `<g><title>${escaped(titleOf(row))}</title>${name}${bars}${mark}${behind}</g>\n`;
}

function barText({ kind, fromMs, toMs }: Bar, middle: number, { left, scale }: Frame): string {
  const height = kind === "wait" ? 3 : BAR_HEIGHT;
  const width = Math.max(NARROWEST_BAR, (toMs - fromMs) * scale);
  return `<rect class="${kind}" x="${px(left + fromMs * scale)}" y="${px(middle - height / 2)}" ` +
    `width="${px(width)}" height="${height}"/>`;
}

/** A lozenge. */
function momentText(atMs: number, middle: number, { left, scale }: Frame): string {
  const x = px(left + atMs * scale);
  return `<path class="moment" d="M${x} ${middle - 5}l5 5-5 5-5-5z"/>`;
}

/** How long its own part took. */
function behindText(row: ChartRow, middle: number, { left, scale }: Frame): string {
  const own = row.bars.filter(({ kind }) => kind !== "wait" && kind !== "console");
  const first = own[0];
  const last = own.at(-1);
  if (row.isMoment || first === undefined || last === undefined) return "";
  const x = px(left + Math.max(last.toMs * scale, first.fromMs * scale + NARROWEST_BAR) + 5);
  const time = durationText(last.toMs - first.fromMs);
  const text = row.upMs === undefined && last.kind !== "failed" ? `${time} so far` : time;
  return `<text class="grey" x="${x}" y="${middle + 4}">${text}</text>`;
}

/** Shown by browsers when one points at the row. */
function titleOf({ name, bars, upMs }: ChartRow): string {
  const parts = bars.map(({ kind, fromMs, toMs }) =>
    `${LEGEND.find(([each]) => each === kind)?.[1] ?? kind} ${durationText(toMs - fromMs)}`
  );
  const up = upMs === undefined ? [] : [`up after ${durationText(upMs)}`];
  return `${shown(name, Infinity)}: ${[...parts, ...up].join(", ")}`;
}

/** From each service of the chain down, or up, to the one that went on by it. */
function chainPath({ steps }: Chart, { left, scale }: Frame): string {
  const lines = steps.map(({ fromRow, toRow, atMs }) => {
    const direction = toRow > fromRow ? 1 : -1;
    const from = topOf(fromRow) + ROW_HEIGHT / 2 + direction * (BAR_HEIGHT / 2);
    const to = topOf(toRow) + ROW_HEIGHT / 2 - direction * (BAR_HEIGHT / 2);
    return `M${px(left + atMs * scale)} ${px(from)}V${px(to)}`;
  });
  return lines.length === 0 ? "" : `<path class="chain" d="${lines.join("")}"/>\n`;
}

function px(length: number): number {
  return Math.round(length * 100) / 100;
}

function shown(name: string, columns = LONGEST_NAME): string {
  const text = printable(name).replaceAll("\t", " ");
  return columns === Infinity ? text : cutTo(text, columns);
}

/** Source: XML 1.0, 2.4; two characters are no part of it at all (2.2). */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replace(/[\ufffe\uffff]/g, "\ufffd");
}
