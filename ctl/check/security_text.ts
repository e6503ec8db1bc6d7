/** Grades of services → a table, and for those that were named what would gain; or JSON. */
import { printable, printableJson } from "../../core/text/printable.ts";
import type { GradedService } from "../../core/description/mod.ts";

/** So many lines are told of a service that was named. */
const MOST_LINES = 40;

/** @param named Services that were asked for by name: of each all that would gain is told. */
export function securityText(
  services: readonly GradedService[],
  named: readonly string[],
): string {
  if (services.length === 0) return "No service here has processes.\n";
  const worstFirst = services.toSorted((a, b) => b.exposure.points - a.exposure.points);
  const rows = worstFirst.map(({ name, exposure: { points, grade, lines } }) => [
    printable(name),
    points.toFixed(1),
    grade,
    lines[0] === undefined ? "" : lines[0].advice,
  ]);
  const table = columns([["SERVICE", "EXPOSURE", "GRADE", "WOULD GAIN MOST"], ...rows]);
  const details = services.filter(({ name }) => named.includes(name)).map(detailsOf);
  return [table, ...details].join("\n");
}

function detailsOf({ name, exposure: { points, lines } }: GradedService): string {
  const head = `${printable(name)} leaves ${points.toFixed(1)} of 10 points open.`;
  if (lines.length === 0) return `${head}\n`;
  const rows = lines.slice(0, MOST_LINES)
    .map(({ points, advice }) => [`  -${points.toFixed(1)}`, advice]);
  return `${head} What would gain:\n${columns(rows)}`;
}

/** The report as a JSON text. */
export function securityJson(services: readonly GradedService[]): string {
  return printableJson({
    services: services.map(({ name, file, exposure: { points, grade, lines } }) => ({
      name,
      file,
      exposure: points,
      grade,
      best: lines[0]?.line,
      lines: lines.map(({ line, points, advice }) => ({ line, gain: points, advice })),
    })),
  });
}

/** Each column as wide as its widest text. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ").trimEnd() + "\n"
  ).join("");
}
