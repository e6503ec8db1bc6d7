/**
 * The table in Markdown, and its place in docs/benchmarks.md between two marks; the rest of that
 * page is written by people.
 */
import { advantage, formatValue, type ResultRow } from "./results.ts";

const BEGIN = "<!-- bench: begin -->";
const END = "<!-- bench: end -->";

export interface ReportSettings {
  readonly rows: readonly ResultRow[];
  /** Names in the order of the columns; ratios are to the first. */
  readonly subjects: readonly string[];
  readonly machine: string;
  /** Its load averages at the end; they tell how much else it had to do. */
  readonly load: string;
  /** Day of the run, as `2025-01-31`. */
  readonly date: string;
  readonly rounds: number;
  readonly notes: readonly string[];
  /** File of the chart, relative to the page. */
  readonly chart: string | undefined;
}

/** One line a figure; behind each peer's value, how many times better the first subject is. */
export function markdownTable(rows: readonly ResultRow[], subjects: readonly string[]): string {
  const [own = ""] = subjects;
  const header = ["Load", "Unit", ...subjects];
  const lines = rows.map((row) => [
    row.figure.title,
    row.figure.unit === "" ? "times" : row.figure.unit,
    ...subjects.map((subject) => {
      const value = row.medians.get(subject);
      if (value === undefined) return "";
      const ratio = subject === own ? undefined : advantage(row, own, subject);
      return formatValue(value) + (ratio === undefined ? "" : ` (${formatValue(ratio)} ×)`);
    }),
  ]);
  return alignedTable([header, ...lines]);
}

/** Columns padded as `deno fmt` leaves them: texts to the left, numbers to the right. */
function alignedTable(cells: readonly (readonly string[])[]): string {
  const [header = []] = cells;
  const isText = (column: number) => column < 2;
  const widths = header.map((_, column) =>
    Math.max(3, ...cells.map((line) => line[column]?.length ?? 0))
  );
  const pad = (cell: string, column: number) =>
    isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  const rule = widths.map((width, column) =>
    isText(column) ? "-".repeat(width) : "-".repeat(width - 1) + ":"
  );
  const text = (line: readonly string[]) => `| ${line.join(" | ")} |`;
  const [first = "", ...rest] = cells.map((line) => text(line.map(pad)));
  return [first, text(rule), ...rest].join("\n");
}

/** What stands between the marks. */
export function reportText(settings: ReportSettings): string {
  const { rows, subjects, machine, load, date, rounds, notes, chart } = settings;
  return [
    `Measured on ${date}: ${machine}; load averages at the end ${load}. Medians of up to ${rounds} rounds, the subjects in turn.`,
    `In brackets: how many times better ${subjects[0] ?? ""} is; below 1 it is worse.`,
    ...(chart === undefined ? [] : ["", `![How many times better than each peer](${chart})`]),
    "",
    markdownTable(rows, subjects),
    ...(notes.length === 0 ? [] : ["", ...notes.map((note) => `- ${note}`)]),
  ].join("\n");
}

/** @throws {Error} When the page has lost a mark. */
export function replaceReport(page: string, report: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) {
    throw new Error(`Cannot place the report: the page needs the lines "${BEGIN}" and "${END}"`);
  }
  return `${page.slice(0, begin + BEGIN.length)}\n\n${report}\n\n${page.slice(end)}`;
}
