import { instant } from "../../core/types.ts";
import { Timers } from "../../daemon/timers.ts";
import { assertEquals } from "../assert.ts";

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
