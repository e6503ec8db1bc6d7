/**
 * The scheduler against scenarios recorded from upstream with real processes: the same events in
 * the same order, the same states, replies, launches and signals after every step.
 *
 * Scenarios that show a defect of upstream are not here: `repaired_test.ts` has them as they should
 * be.
 */
import { play } from "./play.ts";
import type { Scenario } from "./scenario.ts";

const FOLDER = new URL("./recorded/", import.meta.url);

const files = [...Deno.readDirSync(FOLDER)].map((entry) => entry.name).sort();

for (const file of files) {
  const scenarios: Scenario[] = JSON.parse(Deno.readTextFileSync(new URL(file, FOLDER)));
  for (const scenario of scenarios) {
    Deno.test(`scheduler behaves as recorded: ${scenario.name}`, () => play(scenario));
  }
}
