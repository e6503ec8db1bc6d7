import { type Instant, instant } from "../../../core/types.ts";
import { MESSAGE_PAUSE_MS, MessageLimit } from "../../../daemon/control/message_limit.ts";
import { assertEquals } from "../../assert.ts";

function setUp(burst?: number) {
  const clock = { now: instant(1000) as Instant };
  const lines: string[] = [];
  const limit = new MessageLimit({
    now: () => clock.now,
    log: (message) => lines.push(message),
    ...burst !== undefined && { burst },
  });
  return { clock, lines, limit };
}

Deno.test("MessageLimit tells the first message at once and has nothing to come back for", () => {
  const { lines, limit } = setUp();
  limit.log("a");
  assertEquals(lines, ["a"]);
  assertEquals(limit.dueAt, undefined);
});

Deno.test("MessageLimit tells the last of many that follow, and how many there were", () => {
  const { clock, lines, limit } = setUp();
  for (const message of ["a", "b", "c", "d"]) limit.log(message);
  assertEquals(lines, ["a"]);
  assertEquals(limit.dueAt, 1000 + MESSAGE_PAUSE_MS);
  clock.now = instant(1000 + MESSAGE_PAUSE_MS);
  limit.logHeldBack();
  assertEquals(lines, ["a", "d (the last of 3)"]);
  limit.log("e");
  assertEquals(lines.length, 2, "what was told last counts, too");
});

Deno.test("MessageLimit tells what it held back before the next message", () => {
  const { clock, lines, limit } = setUp();
  limit.log("a");
  limit.log("b");
  clock.now = instant(1000 + MESSAGE_PAUSE_MS);
  limit.log("c");
  assertEquals(lines, ["a", "b", "c"]);
});

Deno.test("MessageLimit tells as many at once as a burst has, and counts the others", () => {
  const { clock, lines, limit } = setUp(3);
  for (const message of ["a", "b", "c", "d", "e"]) limit.log(message);
  assertEquals(lines, ["a", "b", "c"]);
  clock.now = instant(1000 + MESSAGE_PAUSE_MS);
  limit.logHeldBack();
  assertEquals(lines.slice(3), ["e (the last of 2)"]);
  for (const message of ["f", "g", "h"]) limit.log(message);
  assertEquals(lines.slice(4), ["f", "g"], "what was told last counts, too");
  clock.now = instant(1000 + 3 * MESSAGE_PAUSE_MS);
  for (const message of ["i", "j", "k", "l"]) limit.log(message);
  assertEquals(lines.slice(6), ["h", "i", "j", "k"]);
});
