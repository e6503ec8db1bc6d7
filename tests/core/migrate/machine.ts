/** Machines made up of a few files, and what is planned for them. */
import { initOf, type MachinePlan, type PlanItem, planMachine } from "../../../core/migrate/mod.ts";
import type { PlannedFile } from "../../../core/migrate/mod.ts";
import { setEntries } from "../../../tools/services/composition.ts";
import { memoryFiles } from "../../ctl/convert/memory_files.ts";

/** The set as it is installed. */
export function installedSet(name: "linux" | "alpine"): readonly PlannedFile[] {
  return setEntries(name).map((entry) =>
    entry.kind === "link"
      ? { path: entry.path, content: { kind: "link", target: entry.target } }
      : {
        path: entry.path,
        content: {
          kind: "text",
          text: Deno.readTextFileSync(entry.source),
          mode: entry.mode,
        },
      }
  );
}

/** @param more Units that count as enabled. */
export function planOf(
  texts: Readonly<Record<string, string>>,
  more: readonly string[] = [],
): MachinePlan {
  const files = memoryFiles(texts);
  const from = initOf(files);
  if (from === undefined) throw new Error("no init is recognised");
  const set = installedSet("/etc/alpine-release" in texts ? "alpine" : "linux");
  return planMachine({ files, from, set, more });
}

/** The item of that name. */
export function itemOf(plan: MachinePlan, name: string): PlanItem | undefined {
  return plan.items.find((item) => item.name === name);
}

/** Text or target of a planned file; undefined: it is not planned. */
export function fileOf(plan: MachinePlan, path: string): string | undefined {
  const content = plan.files.find((file) => file.path === path)?.content;
  return content?.kind === "link" ? `-> ${content.target}` : content?.text;
}
