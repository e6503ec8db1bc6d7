import { futureText, untilText } from "../../../../ctl/render/text/until_text.ts";
import { assertEquals, assertMatch } from "../../../assert.ts";

Deno.test("untilText() takes the two largest units", () => {
  const seconds = [0, 59, 60, 61, 3600, 3661, 86_399, 86_400, 90_000, 8_640_000, -5, -7200];
  assertEquals(seconds.map((second) => untilText(second * 1_000_000)), [
    "in 0 s",
    "in 59 s",
    "in 1 min",
    "in 1 min 1 s",
    "in 1 h",
    "in 1 h 1 min",
    "in 23 h 59 min",
    "in 1 d",
    "in 1 d 1 h",
    "in 100 d",
    "5 s ago",
    "2 h ago",
  ]);
});

Deno.test("futureText() is a local time, to the second, and how long it is to that", () => {
  assertMatch(futureText(4999, 0), /^19(69-12-31|70-01-01) [0-9]{2}:[0-9]{2}:05 \(in 5 s\)$/);
});
