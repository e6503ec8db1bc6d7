/** What conditions and assertions do to the starts of services, and to the runs of timers. */
import type { CheckVerdict } from "../../../core/event.ts";
import { Scheduler } from "../../../core/schedule/scheduler.ts";
import { instant } from "../../../core/types.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { buildSocket, type DescriptionParts } from "../../builders.ts";
import { Driver, EXITED_0, EXITED_1 } from "../schedule/driver.ts";
import { buildTimer } from "../timetable/timers.ts";

const CONDITIONS = [[{ kind: "path-exists", value: "/x", isNegated: false }]] as const;
const MET: CheckVerdict = { kind: "met" };
const SKIP: CheckVerdict = { kind: "skip", text: "path-exists /x" };
const FAIL: CheckVerdict = { kind: "fail", text: "path-exists /y" };

function answer(driver: Driver, name: string, verdict: CheckVerdict): readonly string[] {
  return driver.apply({ kind: "checked", service: driver.id(name), verdict });
}

/** A service with conditions, and one that depends on it; asked. */
function asked(parts: DescriptionParts = {}): Driver {
  const driver = new Driver();
  driver.load({
    srv: { type: "process", conditions: CONDITIONS, restartDelayMs: 0, ...parts },
    top: { links: { need: ["srv"] } },
  });
  assertEquals(driver.start("top"), ["check srv"]);
  return driver;
}

Deno.test("a service whose conditions hold starts as any other", () => {
  const driver = asked();
  assertEquals(driver.states("srv", "top"), ["starting", "starting"]);
  assertEquals(answer(driver, "srv", MET), ["srv spawn start"]);
});

Deno.test("a condition that does not hold: nothing is run, and dependents go on", () => {
  const driver = asked({ startPre: [{ words: ["/x"], mayFail: false }] });
  assertEquals(answer(driver, "srv", SKIP), ["srv:started", "top:started"]);
  const { startSkipped, pid, state } = driver.scheduler.status(driver.id("srv"));
  assertEquals([state, startSkipped, pid], ["started", true, 0]);
  assertEquals(driver.scheduler.history(driver.id("srv")).unmetCondition, "path-exists /x");
  assertEquals(driver.logs, ["info srv: Start skipped: condition not met: path-exists /x"]);
});

Deno.test("an assertion that does not hold makes the start fail, and dependents with it", () => {
  const driver = asked();
  answer(driver, "srv", FAIL);
  assertEquals(driver.states("srv", "top"), ["stopped", "stopped"]);
  assertEquals(driver.scheduler.status(driver.id("srv")).reason, "failed");
  assertEquals(driver.logs, ["error srv: Cannot start: assertion not met: path-exists /y"]);
  assert(driver.scheduler.hasGoneWrong(driver.id("srv")));
});

Deno.test("a skipped service of any type stops at once, without a stop command", () => {
  const sides = { stopPost: [{ words: ["/x"], mayFail: false }], stopCommand: ["/y"] };
  for (const type of ["process", "bgprocess", "scripted", "internal", "triggered"] as const) {
    const driver = asked({ type, ...sides });
    answer(driver, "srv", SKIP);
    assertEquals(driver.stop("top"), ["top:stopped", "srv:stopped"], type);
    const { unmetCondition } = driver.scheduler.history(driver.id("srv"));
    assertEquals(unmetCondition, undefined);
  }
});

Deno.test("a start that is not wanted any more is broken off, and a late answer is left", () => {
  const driver = asked();
  driver.stop("top");
  assertEquals(driver.states("srv", "top"), ["stopped", "stopped"]);
  assertEquals(answer(driver, "srv", MET), []);
  assertEquals(driver.state("srv"), "stopped");
});

Deno.test("a restart asks again; a condition that holds no more ends the restarts", () => {
  const driver = asked({ restart: "always" });
  driver.start("srv");
  answer(driver, "srv", MET);
  driver.spawned("srv");
  driver.executed("srv");
  assertIncludes(driver.exited("srv", EXITED_1).join(), "check srv");
  answer(driver, "srv", SKIP);
  assertEquals(driver.states("srv"), ["started"]);
  assertEquals(driver.advance(100_000), []);
  const { commands } = driver.scheduler.order({
    kind: "restart",
    service: driver.id("srv"),
    force: true,
  }, instant(driver.now));
  assert(commands.some(({ kind }) => kind === "check"));
});

Deno.test("a skipped service is no failure of an earlier run that restarts it", () => {
  const driver = asked({ restart: "on-failure" });
  answer(driver, "srv", MET);
  driver.spawned("srv");
  driver.executed("srv");
  driver.start("srv");
  driver.exited("srv", EXITED_1);
  answer(driver, "srv", SKIP);
  assertEquals(driver.state("srv"), "started");
  driver.stop("srv");
  assertEquals(driver.state("srv"), "stopped");
});

Deno.test("sockets of a skipped service are not opened", () => {
  const driver = asked({ sockets: [buildSocket("/s")], startsOnDemand: true });
  assertEquals(answer(driver, "srv", SKIP), ["srv:started", "top:started"]);
  const service = driver.id("srv");
  assertEquals(driver.apply({ kind: "demand", service, wasWaiting: false, where: "/s" }), []);
});

Deno.test("mounts that do not come in time make the start fail", () => {
  const driver = new Driver();
  driver.load({
    srv: { type: "process", requiresMountsFor: ["/x"], startTimeoutMs: 500 },
    other: { links: { "waits-for": ["srv"] } },
  });
  assertEquals(driver.start("other"), ["check srv"]);
  assertEquals(driver.advance(499), []);
  assertEquals(driver.states("srv", "other"), ["starting", "starting"]);
  driver.advance(1);
  assertEquals(driver.states("srv", "other"), ["stopped", "started"]);
  assertEquals(driver.scheduler.status(driver.id("srv")).reason, "timed-out");
  assertEquals(answer(driver, "srv", MET), []);
});

Deno.test("mounts that come in time end the limit, and so does a start that is not wanted", () => {
  for (const isWanted of [true, false]) {
    const driver = new Driver();
    driver.load({ srv: { requiresMountsFor: ["/x"], startTimeoutMs: 500 } });
    driver.start("srv");
    driver.advance(400);
    if (isWanted) answer(driver, "srv", MET);
    else driver.stop("srv");
    driver.advance(10_000);
    assertEquals(driver.state("srv"), isWanted ? "started" : "stopped");
  }
});

/** A service with a timer that waits for its time. */
function timed(parts: DescriptionParts = {}): Driver {
  const driver = new Driver();
  const timer = buildTimer({ everyMs: 1000 });
  driver.load({
    job: { type: "process", timer, startsOnDemand: true, conditions: CONDITIONS, ...parts },
  });
  assertEquals(driver.start("job"), ["listen job"]);
  driver.apply({ kind: "listening", service: driver.id("job") });
  assertEquals(driver.state("job"), "started");
  return driver;
}

function demand(driver: Driver): readonly string[] {
  const service = driver.id("job");
  return driver.apply({ kind: "demand", service, wasWaiting: false, where: "its timer" });
}

Deno.test("a timer's conditions are asked at each run, not when the service starts", () => {
  const driver = timed();
  assertEquals(demand(driver), ["check job"]);
  assertEquals(demand(driver), []);
  assertEquals(answer(driver, "job", MET), ["job spawn start"]);
  driver.spawned("job");
  driver.executed("job");
  assertEquals(driver.exited("job", EXITED_0), ["listen job"]);
  assertEquals(demand(driver), ["check job"]);
});

Deno.test("a run that is left out is waited for again, and told", () => {
  for (const verdict of [SKIP, FAIL]) {
    const driver = timed();
    demand(driver);
    assertEquals(answer(driver, "job", verdict), ["listen job"]);
    assertEquals(driver.state("job"), "started");
  }
  const driver = timed();
  demand(driver);
  answer(driver, "job", SKIP);
  assertEquals(driver.logs, ["info job: Run skipped: condition not met: path-exists /x"]);
});

Deno.test("a timer that is stopped while its conditions are asked is stopped", () => {
  const driver = timed();
  demand(driver);
  driver.stop("job");
  assertEquals(driver.state("job"), "stopped");
  assertEquals(answer(driver, "job", MET), []);
});

Deno.test("a restored scheduler knows a skipped service, and that it asks", () => {
  const driver = asked();
  const asking = Scheduler.restored(driver.scheduler.write());
  assert(asking instanceof Scheduler);
  const service = driver.id("srv");
  asking.apply({ kind: "checked", service, verdict: SKIP }, instant(driver.now));
  const restored = Scheduler.restored(asking.write());
  assert(restored instanceof Scheduler);
  assertEquals(restored.history(service).unmetCondition, "path-exists /x");
  assertEquals(restored.status(service).startSkipped, true);
});
