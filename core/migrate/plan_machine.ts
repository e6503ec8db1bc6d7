/** A machine's files → what moving it comes to. Pure: files come as functions. */
import type { ConvertFiles } from "../convert/mod.ts";
import { setOf } from "./inits.ts";
import type { Finding, InitKind, MachinePlan, PlannedFile } from "./plan.ts";
import { planDinit } from "./plan_dinit.ts";
import { planOpenrc } from "./openrc/plan_openrc.ts";
import { planSystemd } from "./systemd/plan_systemd.ts";

export interface PlanOptions {
  readonly files: ConvertFiles;
  readonly from: InitKind;
  /** Files of the set that {@linkcode setOf} names. */
  readonly set: readonly PlannedFile[];
  /** Units or scripts that count as on, whatever the machine says. */
  readonly more: readonly string[];
}

export function planMachine({ files, from, set, more }: PlanOptions): MachinePlan {
  const { items, files: planned, problems } = find(from, files, set, more);
  const sorted = [...planned].sort((a, b) => a.path < b.path ? -1 : 1);
  return { from, set: setOf(files), items, files: sorted, problems };
}

function find(
  from: InitKind,
  files: ConvertFiles,
  set: readonly PlannedFile[],
  more: readonly string[],
): Finding {
  switch (from) {
    case "systemd":
      return planSystemd(files, set, more);
    case "openrc":
      return planOpenrc(files, set, more);
    case "dinit":
      return planDinit(files, set);
  }
}
