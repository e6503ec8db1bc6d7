/** Puts the tables of what was run where into docs/platforms.md, between marks. */
import type { MemoryFigure, PlatformResults, PlatformRun } from "./results.ts";

/** In the repository. */
export const PLATFORMS_PAGE = "docs/platforms.md";

const MARKS = {
  runs: [
    "<!-- Machines: written by `npm test -- --write-platforms`. -->",
    "<!-- End of machines. -->",
  ],
  memory: [
    "<!-- Memory: written by `npm test -- --long --write-platforms`. -->",
    "<!-- End of memory. -->",
  ],
} as const;

/**
 * @returns The page with the tables of these results.
 * @throws {Error} When a mark is missing.
 */
export function withPlatformTables(page: string, { runs, memory }: PlatformResults): string {
  const withRuns = between(page, MARKS.runs, [runTable(runs), runList(runs)].join("\n\n"));
  return between(withRuns, MARKS.memory, memoryTable(memory));
}

function between(
  page: string,
  [begin, end]: readonly [string, string],
  text: string,
): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The page lacks "${begin}" or, after it, "${end}"`);
  return `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`;
}

function runTable(runs: readonly PlatformRun[]): string {
  return table(
    ["System", "Processor", "Kernel", "C library", "On", "When"],
    runs.map((run) => [
      ...[run.system, run.processor, run.kernel, run.cLibrary, run.machine, run.date],
    ]),
  );
}

/** Systems with which the same was done stand together. */
function runList(runs: readonly PlatformRun[]): string {
  const groups = new Map<string, PlatformRun[]>();
  for (const run of runs) {
    const what = run.ran.join("; ");
    groups.set(what, [...groups.get(what) ?? [], run]);
  }
  return [...groups].map(([what, same]) => {
    const who = same.map(({ system, processor }) => `${system} on ${processor}`).join(", ");
    return `- ${who}: ${what}.`;
  }).join("\n");
}

function memoryTable(memory: readonly MemoryFigure[]): string {
  return table(
    ["System", "Processor", "Kernel", "Swap", "Login", "`dinitctl list`", "When"],
    memory.map((figure) => [
      figure.id,
      figure.processor,
      figure.kernel,
      figure.swapMiB === 0 ? "none" : `${figure.swapMiB} MiB`,
      `${figure.loginMiB} MiB`,
      `${figure.listMiB} MiB`,
      figure.date,
    ]),
  );
}

function table(header: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [row(header), row(header.map(() => "---")), ...lines.map(row)].join("\n");
}
