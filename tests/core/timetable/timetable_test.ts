import type { TimerDescription } from "../../../core/description/contract/description.ts";
import {
  type KeptRuns,
  randomDelayMs,
  startedState,
  Timetable,
  wakeUp,
} from "../../../core/timetable/mod.ts";
import { type Instant, serviceId } from "../../../core/types.ts";
import { assert, assertEquals } from "../../assert.ts";
import { buildTimer, TestClocks, zoneOf } from "./timers.ts";

const JOB = serviceId(1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** One service that waits. */
function timed(
  parts: Partial<TimerDescription>,
  { clocks = new TestClocks("2026-11-30T12:00:00Z", HOUR), delayMs = 0, kept }: {
    readonly clocks?: TestClocks;
    readonly delayMs?: number;
    readonly kept?: KeptRuns;
  } = {},
) {
  const table = new Timetable(zoneOf);
  const bootedAt = clocks.now - HOUR as Instant;
  table.add(JOB, startedState(clocks, { bootedAt, kept }), {
    timer: buildTimer(parts),
    delayMs,
  });
  const isDue = table.ends(JOB, clocks, undefined);
  return { table, clocks, isDue, next: () => clocks.at(table.next) };
}

Deno.test("a point of the calendar is waited for, and then the one after it", () => {
  const { table, clocks, next } = timed({ calendar: ["*-*-* 02:00:00"] });
  assertEquals(next(), "2026-12-01T02:00:00");
  assertEquals(table.takeDue(clocks), []);
  assertEquals(table.takeDue(clocks.advance(14 * HOUR)), [JOB]);
  assertEquals(next(), undefined);
  table.begins(JOB, clocks);
  assertEquals(table.ends(JOB, clocks.advance(5 * MINUTE), undefined), false);
  assertEquals(next(), "2026-12-02T02:00:00");
  assertEquals(table.view(JOB)?.state.lastRunMs, Date.parse("2026-12-01T02:00:00Z"));
});

Deno.test("the first of several expressions counts", () => {
  const { next } = timed({ calendar: ["*-*-* 02:00:00", "*-*-* 01:00:00 Europe/Berlin"] });
  assertEquals(next(), "2026-12-01T00:00:00");
});

Deno.test("an expression in a zone that is not known never comes", () => {
  assertEquals(timed({ calendar: ["*-*-* 02:00:00 Europe/Nowhere"] }).next(), undefined);
});

Deno.test("intervals count from boot, start, begin and end", () => {
  assertEquals(timed({ afterBootMs: 90 * MINUTE }).next(), "2026-11-30T12:30:00");
  assertEquals(timed({ afterBootMs: 30 * MINUTE }).isDue, true);
  assertEquals(timed({ afterStartMs: MINUTE }).next(), "2026-11-30T12:01:00");
  const { table, clocks, next } = timed({ everyMs: 10 * MINUTE, afterEndMs: 9 * MINUTE });
  assertEquals(next(), "2026-11-30T12:09:00");
  assertEquals(table.takeDue(clocks.advance(9 * MINUTE)), [JOB]);
  table.begins(JOB, clocks);
  table.ends(JOB, clocks.advance(5 * MINUTE), clocks.now);
  assertEquals(next(), "2026-11-30T12:19:00");
});

Deno.test("after-boot and after-start come once", () => {
  const { table, clocks, next } = timed({ afterBootMs: 61 * MINUTE, afterStartMs: 2 * MINUTE });
  assertEquals(table.takeDue(clocks.advance(MINUTE)), [JOB]);
  table.begins(JOB, clocks);
  table.ends(JOB, clocks.advance(1000), undefined);
  assertEquals(next(), "2026-11-30T12:02:00");
  assertEquals(table.takeDue(clocks.advance(MINUTE)), [JOB]);
  table.begins(JOB, clocks);
  table.ends(JOB, clocks, undefined);
  assertEquals(next(), undefined);
});

Deno.test("times that pass during a run are made up for by one run, or left out", () => {
  for (const onMissed of ["run", "skip"] as const) {
    const { table, clocks, next } = timed({ calendar: ["*-*-* *:*:00"], onMissed });
    assertEquals(table.takeDue(clocks.advance(MINUTE)), [JOB]);
    table.begins(JOB, clocks);
    assertEquals(table.takeDue(clocks.advance(3 * MINUTE + 5000)), []);
    assertEquals(table.ends(JOB, clocks, undefined), onMissed === "run");
    assertEquals(next(), onMissed === "run" ? undefined : "2026-11-30T12:05:00");
  }
  const every = timed({ everyMs: MINUTE, onMissed: "skip" });
  every.table.takeDue(every.clocks.advance(MINUTE));
  every.table.begins(JOB, every.clocks);
  assertEquals(every.table.ends(JOB, every.clocks.advance(150_000), undefined), false);
  assertEquals(every.next(), "2026-11-30T12:04:00");
});

Deno.test("what was missed while nobody waited is made up for once, if it was kept", () => {
  const calendar = ["*-*-* 02:00:00"];
  const kept = { seenMs: Date.parse("2026-11-27T02:00:00Z") };
  assertEquals(timed({ calendar }).isDue, false);
  assertEquals(timed({ calendar }, { kept }).isDue, true);
  const skipping = timed({ calendar, onMissed: "skip" }, { kept });
  assertEquals([skipping.isDue, skipping.next()], [false, "2026-12-01T02:00:00"]);
  const { table, clocks, next } = timed({ calendar }, { kept });
  table.begins(JOB, clocks);
  assertEquals(table.ends(JOB, clocks, undefined), false);
  assertEquals(next(), "2026-12-01T02:00:00");
});

Deno.test("after the clock is set forward, or a sleep, one run is for all that was missed", () => {
  for (const onMissed of ["run", "skip"] as const) {
    const { table, clocks, next } = timed({ calendar: ["*-*-* *:00:00"], onMissed });
    assertEquals(
      table.recount(clocks.set("2026-12-02T08:30:00Z")),
      onMissed === "run" ? [JOB] : [],
    );
    if (onMissed === "skip") assertEquals(next(), "2026-12-02T09:00:00");
  }
});

Deno.test("a small step of the clock over a point is no miss", () => {
  const { table, clocks } = timed({ calendar: ["*-*-* *:00:00"], onMissed: "skip" });
  clocks.advance(59 * MINUTE + 58_000);
  assertEquals(table.recount(clocks.set("2026-11-30T13:00:03Z")), [JOB]);
});

Deno.test("after the clock is put back, no point comes twice, unless it was wrong by far", () => {
  const { table, clocks, next } = timed({ calendar: ["*-*-* *:00:00"] });
  table.takeDue(clocks.advance(HOUR));
  table.begins(JOB, clocks);
  table.ends(JOB, clocks, undefined);
  assertEquals(table.recount(clocks.set("2026-11-30T12:30:00Z")), []);
  assertEquals(next(), "2026-11-30T14:00:00");
  assertEquals(table.recount(clocks.set("2026-11-30T02:30:00Z")), []);
  assertEquals(next(), "2026-11-30T03:00:00");
});

Deno.test("clocks that are set do not change intervals", () => {
  const { table, clocks } = timed({ everyMs: HOUR });
  const before = table.next;
  assertEquals(table.recount(clocks.set("2031-01-01T00:00:00Z")), []);
  assertEquals(table.next, before);
});

Deno.test("the random delay is within bounds, the same for a machine, and others' is another", () => {
  const delays = Array.from({ length: 100 }, (_, index) => randomDelayMs("m", `s${index}`, 1000));
  assert(delays.every((delay) => delay >= 0 && delay < 1000));
  assert(new Set(delays).size > 80);
  assertEquals(randomDelayMs("m", "s1", 1000), delays[1]);
  assert(randomDelayMs("n", "s1", 1e6) !== randomDelayMs("m", "s1", 1e6));
  const { table, clocks, next } = timed({ calendar: ["*-*-* *:00:00"] }, { delayMs: 90 * MINUTE });
  assertEquals(next(), "2026-11-30T14:30:00");
  assertEquals(table.takeDue(clocks.advance(150 * MINUTE)), [JOB]);
  table.begins(JOB, clocks);
  table.ends(JOB, clocks, undefined);
  assertEquals(next(), "2026-11-30T15:30:00");
});

Deno.test("runs that may be late begin at one wake-up, one that is alone when it is due", () => {
  const run = (due: number, accuracyMs: number) => ({ due: due as Instant, accuracyMs });
  assertEquals(wakeUp([]), undefined);
  assertEquals(wakeUp([run(100, 60)]), 100);
  assertEquals(wakeUp([run(100, 60), run(130, 60), run(161, 60)]), 130);
  assertEquals(wakeUp([run(100, 0), run(101, 1000)]), 100);
  const table = new Timetable(zoneOf);
  const clocks = new TestClocks("2026-11-30T12:00:00Z");
  for (const [id, second] of [[1, 10], [2, 40], [3, 59]] as const) {
    const timer = buildTimer({ calendar: [`*-*-* *:*:${second}`], accuracyMs: 45_000 });
    const state = startedState(clocks, { bootedAt: clocks.now, kept: undefined });
    table.add(serviceId(id), state, { timer, delayMs: 0 });
    table.ends(serviceId(id), clocks, undefined);
  }
  assertEquals(clocks.at(table.next), "2026-11-30T12:00:40");
  assertEquals(table.takeDue(clocks.advance(40_000)), [serviceId(1), serviceId(2)]);
});
