/**
 * The manager dies at random points of random runs: what its successor finds is settled so that no
 * service runs twice, no process is left that nobody knows, and all invariants hold.
 */
import { generatePlan } from "../../tools/simulation/generate.ts";
import { playPlan } from "../../tools/simulation/play.ts";
import { reportPlan } from "../../tools/simulation/report.ts";
import { shrinkPlan } from "../../tools/simulation/shrink.ts";
import { assert, fail } from "../assert.ts";

const RUNS = 1500;
/** Shares of the steps in which the manager dies. */
const CRASHES = [0.02, 0.1, 0.3];

Deno.test("settlementOf() keeps every invariant when the manager dies at random points", () => {
  let deaths = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const crashes = CRASHES[seed % CRASHES.length] ?? 0;
    const plan = { ...generatePlan(seed), crashes, isKept: seed % 50 === 0 };
    const outcome = playPlan(plan, { traces: false });
    deaths += outcome.deaths;
    if (outcome.fault === undefined) continue;
    fail(`Seed ${seed}: ${outcome.fault}\n${reportPlan(shrinkPlan(plan))}`);
  }
  assert(deaths > RUNS, `only ${deaths} deaths`);
});
