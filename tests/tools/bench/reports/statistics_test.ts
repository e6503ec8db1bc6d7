import { median, quantile } from "../../../../tools/bench/reports/statistics.ts";
import { assertEquals, assertThrows } from "../../../assert.ts";

Deno.test("median() of an odd number of samples is the middle one, whatever their order", () => {
  assertEquals(median([9, 1, 5]), 5);
});

Deno.test("median() of an even number of samples is between the middle two", () => {
  assertEquals(median([4, 1, 2, 9]), 3);
});

Deno.test("quantile() of the ends is the least and the greatest sample", () => {
  assertEquals([quantile([3, 1, 2], 0), quantile([3, 1, 2], 1)], [1, 3]);
});

Deno.test("quantile() without samples is refused", () => {
  assertThrows(() => quantile([], 0.5), /at least one sample/);
});
