/** `tree`: services below those that depend on them, with the kind of dependency and the state. */
import { printable } from "../../../core/text/printable.ts";
import type { TreeRow } from "../../interface/report.ts";
import type { Colour, Paint } from "../text/colour.ts";
import { stoppedBadly } from "../text/state_text.ts";

/** A line for each row. */
export function* treeLines(rows: Iterable<TreeRow>, paint: Paint): Iterable<string> {
  // By depth of the row above: what stands before the lines below it.
  const leads: string[] = [];
  for (const row of rows) {
    const lead = leads[row.depth - 1];
    if (lead === undefined) {
      leads[0] = "";
      yield `${rowText(row, paint)}\n`;
    } else {
      leads[row.depth] = lead + (row.isLast ? "   " : "│  ");
      yield `${lead}${row.isLast ? "└─ " : "├─ "}${rowText(row, paint)}\n`;
    }
  }
}

function rowText(row: TreeRow, paint: Paint): string {
  const link = row.link === undefined ? "" : paint("grey", ` ${row.link}`);
  const note = row.note === "repeated" ? paint("grey", " (see above)") : "";
  return `${paint(rowColour(row), printable(row.name))} [${stateWord(row)}]${link}${note}`;
}

function stateWord({ status, note }: TreeRow): string {
  if (note === "missing") return "no description";
  if (status === undefined) return "not loaded";
  return stoppedBadly(status) ? "failed" : status.state;
}

function rowColour({ status, note }: TreeRow): Colour {
  if (note === "missing") return "red";
  if (status === undefined) return "grey";
  if (status.state === "started") return "green";
  if (status.state !== "stopped") return "yellow";
  return stoppedBadly(status) ? "red" : "grey";
}
