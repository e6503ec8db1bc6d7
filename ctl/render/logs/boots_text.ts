/** Runs of managers that a log store has lines of. */
import type { Report } from "../../interface/report.ts";
import { type Printed, told } from "../text/printed.ts";

type Boots = Extract<Report, { kind: "boots" }>;

/** One a line: how it is chosen, what it is called, from when to when. */
export function bootLines({ runs, current }: Boots): readonly Printed[] {
  const rows = runs.map(({ runId, firstMs, lastMs }, index) => ({
    choice: String(index - current),
    text: `${runId}  ${timeText(firstMs)}  ${timeText(lastMs)}`,
  }));
  const width = Math.max(...rows.map(({ choice }) => choice.length));
  return rows.map(({ choice, text }) => told(`${choice.padStart(width)}  ${text}`));
}

/** The same as data. */
export function bootsJson({ runs, current }: Boots): object {
  return runs.map(({ runId, firstMs, lastMs }, index) => ({
    boot: index - current,
    id: runId,
    first: timeText(firstMs),
    last: timeText(lastMs),
  }));
}

/** As it stands before lines: UTC. */
function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
