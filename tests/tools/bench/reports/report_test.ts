import type { Figure } from "../../../../tools/bench/load.ts";
import { ratioChart } from "../../../../tools/bench/reports/chart.ts";
import { markdownTable, replaceReport } from "../../../../tools/bench/reports/report.ts";
import { assertEquals, assertIncludes, assertThrows } from "../../../assert.ts";

const FIGURE: Figure = { id: "start", title: "Start", unit: "ms", better: "less" };
const ROWS = [{ figure: FIGURE, medians: new Map([["ours", 100], ["peer", 250]]) }];

Deno.test("markdownTable() aligns the columns and adds the ratio to peers", () => {
  const table = markdownTable(ROWS, ["ours", "peer", "absent"]);
  assertEquals(table.split("\n"), [
    "| Load  | Unit | ours |         peer | absent |",
    "| ----- | ---- | ---: | -----------: | -----: |",
    "| Start | ms   |  100 | 250 (2.50 ×) |        |",
  ]);
});

Deno.test("replaceReport() leaves what is around the marks as it is", () => {
  const page = "# Title\n<!-- bench: begin -->\nold\n<!-- bench: end -->\nrest\n";
  const expected = "# Title\n<!-- bench: begin -->\n\nnew\n\n<!-- bench: end -->\nrest\n";
  assertEquals(replaceReport(page, "new"), expected);
  assertEquals(replaceReport(expected, "new"), expected);
});

Deno.test("replaceReport() finds the place of a report beside the common table by its name", () => {
  const page = "<!-- bench: begin -->\nold\n<!-- bench: end -->\n" +
    "<!-- bench growth: begin -->\nold\n<!-- bench growth: end -->\n";
  assertEquals(
    replaceReport(page, "new", "growth"),
    "<!-- bench: begin -->\nold\n<!-- bench: end -->\n" +
      "<!-- bench growth: begin -->\n\nnew\n\n<!-- bench growth: end -->\n",
  );
});

Deno.test("replaceReport() refuses a page without its marks", () => {
  assertThrows(() => replaceReport("# Title\n", "new"), /needs the lines/);
});

Deno.test("ratioChart() draws a bar for each peer that has a value", () => {
  const svg = ratioChart(ROWS, ["ours", "peer <1>", "peer"]);
  assertIncludes(svg, "2.50 ×");
  assertIncludes(svg, "peer &lt;1>");
});
