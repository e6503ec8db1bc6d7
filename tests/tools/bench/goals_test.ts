import { goalOutcomes, isReached } from "../../../tools/bench/goals.ts";
import { goalLines, goalTable } from "../../../tools/bench/reports/goal_report.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";

const OURS = new Map(Object.entries({
  "start-1000": 110,
  "restarts": 500,
  "control-start-longest": 5.5,
  "memory-0": 20_000,
  "memory-1000": 21_400,
}));
const C = new Map(Object.entries({ "start-1000": 100, "restarts": 600 }));

function outcome(name: string, against: string) {
  const found = goalOutcomes({ ours: OURS, upstream: undefined, c: C })
    .find((goal) => goal.name === name && goal.against === against);
  assert(found !== undefined, name);
  return found;
}

Deno.test("goalOutcomes() compares with the C program's times and rates", () => {
  assertEquals(outcome("Start of 1,000 processes", "C program").value, 1.1);
  assertEquals(outcome("Time of a restart without delay", "C program").value, 1.2);
  assertEquals(isReached(outcome("Start of 1,000 processes", "C program")), true);
  assertEquals(isReached(outcome("Time of a restart without delay", "C program")), false);
});

Deno.test("goalOutcomes() takes memory and longest waits as they are", () => {
  assertEquals(outcome("Anonymous memory of a further service", "itself").value, 1433.6);
  assertEquals(isReached(outcome("Longest answer while 1,000 start", "itself")), false);
});

Deno.test("a goal of which a part was not measured is neither reached nor missed", () => {
  const start = outcome("Start of 1,000 processes", "upstream");
  assertEquals([start.value, isReached(start)], [undefined, undefined]);
});

Deno.test("goalLines() has a line for each goal that was measured", () => {
  assertEquals(
    goalLines([
      outcome("Start of 1,000 processes", "C program"),
      outcome("Start of 1,000 processes", "upstream"),
      outcome("Longest answer while 1,000 start", "itself"),
    ]),
    [
      "reached      Start of 1,000 processes, to C program: 1.10 × (at most 1.10)",
      "NOT reached  Longest answer while 1,000 start: 5.50 ms (at most 5.00)",
    ],
  );
});

Deno.test("goalTable() has those that were not measured, too", () => {
  const table = goalTable([outcome("Start of 1,000 processes", "upstream")]);
  assertIncludes(table, "not measured");
});
