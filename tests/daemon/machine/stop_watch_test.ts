/** The watch over a shutdown, with the real scheduler and a record instead of a kernel. */
import { type Instant, instant } from "../../../core/types.ts";
import { StopWatch } from "../../../daemon/machine/stop_watch.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import type { DescriptionParts } from "../../builders.ts";
import { Driver } from "../../core/schedule/driver.ts";

const NUMBERS: Readonly<Record<string, number>> = { TERM: 15, KILL: 9 };

interface Scene {
  readonly driver: Driver;
  readonly watch: StopWatch;
  readonly lines: string[];
  /** `PID SIGNAL` */
  readonly signals: string[];
  readonly abandoned: () => number;
  /** Lets the time pass as the loop would: both clocks, no deadline missed. */
  pass(milliseconds: number): void;
}

function scene(
  services: Readonly<Record<string, DescriptionParts>>,
  graceMs?: number,
): Scene {
  const driver = new Driver();
  driver.load(services);
  const lines: string[] = [];
  const signals: string[] = [];
  let abandoned = 0;
  const watch = new StopWatch({
    platform: {
      now: () => instant(driver.now),
      signal: (pid, signal) => void signals.push(`${pid} ${signal}`),
      signalNumber: (name) => NUMBERS[name],
    },
    scheduler: driver.scheduler,
    trees: { takesSignal: () => false },
    log: {
      announce: (_, text) => void lines.push(text),
      warn: (text) => void lines.push(text),
    },
    graceMs,
    keys: "Ctrl-Alt-Del",
    abandon: () => void abandoned++,
  });
  const pass = (milliseconds: number) => {
    const end = driver.now + milliseconds;
    for (;;) {
      const next: Instant | undefined = watch.next();
      if (next === undefined || next > end || abandoned > 0) break;
      driver.advance(Math.max(0, next - driver.now));
      watch.runDue(instant(driver.now));
    }
    if (driver.now < end) driver.advance(end - driver.now);
  };
  return { driver, watch, lines, signals, abandoned: () => abandoned, pass };
}

function running(driver: Driver, name: string): number {
  driver.start(name);
  const pid = driver.spawned(name);
  driver.executed(name);
  return pid;
}

function shutDown(driver: Driver): void {
  driver.order({ kind: "shutdown", type: "reboot" });
}

Deno.test("StopWatch wakes nobody up before a shutdown and after it", () => {
  const { driver, watch } = scene({ web: { type: "process" } });
  running(driver, "web");
  assertEquals(watch.next(), undefined);
  shutDown(driver);
  assertEquals(watch.next(), instant(driver.now + 5000));
  driver.exited("web", { kind: "exited", code: 0 });
  assertEquals(watch.next(), undefined);
});

Deno.test("StopWatch names who is waited for and the time left, every ten seconds", () => {
  const { driver, lines, pass } = scene({
    db: { type: "process", stopTimeoutMs: 60_000 },
    web: { type: "process", stopTimeoutMs: 30_000, links: { need: ["db"] } },
  });
  const db = running(driver, "db");
  const web = running(driver, "web");
  assert(db !== web);
  shutDown(driver);
  pass(4000);
  assertEquals(lines, []);
  pass(2000);
  assertEquals(lines, [
    "Stopping services has taken 5 s: 2 services have not stopped yet",
    `  web: was told to end (process ${web}); SIGKILL in 25 s`,
    "  db: waits for web",
  ]);
  lines.length = 0;
  pass(10_000);
  assertEquals(lines[1], `  web: was told to end (process ${web}); SIGKILL in 15 s`);
  assertEquals(lines.length, 3);
});

Deno.test("StopWatch bounds its report", () => {
  const names = Array.from({ length: 30 }, (_, index) => `s${index}`);
  const { driver, lines, pass } = scene(
    Object.fromEntries(names.map((name) => [name, { type: "process" } as const])),
  );
  for (const name of names) running(driver, name);
  shutDown(driver);
  pass(5000);
  assertEquals(lines.length, 10);
  assertEquals(lines.at(-1), "  and 22 more");
});

Deno.test("StopWatch ends a start that has no time limit: TERM, then KILL", () => {
  const { driver, lines, signals, pass } = scene({
    check: { type: "scripted", startTimeoutMs: 0, stopTimeoutMs: 10_000 },
  });
  driver.start("check");
  const pid = driver.spawned("check");
  driver.executed("check");
  shutDown(driver);
  pass(9000);
  assertEquals(signals, []);
  assertIncludes(lines.join("\n"), "is still starting");
  pass(2000);
  assertEquals(signals, [`${pid} 15`]);
  pass(5000);
  assertIncludes(lines.join("\n"), "SIGKILL in 5 s");
  pass(5000);
  assertEquals(signals, [`${pid} 15`, `${pid} 9`]);
  driver.exited("check", { kind: "signalled", signal: 9, dumpedCore: false });
  assertEquals(driver.state("check"), "stopped");
});

Deno.test("StopWatch leaves a start that has a time limit to it", () => {
  const { driver, lines, signals, pass } = scene({
    check: { type: "scripted", startTimeoutMs: 60_000 },
  });
  driver.start("check");
  driver.spawned("check");
  driver.executed("check");
  shutDown(driver);
  pass(30_000);
  assertEquals(signals, []);
  assertIncludes(lines.join("\n"), "SIGINT in 55 s");
});

Deno.test("StopWatch ends an interrupted start that has no stop timeout", () => {
  const { driver, signals, pass } = scene({
    check: { type: "scripted", stopTimeoutMs: 0, options: { startInterruptible: true } },
  });
  driver.start("check");
  const pid = driver.spawned("check");
  driver.executed("check");
  shutDown(driver);
  pass(31_000);
  assertEquals(signals.slice(0, 2), [`${pid} 15`, `${pid} 9`]);
});

Deno.test("StopWatch goes on without a process that outlives SIGKILL", () => {
  const { driver, abandoned, lines, pass } = scene({
    web: { type: "process", stopTimeoutMs: 10_000 },
  });
  running(driver, "web");
  shutDown(driver);
  pass(30_000);
  assertEquals(abandoned(), 0);
  assertIncludes(lines.join("\n"), "SIGKILL was sent and has not ended it");
  pass(30_000);
  assertEquals(abandoned(), 1);
});

Deno.test("StopWatch kills everything when the grace period is over, and then goes on", () => {
  const { driver, watch, signals, abandoned, pass } = scene({
    db: { type: "process", stopTimeoutMs: 0 },
    web: { type: "process", stopTimeoutMs: 0, links: { need: ["db"] } },
  }, 3000);
  const db = running(driver, "db");
  const web = running(driver, "web");
  shutDown(driver);
  pass(2900);
  assertEquals([signals, watch.wasForced], [[], false]);
  pass(200);
  assertEquals(new Set(signals), new Set([`${db} 9`, `${web} 9`]));
  assertEquals(watch.wasForced, true);
  pass(5000);
  assertEquals(abandoned(), 1);
});

Deno.test("StopWatch: five presses within ten seconds kill everything", () => {
  const { driver, watch, lines, signals, pass } = scene({
    web: { type: "process", stopTimeoutMs: 0 },
  });
  const web = running(driver, "web");
  shutDown(driver);
  watch.interrupted(false);
  assertEquals(lines, []);
  for (let press = 2; press <= 4; press++) {
    pass(100);
    watch.interrupted(true);
  }
  assertEquals(signals, []);
  assertEquals(lines.filter((line) => line.startsWith("Press Ctrl-Alt-Del")), [
    "Press Ctrl-Alt-Del 3 times more within 10 s to kill them all",
    "Press Ctrl-Alt-Del 2 times more within 10 s to kill them all",
    "Press Ctrl-Alt-Del once more within 10 s to kill them all",
  ]);
  assertIncludes(lines.join("\n"), "web: was told to end");
  watch.interrupted(true);
  assertEquals(signals, [`${web} 9`]);
});

Deno.test("StopWatch: slow presses never add up", () => {
  const { driver, watch, signals, pass } = scene({ web: { type: "process", stopTimeoutMs: 0 } });
  running(driver, "web");
  shutDown(driver);
  for (let press = 1; press <= 8; press++) {
    watch.interrupted(press > 1);
    pass(4000);
  }
  assertEquals(signals, []);
});
