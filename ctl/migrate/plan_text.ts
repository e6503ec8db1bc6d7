/** A plan for people, and for programs. */
import type { Change, MachinePlan, PlanItem, Standing } from "../../core/migrate/mod.ts";
import { printable, printableJson } from "../../core/text/printable.ts";

const HEADINGS: Readonly<Record<Standing, string>> = {
  set: "Taken over by our set of services:",
  converted: "Converted:",
  "by-hand": "By hand:",
  "not-needed": "Not needed:",
};

/** What needs a person first at the end, where it is seen. */
const ORDER: readonly Standing[] = ["not-needed", "set", "converted", "by-hand"];

const NAME_WIDTH = 44;

export function planText(plan: MachinePlan, changes: readonly Change[]): string {
  const blocks = ORDER.flatMap((standing) => {
    const items = plan.items.filter((item) => item.standing === standing);
    return items.length === 0 ? [] : [[HEADINGS[standing], ...items.map(itemLine)]];
  });
  const kept = keptLines(changes);
  if (kept.length > 0) blocks.push(["Stays as you have it:", ...kept]);
  const sum = ORDER.toReversed().map((standing) => {
    const count = plan.items.filter((item) => item.standing === standing).length;
    return `${count} ${standing.replace("-", " ")}`;
  });
  blocks.push([`From ${plan.from}, with the set ${plan.set}: ${sum.join(", ")}.`]);
  blocks.push([`${changesText(changes)}.`]);
  return blocks.map((block) => block.map((line) => `${printable(line)}\n`).join("")).join("\n");
}

function itemLine({ name, service, why, standing }: PlanItem): string {
  const to = service === undefined || standing === "by-hand" ? "" : ` -> ${service}`;
  return `  ${`${name}${to}`.padEnd(NAME_WIDTH)}  ${why}`;
}

const WHY_KEPT = {
  edited: "you changed it",
  removed: "you removed it",
  foreign: "it was there before",
} as const;

/** A line for each file that is not touched although the plan has it otherwise. */
export function keptLines(changes: readonly Change[]): readonly string[] {
  return changes.flatMap((change) =>
    change.kind === "keep" ? [`  ${change.path}: ${WHY_KEPT[change.why]}`] : []
  );
}

/** Counts, without an end. */
export function changesText(changes: readonly Change[]): string {
  const count = (kind: Change["kind"]): number =>
    changes.filter((change) => change.kind === kind).length;
  return `Files of /etc/dinit.d: ${count("write")} to write, ${count("replace")} to replace, ` +
    `${count("remove")} to remove, ${count("unchanged")} as they are, ${count("keep")} kept`;
}

/** Keys that have no value are left out. */
export function planJson(plan: MachinePlan, changes: readonly Change[]): string {
  const { from, set, items, problems } = plan;
  return printableJson({
    from,
    set,
    summary: Object.fromEntries(
      ORDER.map((standing) => [
        standing,
        items.filter((item) => item.standing === standing).length,
      ]),
    ),
    items,
    files: changes.map((change) => ({
      path: change.path,
      change: change.kind,
      ...change.kind === "keep" ? { why: change.why } : {},
    })),
    problems: problems.map(({ severity, message, file, line, column }) => ({
      ...{ severity, message, file, line, column },
    })),
  });
}
