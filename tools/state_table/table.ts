/**
 * The table of phases: what can happen to a service in each of them, where that leads, and through
 * which rule. It is made from simulated runs (`observe.ts`) and stands in
 * `docs/design/0001-state-model.md`.
 */
import type { Phase, PhasesOf } from "../../core/service/record/phase.ts";
import type { ServiceState } from "../../core/types.ts";
import { CAUSES, LEFT_OUT } from "./causes.ts";
import type { Sighting } from "./observe.ts";

/** In the order of the columns. */
const PHASES: { readonly [State in ServiceState]: readonly PhasesOf[State][] } = {
  stopped: ["stopped"],
  starting: [
    "waiting-for-dependencies",
    "checking",
    "waiting-for-console",
    "preparing",
    "coming-up",
    "finishing",
    "coming-back",
  ],
  started: ["started"],
  stopping: [
    "up-waiting-for-dependents",
    "ended-waiting-for-dependents",
    "up-stop-due",
    "stop-due",
    "interrupted",
    "killing-all",
    "coming-down",
    "cleaning-up",
  ],
};

const TABLES: readonly (readonly Phase[])[] = [
  [...PHASES.stopped, ...PHASES.started],
  PHASES.starting,
  PHASES.stopping.slice(0, 4),
  PHASES.stopping.slice(4),
];

const ORDER: readonly (Phase | "stays")[] = TABLES.flat();

/** @returns Lines of Markdown. @throws {Error} When something was seen that has no row. */
export function phaseTables(sightings: readonly Sighting[]): string {
  const known = new Set([...CAUSES.map(({ key }) => key), ...LEFT_OUT]);
  for (const { cause } of sightings) {
    if (!known.has(cause)) throw new Error(`"${cause}" has no row in tools/state_table/causes.ts`);
  }
  return TABLES.map((phases) => table(phases, sightings)).join("\n");
}

function table(phases: readonly Phase[], sightings: readonly Sighting[]): string {
  const rows = CAUSES.flatMap(({ key, text }) => {
    const cells = phases.map((phase) =>
      cell(phase, sightings.filter(({ cause, before }) => cause === key && before === phase))
    );
    return cells.every((content) => content === IMPOSSIBLE) ? [] : [[text, ...cells]];
  });
  const lines = [["", ...phases], ["---", ...phases.map(() => "---")], ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

const IMPOSSIBLE = "–";

function cell(before: Phase, sightings: readonly Sighting[]): string {
  if (sightings.length === 0) return IMPOSSIBLE;
  const byRule = Map.groupBy(sightings, ({ rule }) => rule);
  const texts = [...byRule].flatMap(([rule, same]) => {
    if (rule === undefined) return [];
    const after = new Set<Phase | "stays">(same.map((sighting) => sighting.after));
    const words = ORDER.filter((phase) => after.has(phase) && phase !== before);
    if (after.has(before)) words.unshift("stays");
    return [`${words.join(", ")}: \`${rule}\``];
  });
  // That a rule sometimes finds nothing to do need not be said.
  return texts.length === 0 ? "ignored" : texts.toSorted().join("; ");
}
