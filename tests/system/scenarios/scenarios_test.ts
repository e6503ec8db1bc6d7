/**
 * The built manager with real processes against the scenarios that the scheduler alone plays in
 * `tests/scenarios`: recorded from upstream, and repaired where upstream is wrong.
 */
import type { Scenario } from "../../scenarios/scenario.ts";
import { testNeeding, tool } from "../../skip.ts";
import { playForReal } from "./stage.ts";

/** Managers at the same time: most of a scenario is waiting for rest. */
const CONCURRENT = Number(Deno.env.get("DINIT_TEST_CONCURRENT") ?? 4);

const FOLDERS = ["recorded", "repaired"];

function readScenarios(): readonly Scenario[] {
  return FOLDERS.flatMap((folder) => {
    const place = new URL(`../../scenarios/${folder}/`, import.meta.url);
    const files = [...Deno.readDirSync(place)].map((entry) => entry.name).sort();
    return files.flatMap((file): Scenario[] =>
      JSON.parse(Deno.readTextFileSync(new URL(file, place)))
    );
  });
}

const NEEDS = [
  tool("perl", await isThere("/usr/bin/perl")),
  tool("script", await isThere("/usr/bin/script")),
];

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

testNeeding("dinit behaves with real processes as the scenarios say", NEEDS, async (test) => {
  const only = Deno.env.get("DINIT_TEST_SCENARIO");
  const scenarios = readScenarios().filter(({ name }) => only === undefined || name === only);
  const queue = scenarios.values();
  const playOn = async () => {
    for (const scenario of queue) {
      await test.step({
        name: scenario.name,
        fn: () => playForReal(scenario),
        // Steps that run at the same time cannot be told apart by what they leave open.
        sanitizeExit: false,
        sanitizeOps: false,
        sanitizeResources: false,
      });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, playOn));
});
