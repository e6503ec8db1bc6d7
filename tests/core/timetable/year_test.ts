/** A year of a hundred timers, exact to the run. */
import { startedState, Timetable } from "../../../core/timetable/mod.ts";
import { type Instant, type ServiceId, serviceId } from "../../../core/types.ts";
import { assertEquals } from "../../assert.ts";
import { buildTimer, TestClocks, zoneOf } from "./timers.ts";

const YEAR = 2028;
const DAYS = 366;
const HOURS = DAYS * 24;
/** Zone Europe/Berlin: a day of 23 hours, and one in which an hour comes twice but counts once. */
const B = " Europe/Berlin";

/** Expressions, and how often they come in the leap year 2028, which begins with a Saturday. */
const TIMERS: readonly (readonly [calendar: string, count: number])[] = [
  ["*-*-* *:00:00", HOURS],
  [`*-*-* *:00:00${B}`, HOURS - 1],
  ["*-*-* *:00/15:00", 4 * HOURS],
  ["*-*-* 02:30:00", DAYS],
  // Not on 26 March, and once on 29 October.
  [`*-*-* 02:30:00${B}`, DAYS - 1],
  ["Mon *-*-* 00:00:00", 52],
  ["Sat,Sun *-*-* 12:00:00", 106],
  ["*-02-29 12:00:00", 1],
  ["*-*-31 23:59:59", 7],
  ["*-*~01 18:00:00", 12],
  ["Mon *-*~07/1 06:00:00", 12],
  ["*-01,04,07,10-01 00:00:01", 4],
  ["2027-*-* 00:00:00", 0],
];

Deno.test("a hundred timers run exactly as often as the year says", () => {
  const clocks = new TestClocks(`${YEAR - 1}-12-31T22:00:00Z`);
  const end = Date.parse(`${YEAR}-12-31T23:00:00Z`);
  const table = new Timetable(zoneOf);
  const services = Array.from({ length: 100 }, (_, index) => serviceId(index));
  for (const service of services) {
    const timer = buildTimer({ calendar: [timerOf(service)[0]] });
    const state = startedState(clocks, { bootedAt: clocks.now, kept: undefined });
    table.add(service, state, { timer, delayMs: 0 });
    table.ends(service, clocks, undefined);
  }
  const counts = new Map<ServiceId, number>(services.map((service) => [service, 0]));
  for (;;) {
    const next = table.next;
    if (next === undefined) break;
    clocks.advance(next - clocks.now);
    // From midnight to midnight, in either zone.
    const isLocal = (service: ServiceId) => timerOf(service)[0].endsWith(B);
    if (clocks.wallMs >= end + 3_600_000) break;
    for (const service of table.takeDue(clocks)) {
      const begin = Date.parse(`${YEAR - 1}-12-31T23:00:00Z`) + (isLocal(service) ? 0 : 3_600_000);
      const isCounted = clocks.wallMs >= begin && clocks.wallMs < begin + HOURS * 3_600_000;
      if (isCounted) counts.set(service, (counts.get(service) ?? 0) + 1);
      table.begins(service, clocks);
      table.ends(service, clocks, clocks.now as Instant);
    }
  }
  assertEquals(
    services.map((service) => [timerOf(service)[0], counts.get(service)]),
    services.map((service) => [timerOf(service)[0], timerOf(service)[1]]),
  );
});

function timerOf(service: ServiceId): readonly [calendar: string, count: number] {
  return TIMERS[service % TIMERS.length] ?? ["", 0];
}
