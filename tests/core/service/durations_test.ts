import { assert, assertEquals } from "../../assert.ts";
import { buildDescription, type DescriptionParts } from "../../builders.ts";
import { durationNumber, durationOf } from "../../../core/service/record/usual_duration.ts";
import { Driver, EXITED_0, TERMINATED } from "../schedule/driver.ts";

function driverWith(parts: DescriptionParts): Driver {
  const driver = new Driver();
  driver.load({ web: parts });
  return driver;
}

function usual(driver: Driver): readonly (number | undefined)[] {
  const { usualStartMs, usualStopMs } = driver.scheduler.history(driver.id("web"));
  return [rounded(usualStartMs), rounded(usualStopMs)];
}

/** To a thousandth part of it, as they are kept. */
function rounded(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Number(milliseconds.toPrecision(3));
}

function startIn(driver: Driver, milliseconds: number): void {
  driver.start("web");
  driver.spawned("web");
  driver.advance(milliseconds);
  driver.executed("web");
}

function stopIn(driver: Driver, milliseconds: number): void {
  driver.stop("web");
  driver.advance(milliseconds);
  driver.exited("web", TERMINATED);
}

Deno.test("history() tells how long a start and a stop took", () => {
  const driver = driverWith({ type: "process" });
  assertEquals(usual(driver), [undefined, undefined]);
  startIn(driver, 30);
  assertEquals(usual(driver), [30, undefined]);
  stopIn(driver, 500);
  assertEquals(usual(driver), [30, 500]);
});

Deno.test("history() tells a mean of the last starts and stops, the newest for a quarter", () => {
  const driver = driverWith({ type: "process" });
  for (const milliseconds of [100, 200, 100]) {
    startIn(driver, milliseconds);
    stopIn(driver, 10 * milliseconds);
  }
  assertEquals(usual(driver), [119, 1190]);
});

Deno.test("history() counts no wait for dependencies, no start that was broken off, no quiet end", () => {
  const driver = driverWith({ type: "scripted", stopCommand: ["/bin/true"] });
  driver.start("web");
  driver.spawned("web");
  driver.executed("web");
  driver.advance(40);
  driver.exited("web", EXITED_0);
  assertEquals(usual(driver), [40, undefined]);
  driver.stop("web");
  driver.spawned("web", "stop");
  driver.executed("web", "stop");
  driver.advance(70);
  driver.exited("web", EXITED_0, "stop");
  assertEquals(usual(driver), [40, 70]);

  const other = driverWith({ type: "process", options: { startInterruptible: true } });
  other.start("web");
  other.spawned("web");
  other.advance(50);
  other.stop("web");
  other.advance(50);
  other.exited("web", TERMINATED);
  other.executed("web");
  assertEquals(usual(other), [undefined, undefined]);

  const ending = driverWith({ type: "process" });
  startIn(ending, 5);
  ending.exited("web", EXITED_0);
  assertEquals(usual(ending), [5, undefined]);
});

Deno.test("a reload keeps the usual durations", () => {
  const driver = driverWith({ type: "process" });
  startIn(driver, 30);
  const description = buildDescription("web", { type: "process", stopTimeoutMs: 1 });
  driver.order({ kind: "reload", service: driver.id("web"), description });
  assertEquals(usual(driver), [30, undefined]);
});

Deno.test("durationNumber() gives what durationOf() takes, and is exact to a thousandth part", () => {
  for (let number = 0; number <= 0xffff; number++) {
    const milliseconds = durationOf(number);
    if (milliseconds !== undefined && milliseconds > 2 ** 32) break;
    assertEquals(durationNumber(milliseconds), number);
  }
  for (const milliseconds of [0, 0.25, 1, 7.5, 100, 12_345.678, 1e9]) {
    const kept = durationOf(durationNumber(milliseconds)) ?? NaN;
    assert(Math.abs(kept - milliseconds) <= milliseconds / 1000, `${milliseconds}: ${kept}`);
  }
  assertEquals([durationNumber(undefined), durationNumber(1e12)], [0, 65_505]);
});
