/** A table in Markdown, padded as `deno fmt` leaves it. */

/**
 * @param cells The first line is the header.
 * @param textColumns So many columns are texts, to the left; the others numbers, to the right.
 */
export function alignedTable(cells: readonly (readonly string[])[], textColumns: number): string {
  const [header = []] = cells;
  const isText = (column: number) => column < textColumns;
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
