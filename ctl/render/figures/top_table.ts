/**
 * `top`: what services take, one line each, under a line for the manager itself.
 *
 *     dinit: 0.3 % processor, 22 MiB, 14 descriptors                   14:03:22
 *     SERVICE    STATE      CPU %    MEMORY  TASKS    READ/s   WRITE/s  RESTARTS
 *     web        started     12.5    23 MiB      4         -    12 KiB         2
 */
import type { ScreenSize } from "../../interface/screen.ts";
import type { Report, ServiceFigures } from "../../interface/report.ts";
import { printable } from "../../../core/text/printable.ts";
import type { Usage, UsageOrder } from "../../../core/figures/usage.ts";
import { bytesText } from "../text/byte_count.ts";
import type { Paint } from "../text/colour.ts";
import { stoppedBadly } from "../text/state_text.ts";
import { cutTo, padTo, textWidth } from "../text/text_width.ts";
import { usageJson } from "./usage_text.ts";

type TopReport = Extract<Report, { readonly kind: "top" }>;

/** What a service takes now. */
interface TopRow {
  readonly name: string;
  readonly state: string;
  readonly usage: Usage;
  /** Of one processor. */
  readonly percent: number | undefined;
  readonly readRate: number | undefined;
  readonly writeRate: number | undefined;
  readonly restarts: number;
  readonly figures: ServiceFigures;
}

const NAME_COLUMNS = 32;
const HEADING_LINES = 2;

/**
 * The table's lines.
 *
 * @param size Room for it; undefined: all that there is.
 */
export function topTable(
  { services, manager, sort, size }: TopReport,
  style: { readonly paint: Paint; readonly time: string },
): readonly string[] {
  const rows = sortedRows(services, sort);
  const room = size === undefined ? rows.length : Math.max(1, size.rows - HEADING_LINES);
  const shown = rows.length <= room ? rows : rows.slice(0, room - 1);
  const nameColumns = Math.min(
    NAME_COLUMNS,
    Math.max("SERVICE".length, ...shown.map(({ name }) => textWidth(cell(name)))),
  );
  const cut = (line: string) => size === undefined ? line.trimEnd() : cutTo(line, size.columns);
  const lines = [
    headline(manager, style.time, size),
    style.paint("bold", cut(headings(nameColumns))),
    ...shown.map((row) => cut(rowText(row, nameColumns))),
  ];
  if (rows.length > shown.length) {
    lines.push(cut(`… and ${rows.length - shown.length} more; name patterns show fewer`));
  }
  return size === undefined ? lines : lines.slice(0, size.rows);
}

/** The objects of `top --json`. */
export function topJson({ services, sort }: TopReport): readonly object[] {
  return sortedRows(services, sort).map(({ name, percent, readRate, writeRate, figures }) => ({
    name,
    state: figures.status.state,
    pid: figures.status.pid === 0 ? null : figures.status.pid,
    cpuPercent: percent === undefined ? null : Math.round(percent * 100) / 100,
    readPerSecond: rounded(readRate),
    writtenPerSecond: rounded(writeRate),
    ...usageJson(figures.usage),
    secondsInState: figures.usage.inStateMs === undefined
      ? null
      : Math.round(figures.usage.inStateMs) / 1000,
    restarts: figures.usage.restarts,
  }));
}

function sortedRows(
  services: readonly ServiceFigures[],
  sort: UsageOrder,
): readonly TopRow[] {
  const rows = services.map(rowOf);
  if (sort === "name") {
    return rows.toSorted((one, other) => one.name < other.name ? -1 : 1);
  }
  const weight = WEIGHTS[sort];
  return rows.toSorted((one, other) => weight(other) - weight(one));
}

/** Of equal ones the larger is first: a table of zeros has an order, too. */
const WEIGHTS: Readonly<Record<Exclude<UsageOrder, "name">, (row: TopRow) => number>> = {
  cpu: ({ percent, usage }) => (percent ?? 0) * 1e9 + (usage.memoryBytes ?? 0) / 1e6,
  memory: ({ usage }) => usage.memoryBytes ?? 0,
  tasks: ({ usage }) => usage.tasks ?? 0,
  io: ({ readRate, writeRate }) => (readRate ?? 0) + (writeRate ?? 0),
};

function rowOf(figures: ServiceFigures): TopRow {
  const { name, status, usage, before } = figures;
  const elapsedMs = before === undefined ? 0 : usage.atMs - before.atMs;
  // Another run, or another control group, begins anew.
  const rate = (now: number | undefined, then: number | undefined) =>
    now === undefined || then === undefined || elapsedMs <= 0 || now < then
      ? undefined
      : (now - then) / elapsedMs;
  const cpu = rate(usage.cpuMs, before?.cpuMs);
  const perSecond = (perMs: number | undefined) => perMs === undefined ? undefined : perMs * 1000;
  return {
    ...{ name, usage, figures, restarts: usage.restarts },
    state: stoppedBadly(status) ? "failed" : status.state,
    percent: cpu === undefined ? undefined : cpu * 100,
    readRate: perSecond(rate(usage.readBytes, before?.readBytes)),
    writeRate: perSecond(rate(usage.writtenBytes, before?.writtenBytes)),
  };
}

function headings(nameColumns: number): string {
  return line("SERVICE", nameColumns, [
    "STATE".padEnd(8),
    ...["CPU %", "MEMORY", "TASKS", "READ/s", "WRITE/s", "RESTARTS"],
  ]);
}

function rowText(row: TopRow, nameColumns: number): string {
  const { usage } = row;
  return line(cell(row.name), nameColumns, [
    row.state.padEnd(8),
    row.percent === undefined ? "-" : row.percent.toFixed(1),
    shownBytes(usage.memoryBytes),
    usage.tasks === undefined ? "-" : String(usage.tasks),
    shownBytes(row.readRate === 0 ? undefined : row.readRate),
    shownBytes(row.writeRate === 0 ? undefined : row.writeRate),
    row.restarts === 0 ? "-" : String(row.restarts),
  ]);
}

const WIDTHS = [8, 6, 9, 6, 9, 9, 9];

function line(name: string, nameColumns: number, cells: readonly string[]): string {
  const padded = cells.map((text, index) => text.padStart(WIDTHS[index] ?? 0));
  return `${padTo(cutTo(name, nameColumns), nameColumns)}  ${padded.join("  ")}`;
}

function headline(
  manager: TopReport["manager"],
  time: string,
  size: ScreenSize | undefined,
): string {
  const parts = [
    manager.memoryBytes === undefined ? undefined : bytesText(manager.memoryBytes),
    manager.cpuMs === undefined ? undefined : `${(manager.cpuMs / 1000).toFixed(2)} s processor`,
    manager.descriptors === undefined ? undefined : `${manager.descriptors} descriptors`,
  ].filter((part) => part !== undefined);
  const text = `dinit itself: ${parts.join(", ")}`;
  if (size === undefined) return text;
  const room = size.columns - time.length - 1;
  return room < text.length ? cutTo(text, size.columns) : `${padTo(text, room)} ${time}`;
}

function shownBytes(bytes: number | undefined): string {
  return bytes === undefined ? "-" : bytesText(bytes);
}

/** Safe to show; a tab would take an unknown number of columns. */
function cell(name: string): string {
  return printable(name).replaceAll("\t", " ");
}

function rounded(rate: number | undefined): number | null {
  return rate === undefined ? null : Math.round(rate);
}
