import type { Figure, Load } from "../../../../tools/bench/load.ts";
import { advantage, formatValue, resultRows } from "../../../../tools/bench/reports/results.ts";
import { assertEquals } from "../../../assert.ts";

const FAST: Figure = { id: "fast", title: "Fast", unit: "ms", better: "less" };
const MANY: Figure = { id: "many", title: "Many", unit: "/s", better: "more" };
const LOAD: Load = {
  name: "load",
  figures: [FAST, MANY],
  kinds: ["ours"],
  measure: () => Promise.resolve({}),
};

Deno.test("resultRows() makes the median of each figure and subject", () => {
  const series = [
    { load: "load", subject: "a", samples: [{ fast: 1 }, { fast: 9 }, { fast: 2 }], failures: [] },
    { load: "load", subject: "b", samples: [], failures: ["broken"] },
    { load: "other", subject: "a", samples: [{ fast: 100 }], failures: [] },
  ];
  assertEquals(resultRows([LOAD], series), [{ figure: FAST, medians: new Map([["a", 2]]) }]);
});

Deno.test("advantage() is over 1 when our time is less or our rate is more", () => {
  const medians = new Map([["ours", 2], ["theirs", 8]]);
  assertEquals(advantage({ figure: FAST, medians }, "ours", "theirs"), 4);
  assertEquals(advantage({ figure: MANY, medians }, "ours", "theirs"), 0.25);
});

Deno.test("advantage() of a missing value or a division by zero is undefined", () => {
  const medians = new Map([["ours", 0], ["theirs", 8]]);
  assertEquals(advantage({ figure: FAST, medians }, "ours", "nobody"), undefined);
  assertEquals(advantage({ figure: FAST, medians }, "ours", "theirs"), undefined);
});

Deno.test("formatValue() keeps three digits that count", () => {
  const texts = [0, 0.052, 1.234, 12.34, 123.4, 12_345].map(formatValue);
  assertEquals(texts, ["0", "0.05", "1.23", "12.3", "123", "12,345"]);
});
