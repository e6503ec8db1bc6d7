import { instant } from "../../../core/types.ts";
import { Timers } from "../../../daemon/time/timers.ts";
import { assertEquals, assertThrows } from "../../assert.ts";

Deno.test("Timers run what is due, oldest first, once", () => {
  const timers = new Timers();
  const ran: string[] = [];
  timers.at(instant(20), () => ran.push("later"));
  timers.at(instant(10), () => ran.push("sooner"));
  timers.at(instant(30), () => ran.push("not yet"));
  assertEquals(timers.next(), instant(10));
  timers.runDue(instant(25));
  timers.runDue(instant(25));
  assertEquals(ran, ["sooner", "later"]);
  assertEquals(timers.next(), instant(30));
});

Deno.test("Timers run the rest at the next turn when an action throws", () => {
  const timers = new Timers();
  const done: string[] = [];
  timers.at(instant(1), () => {
    throw new Error("no");
  });
  timers.at(instant(2), () => done.push("second"));
  assertThrows(() => timers.runDue(instant(5)), /no/);
  timers.runDue(instant(5));
  assertEquals([done, timers.next()], [["second"], undefined]);
});
