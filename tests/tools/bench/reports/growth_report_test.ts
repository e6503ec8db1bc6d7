import { GROWTH_SIZES, growthId } from "../../../../tools/bench/growth/actions.ts";
import { growthOf, growthPage } from "../../../../tools/bench/reports/growth_report.ts";
import { assert, assertEquals, assertIncludes } from "../../../assert.ts";

/** Starts that take so many thousand instructions each. */
function starts(...costs: readonly number[]): ReadonlyMap<string, number> {
  return new Map(
    GROWTH_SIZES.flatMap((size, index) => [
      [growthId(size, "start", "k"), costs[index] ?? 0],
      [growthId(size, "start", "µs"), 50],
    ]),
  );
}

Deno.test("growthOf() compares each with the cheapest among fewer services, from a hundred on", () => {
  assertEquals(growthOf(starts(1, 100, 80, 100, 90), "start"), 1.25);
  assertEquals(growthOf(starts(1, 100, 80, 70, 60), "start"), 1);
});

Deno.test("growthOf() goes by time where instructions were not counted everywhere", () => {
  const medians = new Map(starts(1, 100, 80, 100, 90));
  medians.delete(growthId(1000, "start", "k"));
  assertEquals(growthOf(medians, "start"), 1);
  assertEquals(growthOf(medians, "memory"), undefined);
});

Deno.test("growthPage() has a line for each size, and a picture", () => {
  const page = growthPage(starts(1, 100, 80, 100, 90));
  assert(page !== undefined);
  assertIncludes(page.text, "100 k (50.0 µs)");
  assertIncludes(page.text, "1.25 ×");
  assertEquals(page.text.split("\n").length, 2 + GROWTH_SIZES.length + 1);
  assertIncludes(page.chart, "<polyline");
  assertEquals(growthPage(new Map()), undefined);
});
