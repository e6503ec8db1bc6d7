import { instant, type ServiceId } from "../../../../core/types.ts";
import { assert, assertEquals, assertIncludes } from "../../../assert.ts";
import { buildSocket, type DescriptionParts } from "../../../builders.ts";
import { Driver } from "../../schedule/driver.ts";
import { buildTimer } from "../../timetable/timers.ts";

const GOOD = { kind: "exited", code: 0 } as const;
const BAD = { kind: "exited", code: 1 } as const;

function demand(service: ServiceId, wasWaiting = false) {
  return { kind: "demand", service, wasWaiting, where: "/s" } as const;
}

/** A service that listens, with a dependent that is up. */
function listening(parts: DescriptionParts = {}): { driver: Driver; service: ServiceId } {
  const driver = new Driver();
  driver.load({
    srv: { type: "process", sockets: [buildSocket("/s")], startsOnDemand: true, ...parts },
    top: { links: { need: ["srv"] } },
  });
  assertEquals(driver.start("top"), ["listen srv"]);
  const service = driver.id("srv");
  assertEquals(driver.apply({ kind: "listening", service }), ["srv:started", "top:started"]);
  return { driver, service };
}

Deno.test("a service on demand is started once it listens, without a process", () => {
  const { driver } = listening();
  assertEquals(driver.states("srv", "top"), ["started", "started"]);
});

Deno.test("what comes in launches the process, once", () => {
  const { driver, service } = listening();
  assertEquals(driver.apply(demand(service)), ["srv spawn start"]);
  assertEquals(driver.apply(demand(service)), []);
  driver.spawned("srv");
  assertEquals(driver.executed("srv"), []);
});

Deno.test("a process that has done its work is followed by listening again", () => {
  const { driver, service } = listening({ restartDelayMs: 100 });
  driver.apply(demand(service));
  driver.spawned("srv");
  driver.executed("srv");
  assertEquals(driver.exited("srv", GOOD), ["listen srv"]);
  assertEquals(driver.states("srv", "top"), ["started", "started"]);
  assertEquals(driver.apply(demand(service)), []);
  assertEquals(driver.advance(100), ["srv spawn start"]);
});

Deno.test("a process that fails ends the service when it is not to restart", () => {
  const { driver, service } = listening({ restart: "never" });
  driver.apply(demand(service));
  driver.spawned("srv");
  driver.executed("srv");
  const said = driver.exited("srv", BAD);
  assertIncludes(said.join(), "close-socket srv");
  assertEquals(driver.states("srv", "top"), ["stopped", "stopped"]);
});

Deno.test("a process that keeps failing is given up at the restart limit", () => {
  const { driver, service } = listening({
    restart: "on-failure",
    restartDelayMs: 0,
    restartLimitCount: 1,
  });
  for (const state of ["started", "stopped"]) {
    driver.apply(demand(service));
    driver.spawned("srv");
    driver.executed("srv");
    driver.exited("srv", BAD);
    assertEquals(driver.state("srv"), state);
  }
  assertEquals(driver.logs.filter((line) => line.includes("Restart limit")).length, 1);
});

Deno.test("a service that only listens stops at once and closes its sockets", () => {
  const { driver } = listening();
  const said = driver.release("top");
  assertIncludes(said.join(), "close-socket srv");
  assertEquals(driver.state("srv"), "stopped");
});

Deno.test("sockets that cannot be opened make the start fail", () => {
  const driver = new Driver();
  driver.load({ srv: { type: "process", sockets: [buildSocket("/s")], startsOnDemand: true } });
  driver.start("srv");
  const said = driver.apply({
    kind: "listen-failed",
    service: driver.id("srv"),
    errno: 1,
    why: "Cannot listen",
  });
  assertEquals(said, ["srv:failed", "close-socket srv", "srv:stopped"]);
  assertEquals(driver.logs, ["error srv: Cannot listen"]);
  assertIsLaunchFailure(driver, 1);
});

/** The reason is the socket, and not how a process of an earlier run ended. */
function assertIsLaunchFailure(driver: Driver, errno: number): void {
  const { reason, execFailure } = driver.scheduler.status(driver.id("srv"));
  assertEquals([reason, execFailure], ["exec-failed", { stage: 3, errno }]);
}

Deno.test("sockets that cannot be opened again stop the service, and are the reason", () => {
  const { driver, service } = listening();
  driver.apply(demand(service));
  driver.spawned("srv");
  driver.executed("srv");
  assertEquals(driver.exited("srv", GOOD), ["listen srv"]);
  driver.apply({ kind: "listen-failed", service, errno: 98, why: "Cannot listen" });
  assertEquals(driver.states("srv", "top"), ["stopped", "stopped"]);
  assertIsLaunchFailure(driver, 98);
});

Deno.test("a socket that cannot be opened is told in the place of the earlier run's end", () => {
  const driver = new Driver();
  driver.load({ srv: { type: "process", sockets: [buildSocket("/s")] } });
  driver.run("srv");
  driver.exited("srv", BAD);
  driver.start("srv");
  const service = driver.id("srv");
  const why = 'Cannot listen on "/s": bind: permission denied (EACCES)';
  driver.apply({ kind: "exec-failed", service, role: "start", stage: 3, errno: 13, why });
  assertEquals(driver.logs.at(-1), `error srv: ${why}`);
  assertIsLaunchFailure(driver, 13);
});

/**
 * The process ends well each time and leaves what came. @returns The launches until it is not
 * started again.
 */
function launchesThatLeaveAll(driver: Driver, service: ServiceId, pauseMs: number, most: number) {
  for (let count = 0; count < most; count++) {
    const said = driver.apply(demand(service, count > 0));
    if (!said.includes("srv spawn start")) return { count, said };
    driver.spawned("srv");
    driver.executed("srv");
    driver.exited("srv", GOOD);
    driver.advance(pauseMs);
  }
  return { count: most, said: [] };
}

Deno.test("a process that leaves what came is not started without end", () => {
  const limit = { activationLimitCount: 3, activationLimitIntervalMs: 10_000, restartDelayMs: 0 };
  const { driver, service } = listening({ ...limit, restart: "always" });
  const { count, said } = launchesThatLeaveAll(driver, service, 100, 50);
  // The first one was for something new.
  assertEquals(count, 4);
  assertEquals(said.at(-1), "srv:stopped");
  assertEquals(driver.states("srv", "top"), ["stopped", "stopped"]);
  assertEquals(driver.scheduler.status(service).reason, "failed");
  assert(driver.scheduler.hasGoneWrong(service));
  assertEquals(
    driver.logs.at(-1)?.startsWith("error srv: Started 3 times within 10 s for what waits on /s"),
    true,
  );
});

Deno.test("launches for what comes while the service listens are not limited", () => {
  const { driver, service } = listening({ activationLimitCount: 3, restartDelayMs: 0 });
  for (let round = 0; round < 50; round++) {
    assertEquals(driver.apply(demand(service)), ["srv spawn start"]);
    driver.spawned("srv");
    driver.executed("srv");
    driver.exited("srv", GOOD);
  }
});

Deno.test("the limit of activations counts over its interval, and 0 is none", () => {
  const slow = listening({
    activationLimitCount: 3,
    activationLimitIntervalMs: 1000,
    restartDelayMs: 0,
  });
  assertEquals(launchesThatLeaveAll(slow.driver, slow.service, 600, 50).count, 50);
  const unlimited = listening({ activationLimitCount: 0, restartDelayMs: 0 });
  assertEquals(launchesThatLeaveAll(unlimited.driver, unlimited.service, 0, 50).count, 50);
});

Deno.test("a start by order counts activations anew", () => {
  const { driver, service } = listening({ activationLimitCount: 1, restartDelayMs: 0 });
  assertEquals(launchesThatLeaveAll(driver, service, 0, 50).count, 2);
  driver.start("srv");
  driver.apply({ kind: "listening", service });
  assertEquals(launchesThatLeaveAll(driver, service, 0, 50).count, 2);
});

const TIMED: DescriptionParts = {
  sockets: [],
  timer: buildTimer({ calendar: ["*-*-* 02:00:00"] }),
};

Deno.test("a run of a timer that fails, or cannot be launched, changes nothing of its waiting", () => {
  const { driver, service } = listening({ restart: "never", ...TIMED });
  assertEquals(driver.apply(demand(service)), ["srv spawn start"]);
  driver.spawned("srv");
  driver.executed("srv");
  assertEquals(driver.exited("srv", BAD), ["listen srv"]);
  driver.advance(1000);
  driver.apply(demand(service));
  const failure = { kind: "exec-failed", service, role: "start", stage: 1, errno: 2 } as const;
  assertEquals(driver.apply(failure), ["listen srv"]);
  driver.advance(1000);
  driver.apply(demand(service));
  const why = "no more processes";
  assertEquals(driver.apply({ kind: "spawn-failed", service, role: "start", why }), ["listen srv"]);
  assertEquals(driver.states("srv", "top"), ["started", "started"]);
});

Deno.test("a service with a timer that is stopped waits no more, and ends its run", () => {
  const { driver, service } = listening(TIMED);
  assertEquals(driver.release("top").includes("close-socket srv"), true);
  assertEquals(driver.start("srv"), ["listen srv"]);
  driver.apply({ kind: "listening", service });
  driver.apply(demand(service));
  driver.spawned("srv");
  driver.executed("srv");
  assertEquals(driver.stop("srv"), ["srv TERM to start group"]);
  assertEquals(driver.exited("srv", GOOD), ["close-socket srv", "srv:stopped"]);
});

Deno.test("a trigger runs a service with a timer now, unless it runs or is not started", () => {
  const { driver, service } = listening(TIMED);
  const trigger = () => {
    const order = { kind: "trigger", service, on: true } as const;
    return driver.scheduler.order(order, instant(driver.now)).answer.kind;
  };
  assertEquals(trigger(), "accepted");
  driver.spawned("srv");
  driver.executed("srv");
  assertEquals(trigger(), "already");
  driver.exited("srv", GOOD);
  driver.release("top");
  assertEquals(trigger(), "refused");
});
