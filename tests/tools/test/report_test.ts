import { assertEquals } from "../../assert.ts";
import { readSkips, reportLines } from "../../../tools/test/report.ts";
import { NOTHING } from "../../../tools/test/summary.ts";

Deno.test("reportLines() adds the counts of all runs and ends with them", () => {
  const lines = reportLines(
    [{ ...NOTHING, passed: 3, failed: 1 }, { ...NOTHING, passed: 4 }],
    [],
    1,
  );
  assertEquals(lines, ["7 passed, 2 failed"]);
});

Deno.test("reportLines() lists skipped tests with their reasons", () => {
  const skips = readSkips('{"name":"boot","reason":"needs qemu-system-x86_64"}\n');
  assertEquals(reportLines([{ ...NOTHING, ignored: ["boot", "other"] }], skips, 0), [
    "2 skipped:",
    "  boot: needs qemu-system-x86_64",
    "  other: no reason is given",
    "0 passed, 0 failed",
  ]);
});
