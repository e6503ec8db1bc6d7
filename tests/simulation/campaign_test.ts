/**
 * The scheduler under random loads: every invariant after every step, rest and shutdown at the end.
 */
import { runCampaign } from "../../tools/simulation/campaign.ts";
import { generatePlan } from "../../tools/simulation/generate.ts";
import { playPlan } from "../../tools/simulation/play.ts";
import { reportPlan } from "../../tools/simulation/report.ts";
import { shrinkPlan } from "../../tools/simulation/shrink.ts";
import { assert, assertEquals, assertNotEquals, fail } from "../assert.ts";

const RUNS = 20_000;
/** On a slow machine fewer runs must do. */
const LONGEST_MS = 40_000;
const FIRST_SEED = 1;

Deno.test("scheduler keeps its invariants in random runs", () => {
  const end = performance.now() + LONGEST_MS;
  const { runs, steps, failure } = runCampaign({
    runs: RUNS,
    firstSeed: FIRST_SEED,
    isOver: () => performance.now() > end,
  });
  if (failure !== undefined) {
    fail(`Seed ${failure.seed}: ${failure.fault}\n${reportPlan(shrinkPlan(failure.plan))}`);
  }
  assert(runs > 100 && steps > runs, `only ${runs} runs with ${steps} steps`);
});

Deno.test("generatePlan() gives the same plan for the same seed", () => {
  assertEquals(generatePlan(7), generatePlan(7));
  assertNotEquals(generatePlan(7), generatePlan(8));
});

Deno.test("playPlan() gives the same trace for the same plan", () => {
  for (let seed = 0; seed < 20; seed++) {
    const plan = generatePlan(seed);
    assertEquals(playPlan(plan, { traces: true }), playPlan(plan, { traces: true }));
  }
});

Deno.test("shrinkPlan() leaves a plan that does not fail as it is", () => {
  const plan = generatePlan(11);
  assertEquals(shrinkPlan(plan), plan);
});
