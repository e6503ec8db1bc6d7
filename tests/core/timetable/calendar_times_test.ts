import { nextMatch, readCalendar } from "../../../core/calendar/mod.ts";
import { CalendarTimes } from "../../../core/timetable/calendar_times.ts";
import { assert, assertEquals } from "../../assert.ts";
import { BERLIN, zoneOf } from "./timers.ts";

const TEXTS = ["*:0/15 Europe/Berlin", "02:30 Europe/Berlin", "Mon *-*~07/1 06:00", "1999-01-01"];

function expressions(texts: readonly string[]) {
  return texts.map((text) => {
    const read = readCalendar(text);
    assert(!("kind" in read), text);
    return read;
  });
}

Deno.test("CalendarTimes answers as a search from there does, wherever it was asked before", () => {
  const all = expressions(TEXTS);
  const times = new CalendarTimes(all, zoneOf);
  // Over both changes of the clocks, in steps forth and back that meet points and what is between.
  const steps = [0, 1, 7, 1_799_999, 900_000, -900_001, 450_000, 3_600_000, -1, 86_400_000];
  let now = Date.parse("2028-03-20T00:00:00Z");
  const end = Date.parse("2028-11-02T00:00:00Z");
  for (let step = 0; now < end; step++) {
    now += steps[step % steps.length] ?? 0;
    const found = all.map((one) => nextMatch(one, now * 1000, zoneOf(one.zone) ?? BERLIN));
    const expected = Math.min(...found.map((next) => next ?? Infinity));
    assertEquals([now, times.next(now)], [now, expected === Infinity ? undefined : expected]);
  }
});

Deno.test("CalendarTimes searches anew when the zone is another one", () => {
  let zone = zoneOf({ kind: "utc" });
  const times = new CalendarTimes(expressions(["12:00"]), () => zone);
  const midnight = Date.parse("2028-06-01T00:00:00Z");
  assertEquals(times.next(midnight), (midnight + 12 * 3_600_000) * 1000);
  zone = BERLIN;
  assertEquals(times.next(midnight), (midnight + 10 * 3_600_000) * 1000);
  zone = undefined;
  assertEquals(times.next(midnight), undefined);
});
