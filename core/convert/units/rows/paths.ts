/**
 * What becomes of the section [Path]. Source: systemd.path(5).
 *
 * Nothing here watches files. But a condition asks whether there is one, and conditions are asked
 * at each run of a timer; so a path unit that waits until something is there becomes a look every
 * ten seconds. One that waits for a change has no such form: nobody knows what was there before.
 */
import { type Effect, irrelevant, lost } from "../../rows.ts";
import { type UnitContext, variableText } from "./context.ts";
import { list, lostIfTrue, lostUnless, mapped, one, type UnitRow } from "./makers.ts";

const PATH = "Path";

/** Between two looks, seconds. */
const INTERVAL = 10;

/** Directive → condition of ours. */
const CONDITIONS: Readonly<Record<string, string>> = {
  PathExists: "path-exists",
  PathExistsGlob: "path-exists-glob",
  DirectoryNotEmpty: "directory-not-empty",
};
const CHANGES = ["PathChanged", "PathModified"];

/** Whether a path unit asks for nothing but what a condition can ask. */
export function hasConditionsOnly(values: ReadonlyMap<string, readonly string[]>): boolean {
  const has = (name: string) => values.has(`${PATH}.${name}`);
  return Object.keys(CONDITIONS).some(has) && !CHANGES.some(has);
}

/** All of them at the first: one is enough, so they are alternatives. */
function looks(name: string): (value: string, context: UnitContext) => readonly Effect[] {
  return (value, context) => {
    const all = Object.keys(CONDITIONS).flatMap((each) =>
      context.all(PATH, each).map((path) => ({ each, path }))
    );
    const [first] = all;
    const later = lost(`it is looked for every ${INTERVAL} s, not noticed at once`, "little");
    if (first?.each !== name || first.path !== value) return [later];
    const conditions: string[] = [];
    for (const { each, path } of all) {
      const filled = variableText(path, context);
      if (filled.kind === "fault") return [lost(filled.why, "much")];
      conditions.push(`${CONDITIONS[each]} ${filled.text}`);
    }
    const [only] = conditions;
    const values = [conditions.length === 1 ? only ?? "" : conditions];
    return [
      { kind: "add", key: "conditions", values },
      { kind: "put", table: "timer", key: "after-start", value: 0 },
      { kind: "put", table: "timer", key: "after-end", value: INTERVAL },
      later,
    ];
  };
}

export const PATH_ROWS: readonly UnitRow[] = [
  ...Object.keys(CONDITIONS).map((name) =>
    list(
      PATH,
      name,
      mapped("`conditions` and `[timer]`: a look every 10 s; else lost", looks(name)),
    )
  ),
  ...CHANGES.map((name) =>
    list(PATH, name, lost("nothing here notices a change of files", "much"))
  ),
  one(PATH, "Unit", mapped("the table stands in its description", () => [])),
  one(PATH, "MakeDirectory", lostIfTrue("the folder must be there", "some")),
  one(
    PATH,
    "DirectoryMode",
    lostUnless(["0755", "755"], "the folder must be there", "little"),
  ),
  ...["TriggerLimitIntervalSec", "TriggerLimitBurst"].map((name) =>
    one(PATH, name, irrelevant(`a run begins ${INTERVAL} s after the last at the earliest`))
  ),
];
