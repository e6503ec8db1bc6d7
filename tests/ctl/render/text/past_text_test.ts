import { agoText, pastText } from "../../../../ctl/render/text/past_text.ts";
import { assertEquals, assertMatch } from "../../../assert.ts";

Deno.test("agoText() takes the largest unit of which there are two", () => {
  const seconds = [0, 0.9, 1, 2, 119, 120, 7199, 7200, 172_799, 172_800];
  assertEquals(seconds.map((second) => agoText(second * 1000)), [
    "just now",
    "just now",
    "1 s ago",
    "2 s ago",
    "119 s ago",
    "2 min ago",
    "119 min ago",
    "2 h ago",
    "47 h ago",
    "2 days ago",
  ]);
});

Deno.test("pastText() is a local time and how long ago that is", () => {
  assertMatch(pastText(5000, 0), /^19(69-12-31|70-01-01) [0-9]{2}:[0-9]{2}:55 \(5 s ago\)$/);
});
