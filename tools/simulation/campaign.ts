/**
 * Many runs with one seed each, until one fails, the number is reached or the time is over.
 */
import { generatePlan } from "./generate.ts";
import type { Plan } from "./plan.ts";
import { playPlan } from "./play.ts";

export interface CampaignOptions {
  readonly runs: number;
  /** Seed of the first run; the others follow. */
  readonly firstSeed: number;
  /** Share of the steps in which the manager dies; as the plans have it, which is 0, without. */
  readonly crashes?: number;
  /** Asked now and then; true ends the campaign. */
  readonly isOver?: () => boolean;
}

export interface CampaignResult {
  readonly runs: number;
  readonly steps: number;
  readonly failure:
    | { readonly seed: number; readonly plan: Plan; readonly fault: string }
    | undefined;
}

export function runCampaign(options: CampaignOptions): CampaignResult {
  const { crashes } = options;
  let steps = 0;
  let runs = 0;
  for (; runs < options.runs; runs++) {
    if (runs % 64 === 0 && options.isOver?.() === true) break;
    const seed = options.firstSeed + runs;
    const plan = { ...generatePlan(seed), ...crashes !== undefined && { crashes } };
    const outcome = playPlan(plan, { traces: false });
    steps += outcome.steps;
    if (outcome.fault !== undefined) {
      return { runs: runs + 1, steps, failure: { seed, plan, fault: outcome.fault } };
    }
  }
  return { runs, steps, failure: undefined };
}
