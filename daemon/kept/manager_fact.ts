/** What a manager knows of itself and its machine, and does not change: one fact. */
import type { Pid } from "../../core/types.ts";
import type { KeptClock } from "../../platform/mod.ts";
import { FACT_KIND, Facts } from "./facts.ts";

/** Without it nobody can go on. */
export interface ManagerFact {
  readonly clock: KeptClock;
  /** Below which relative cgroups are. */
  readonly cgroupBase: string;
  /** The oom_score_adj that the first manager was started with, if it was changed. */
  readonly oomScore: number | undefined;
  /** Signals that are left alone. */
  readonly signals: readonly string[];
  /** Its own number. */
  readonly pid: Pid;
  /** Of the boot in which it was written, and its PIDs; undefined: the system does not tell. */
  readonly bootId: string | undefined;
}

/** As a source of facts. */
export function managerFacts(fact: ManagerFact): Facts<ManagerFact> {
  return new Facts(FACT_KIND.manager, new Map([[0, fact]]));
}
