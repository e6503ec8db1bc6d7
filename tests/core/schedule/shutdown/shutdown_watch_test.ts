/** The watch over a shutdown that takes long. */
import { type Instant, instant, type ShutdownType } from "../../../../core/types.ts";
import { assert, assertEquals, assertIncludes } from "../../../assert.ts";
import type { DescriptionParts } from "../../../builders.ts";
import { Driver } from "../driver.ts";

type Services = Readonly<Record<string, DescriptionParts>>;

function driverOf(services: Services, graceMs?: number): Driver {
  const driver = new Driver({ shutdown: { graceMs, keys: "Ctrl-Alt-Del" } });
  driver.load(services);
  return driver;
}

function running(driver: Driver, name: string): number {
  driver.start(name);
  const pid = driver.spawned(name);
  driver.executed(name);
  return pid;
}

function shutDown(driver: Driver, type: ShutdownType = "reboot"): void {
  driver.order({ kind: "shutdown", type });
}

function press(driver: Driver): readonly string[] {
  return driver.order({ kind: "shutdown", type: "reboot", byKeys: true }).said;
}

function next(driver: Driver): Instant | undefined {
  return driver.scheduler.nextDeadline();
}

Deno.test("ShutdownWatch wakes nobody up before a shutdown and after it", () => {
  const driver = driverOf({ web: { type: "process", stopTimeoutMs: 0 } });
  running(driver, "web");
  driver.advance(100_000);
  assertEquals(next(driver), undefined);
  shutDown(driver);
  assertEquals(next(driver), instant(driver.now + 5000));
  driver.exited("web", { kind: "exited", code: 0 });
  assertEquals(next(driver), undefined);
});

Deno.test("ShutdownWatch names who is waited for and the time left, every ten seconds", () => {
  const driver = driverOf({
    db: { type: "process", stopTimeoutMs: 60_000 },
    web: { type: "process", stopTimeoutMs: 30_000, links: { need: ["db"] } },
  });
  const db = running(driver, "db");
  const web = running(driver, "web");
  assert(db !== web);
  shutDown(driver);
  driver.advance(4000);
  assertEquals(driver.announced, []);
  driver.advance(2000);
  assertEquals(driver.announced, [
    "Stopping services has taken 5 s: 2 services have not stopped yet",
    `  web: was told to end (process ${web}); SIGKILL in 25 s`,
    "  db: waits for web",
  ]);
  driver.announced.length = 0;
  driver.advance(10_000);
  assertEquals(driver.announced[1], `  web: was told to end (process ${web}); SIGKILL in 15 s`);
  assertEquals(driver.announced.length, 3);
});

Deno.test("ShutdownWatch tells how long a stop took before", () => {
  const driver = driverOf({ web: { type: "process", stopTimeoutMs: 30_000 } });
  running(driver, "web");
  driver.stop("web");
  driver.advance(7000);
  driver.exited("web", { kind: "exited", code: 0 });
  const web = running(driver, "web");
  shutDown(driver);
  driver.advance(6000);
  assertEquals(
    driver.announced[1],
    `  web: was told to end (process ${web}); SIGKILL in 25 s; it usually takes 7 s`,
  );
});

Deno.test("ShutdownWatch bounds its report", () => {
  const names = Array.from({ length: 30 }, (_, index) => `s${index}`);
  const driver = driverOf(
    Object.fromEntries(names.map((name) => [name, { type: "process" } as const])),
  );
  for (const name of names) running(driver, name);
  shutDown(driver);
  driver.advance(5000);
  assertEquals(driver.announced.length, 10);
  assertEquals(driver.announced.at(-1), "  and 22 more");
});

Deno.test("ShutdownWatch ends a start that has no time limit: TERM, then KILL", () => {
  const driver = driverOf({
    check: { type: "scripted", startTimeoutMs: 0, stopTimeoutMs: 10_000 },
  });
  running(driver, "check");
  shutDown(driver);
  assertEquals(driver.advance(9000), []);
  assertIncludes(driver.announced.join("\n"), "is still starting");
  assertEquals(driver.advance(2000), ["check TERM to start group"]);
  assertEquals(driver.logs, [
    "warn check: The start has no time limit and everything is to stop; sending SIGTERM",
  ]);
  assertEquals(driver.advance(5000), []);
  assertIncludes(driver.announced.join("\n"), "SIGKILL in 5 s");
  assertEquals(driver.advance(5000), ["check KILL to start group"]);
  assertEquals(driver.logs.slice(1), [
    "warn check: The start goes on in spite of SIGTERM; sending SIGKILL",
  ]);
  driver.exited("check", { kind: "signalled", signal: 9, dumpedCore: false });
  assertEquals(driver.state("check"), "stopped");
});

Deno.test("ShutdownWatch asks only the process when its service wants that, and kills the group", () => {
  const driver = driverOf({
    check: { type: "scripted", startTimeoutMs: 0, options: { signalProcessOnly: true } },
  });
  running(driver, "check");
  shutDown(driver);
  assertEquals(driver.advance(20_000), [
    "check TERM to start process",
    "check KILL to start group",
  ]);
});

Deno.test("ShutdownWatch leaves a start that has a time limit to it", () => {
  const driver = driverOf({ check: { type: "scripted", startTimeoutMs: 60_000 } });
  running(driver, "check");
  shutDown(driver);
  assertEquals(driver.advance(30_000), []);
  assertIncludes(driver.announced.join("\n"), "SIGINT in 55 s");
});

Deno.test("ShutdownWatch ends an interrupted start that has no stop timeout", () => {
  const driver = driverOf({
    check: { type: "scripted", stopTimeoutMs: 0, options: { startInterruptible: true } },
  });
  running(driver, "check");
  shutDown(driver);
  assertEquals(driver.advance(31_000).slice(0, 2), [
    "check TERM to start group",
    "check KILL to start group",
  ]);
});

Deno.test("ShutdownWatch goes on without a process that outlives SIGKILL", () => {
  const driver = driverOf({ web: { type: "process", stopTimeoutMs: 10_000 } });
  running(driver, "web");
  shutDown(driver);
  assertEquals(driver.advance(30_000), ["web KILL to start group"]);
  assertIncludes(driver.announced.join("\n"), "SIGKILL was sent and has not ended it");
  assertEquals(driver.advance(14_000), ["abandon"]);
  assertEquals(driver.announced.at(-1), "Going on without the processes that do not end");
});

Deno.test("ShutdownWatch kills everything when the grace period is over, and then goes on", () => {
  const driver = driverOf({
    db: { type: "process", stopTimeoutMs: 0 },
    web: { type: "process", stopTimeoutMs: 0, links: { need: ["db"] } },
  }, 3000);
  running(driver, "db");
  running(driver, "web");
  shutDown(driver);
  assertEquals(driver.advance(2900), []);
  assertEquals(driver.scheduler.wasShutdownForced, false);
  assertEquals(driver.advance(200), ["db KILL to start group", "web KILL to start group"]);
  assertEquals(driver.scheduler.wasShutdownForced, true);
  const said = driver.advance(5000);
  assertEquals(said.filter((each) => each === "db KILL to start group").length, 5);
  assertEquals(said.at(-1), "abandon");
});

Deno.test("ShutdownWatch ends what a service with kill-tree left behind, too", () => {
  const driver = driverOf({ web: { type: "process", stopTimeoutMs: 0, killTree: true } }, 3000);
  running(driver, "web");
  shutDown(driver);
  assertEquals(driver.advance(3000), ["kill-tree web", "web KILL to start group"]);
});

Deno.test("ShutdownWatch kills no process that is still to be made, and later the one that was", () => {
  const driver = driverOf({
    web: { type: "process", stopTimeoutMs: 0, stopCommand: ["/bin/stop"] },
  }, 3000);
  running(driver, "web");
  shutDown(driver);
  assertEquals(driver.advance(3000), ["web KILL to start group"]);
  driver.spawned("web", "stop");
  assertEquals(driver.advance(1000), ["web KILL to start group", "web KILL to stop group"]);
});

Deno.test("ShutdownWatch: a manager that remains goes on killing, and abandons nothing", () => {
  const driver = driverOf({ web: { type: "process", stopTimeoutMs: 0 } }, 3000);
  running(driver, "web");
  shutDown(driver, "remain");
  const said = driver.advance(12_900);
  assertEquals(said, Array.from({ length: said.length }, () => "web KILL to start group"));
  assert(said.length >= 9, `${said.length} rounds`);
  shutDown(driver, "halt");
  assert(driver.advance(6000).includes("abandon"));
});

Deno.test("ShutdownWatch: a manager that remains does not claim to go on without a process", () => {
  const driver = driverOf({ web: { type: "process", stopTimeoutMs: 10_000 } });
  running(driver, "web");
  shutDown(driver, "remain");
  assertEquals(driver.advance(100_000), ["web KILL to start group"]);
  assert(!driver.announced.join("\n").includes("Going on"));
});

Deno.test("ShutdownWatch: five presses within ten seconds kill everything", () => {
  const driver = driverOf({ web: { type: "process", stopTimeoutMs: 0 } });
  running(driver, "web");
  press(driver);
  assertEquals(driver.announced, []);
  for (let count = 2; count <= 4; count++) {
    driver.advance(100);
    assertEquals(press(driver), []);
  }
  assertEquals(driver.announced.filter((line) => line.startsWith("Press Ctrl-Alt-Del")), [
    "Press Ctrl-Alt-Del 3 times more within 10 s to kill them all",
    "Press Ctrl-Alt-Del 2 times more within 10 s to kill them all",
    "Press Ctrl-Alt-Del once more within 10 s to kill them all",
  ]);
  assertIncludes(driver.announced.join("\n"), "web: was told to end");
  assertEquals(press(driver), ["web KILL to start group"]);
});

Deno.test("ShutdownWatch: slow presses never add up, and orders of clients are none", () => {
  const driver = driverOf({ web: { type: "process", stopTimeoutMs: 0 } });
  running(driver, "web");
  press(driver);
  for (let count = 2; count <= 8; count++) {
    assertEquals(driver.advance(4000), []);
    assertEquals(press(driver), []);
    shutDown(driver);
    shutDown(driver);
  }
});

Deno.test("Scheduler lets no time limit of a service pass while launches are held, but a shutdown's", () => {
  const driver = driverOf({ web: { type: "process", stopTimeoutMs: 3000 } });
  running(driver, "web");
  driver.stop("web");
  driver.apply({ kind: "hold", isHeld: true });
  assertEquals(next(driver), undefined);
  driver.now += 4000;
  assertEquals(driver.apply({ kind: "deadline" }), []);
  shutDown(driver);
  assertEquals(next(driver), instant(driver.now + 5000));
  driver.apply({ kind: "hold", isHeld: false });
  assertEquals(driver.advance(1), ["web KILL to start group"]);
});

Deno.test("ShutdownWatch goes on without a child that outlives SIGKILL before its program runs", () => {
  const driver = driverOf({
    web: { type: "process", stopTimeoutMs: 10_000, smoothRecovery: true, restartDelayMs: 0 },
  });
  running(driver, "web");
  driver.exited("web", { kind: "exited", code: 0 });
  const pid = driver.spawned("web");
  shutDown(driver);
  assertEquals(driver.advance(44_000), ["web KILL to start group", "abandon"]);
  assertEquals(
    driver.announced[1],
    `  web: is still being launched (process ${pid}); SIGKILL in 5 s`,
  );
});
