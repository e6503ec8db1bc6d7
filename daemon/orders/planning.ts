/**
 * Plans for those who ask what would come of orders: the engine (`core/plan/`), a copy of the
 * scheduler, and the descriptions as they are read now.
 */
import { makePlan } from "../../core/plan/make_plan.ts";
import type { ReadDescriptions } from "../../core/plan/sources.ts";
import type { AskedOrder, Plan } from "../../core/protocol/mod.ts";
import type { Scheduler } from "../../core/schedule/scheduler.ts";
import type { Platform } from "../../platform/mod.ts";
import type { Loader } from "../descriptions/loader.ts";
import { faultTexts } from "./service_loading.ts";

export interface PlanningParts {
  readonly platform: Pick<Platform, "now">;
  readonly loader: Pick<Loader, "load" | "changeFinder">;
  readonly scheduler: Pick<Scheduler, "copy">;
}

/** Of none of them: nothing, and no copy is made for that. */
export function planFor(
  orders: readonly AskedOrder[],
  { platform, loader, scheduler }: PlanningParts,
): Plan {
  if (orders.length === 0) return NOTHING;
  return makePlan(orders, {
    copy: () => scheduler.copy(),
    now: platform.now(),
    sources: {
      read: (name, isLoaded) => readFrom(loader, name, isLoaded),
      hasChanged: loader.changeFinder(),
    },
  });
}

const NOTHING: Plan = {
  ...{ answers: [], steps: [], services: [], lacks: [], reloads: [] },
  end: "whole",
};

function readFrom(
  loader: PlanningParts["loader"],
  name: string,
  isLoaded: (name: string) => boolean,
): ReadDescriptions {
  const outcome = loader.load(name, isLoaded);
  switch (outcome.kind) {
    case "loaded":
      return { kind: "read", descriptions: outcome.descriptions, broken: outcome.broken };
    case "faulty":
      return { kind: "faulty", faults: faultTexts(outcome.problems) };
    case "not-found": {
      const where = outcome.searched.join(", ");
      return { kind: "faulty", faults: [`There is no description of "${name}" in ${where}`] };
    }
  }
}
