/**
 * The table in Markdown, and its place in docs/benchmarks.md between two marks; the rest of that
 * page is written by people.
 */
import { alignedTable } from "./aligned_table.ts";
import { advantage, formatValue, type ResultRow } from "./results.ts";

/** Between which lines a report stands; the common table has no name. */
function marksOf(name: string): { readonly begin: string; readonly end: string } {
  const what = name === "" ? "bench" : `bench ${name}`;
  return { begin: `<!-- ${what}: begin -->`, end: `<!-- ${what}: end -->` };
}

/** On what and when figures were measured. */
export interface ReportWhen {
  readonly machine: string;
  /** Its load averages at the end; they tell how much else it had to do. */
  readonly load: string;
  /** Day of the run, as `2025-01-31`. */
  readonly date: string;
  readonly rounds: number;
}

export interface ReportSettings extends ReportWhen {
  readonly rows: readonly ResultRow[];
  /** Names in the order of the columns; ratios are to the first. */
  readonly subjects: readonly string[];
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
  return alignedTable([header, ...lines], 2);
}

/** The beginning of a report. */
export function measuredText({ machine, load, date, rounds }: ReportWhen): string {
  return `Measured on ${date}: ${machine}; load averages at the end ${load}. ` +
    `Medians of up to ${rounds} rounds`;
}

/** What stands between the marks. */
export function reportText(settings: ReportSettings): string {
  const { rows, subjects, notes, chart } = settings;
  return [
    `${measuredText(settings)}, the subjects in turn.`,
    `In brackets: how many times better ${subjects[0] ?? ""} is; below 1 it is worse.`,
    ...(chart === undefined ? [] : ["", `![How many times better than each peer](${chart})`]),
    "",
    markdownTable(rows, subjects),
    ...(notes.length === 0 ? [] : ["", ...notes.map((note) => `- ${note}`)]),
  ].join("\n");
}

/**
 * @param name Of a report beside the common table.
 * @throws {Error} When the page has lost a mark.
 */
export function replaceReport(page: string, report: string, name = ""): string {
  const marks = marksOf(name);
  const [begin, end] = [page.indexOf(marks.begin), page.indexOf(marks.end)];
  if (begin < 0 || end < begin) {
    const lines = `"${marks.begin}" and "${marks.end}"`;
    throw new Error(`Cannot place the report: the page needs the lines ${lines}`);
  }
  return `${page.slice(0, begin + marks.begin.length)}\n\n${report}\n\n${page.slice(end)}`;
}
