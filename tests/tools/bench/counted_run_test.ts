import { readCounts } from "../../../tools/bench/counted_run.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("readCounts() adds up what was counted", () => {
  const text =
    "# started on Tue\n\n458,,instructions:u,184,100.00,,\n62,,instructions:k,184,100,,\n";
  assertEquals(readCounts(text), 520);
});

Deno.test("readCounts() has no number where the processor's counters are not to be had", () => {
  const text = "458,,instructions:u,1,100.00,,\n<not supported>,,instructions:k,0,100.00,,\n";
  assertEquals(readCounts(text), undefined);
  assertEquals(readCounts(""), undefined);
});
