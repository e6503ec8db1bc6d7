/**
 * Where the scheduler differs from upstream: for each defect of `docs/differences.md` a scenario
 * that shows the right behaviour. D15, D16 and the rest of D11 are races that have tests of their
 * own.
 */
import { play } from "./play.ts";
import type { Scenario } from "./scenario.ts";

interface RepairedScenario extends Scenario {
  /** Number in `docs/differences.md`. */
  readonly defect: string;
}

const scenarios: RepairedScenario[] = JSON.parse(
  Deno.readTextFileSync(new URL("./repaired/defects.json", import.meta.url)),
);

for (const scenario of scenarios) {
  Deno.test(`scheduler repairs ${scenario.defect}: ${scenario.about}`, () => play(scenario));
}
