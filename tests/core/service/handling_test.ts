/** `on-failure`: when a service counts as failed, and what is started then. */
import { causeVariables, type FailureCause } from "../../../core/failure.ts";
import { Scheduler } from "../../../core/schedule/scheduler.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { type DescriptionParts, serviceName } from "../../builders.ts";
import { Driver, EXITED_0, EXITED_1, TERMINATED } from "../schedule/driver.ts";

const HANDLED: DescriptionParts = {
  type: "process",
  restart: "never",
  onFailure: serviceName("mail"),
};

function driverWith(parts: Partial<DescriptionParts>): Driver {
  const driver = new Driver();
  driver.load({ srv: { ...HANDLED, ...parts } });
  return driver;
}

/** What was said of failures that are to be handled. */
function handled(said: readonly string[]): readonly string[] {
  return said.filter((text) => text.startsWith("handle "));
}

Deno.test("a process that fails and is not restarted is handled, once it is down", () => {
  const driver = driverWith({});
  driver.run("srv");
  const said = driver.exited("srv", EXITED_1);
  assertEquals(handled(said), ["handle srv by mail: terminated"]);
  assertEquals(said.at(-1), "handle srv by mail: terminated");
});

Deno.test("an end with status 0, or by order, is no failure", () => {
  const driver = driverWith({});
  driver.run("srv");
  assertEquals(handled(driver.exited("srv", EXITED_0)), []);
  driver.run("srv");
  driver.stop("srv");
  assertEquals(handled(driver.exited("srv", EXITED_1)), []);
});

Deno.test("an order to stop that takes too long is no failure of the service", () => {
  const driver = driverWith({ stopTimeoutMs: 100 });
  driver.run("srv");
  driver.exited("srv", EXITED_1);
  driver.run("srv");
  driver.stop("srv");
  driver.advance(200);
  assertEquals(handled(driver.exited("srv", TERMINATED)), []);
});

Deno.test("a failed start is handled: exec, exit, time", () => {
  const driver = driverWith({ startTimeoutMs: 100, readyNotification: { kind: "notify" } });
  driver.start("srv");
  driver.spawned("srv");
  assertEquals(handled(driver.notExecuted("srv")), ["handle srv by mail: exec-failed"]);
  driver.run("srv");
  assertEquals(handled(driver.exited("srv", EXITED_1)), ["handle srv by mail: failed"]);
  driver.run("srv");
  driver.advance(200);
  assertEquals(handled(driver.exited("srv", TERMINATED)), ["handle srv by mail: timed-out"]);
});

Deno.test("a process that restarts is handled when the limit is reached, and not before", () => {
  const driver = driverWith({ restart: "always", restartLimitCount: 1, restartDelayMs: 0 });
  driver.run("srv");
  assertEquals(handled(driver.exited("srv", EXITED_0)), []);
  driver.spawned("srv");
  driver.executed("srv");
  assertEquals(handled(driver.exited("srv", EXITED_0)), ["handle srv by mail: restart-limit"]);
});

Deno.test("what only a dependency did to a service is not its failure", () => {
  const driver = new Driver();
  driver.load({ db: { type: "process", restart: "never" } });
  driver.load({ srv: { ...HANDLED, type: "internal", links: { need: ["db"] } } });
  driver.start("srv");
  driver.spawned("db");
  const failed = driver.notExecuted("db");
  assertIncludes(failed.join(" "), "srv:failed");
  assertEquals(handled(failed), []);
  driver.start("srv");
  driver.spawned("db");
  driver.executed("db");
  assertEquals(handled(driver.exited("db", EXITED_1)), []);
  assertEquals(driver.state("srv"), "stopped");
});

Deno.test("nothing is handled in a shutdown", () => {
  const driver = driverWith({});
  driver.run("srv");
  driver.order({ kind: "shutdown", type: "halt" });
  assertEquals(handled(driver.exited("srv", EXITED_1)), []);
});

Deno.test("a service that fails without end is handled five times in a minute", () => {
  const driver = driverWith({});
  const failures = () => {
    driver.run("srv");
    return handled(driver.exited("srv", EXITED_1)).length;
  };
  assertEquals(Array.from({ length: 7 }, failures), [1, 1, 1, 1, 1, 0, 0]);
  assertIncludes(driver.logs.at(-1) ?? "", 'failed 5 times within 60 s; not starting "mail"');
  driver.advance(60_000);
  assertEquals(failures(), 1);
});

const CAUSE: FailureCause = {
  service: serviceName("srv"),
  reason: "terminated",
  exit: EXITED_1,
  restarts: 2,
  path: [serviceName("srv")],
};

function handle(driver: Driver, name: string, cause: FailureCause = CAUSE) {
  return driver.order({ kind: "handle-failure", service: driver.id(name), cause });
}

Deno.test("who is started for a failure is told of it at each launch until it is stopped", () => {
  const driver = driverWith({});
  driver.load({ mail: { type: "process", restart: "always", restartDelayMs: 0 } });
  const service = driver.id("mail");
  const order = { kind: "handle-failure", service, cause: CAUSE } as const;
  const { commands } = driver.scheduler.order(order, driver.scheduler.nextDeadline() ?? 0 as never);
  const spawn = commands.find(({ kind }) => kind === "spawn");
  assert(spawn?.kind === "spawn");
  assertEquals(spawn.cause, CAUSE);
  const other = Scheduler.restored(driver.scheduler.write());
  assert(other instanceof Scheduler);
  assertEquals(other.history(service).cause, CAUSE);
  driver.spawned("mail");
  driver.executed("mail");
  driver.exited("mail", EXITED_1);
  assertEquals(driver.scheduler.history(service).cause, CAUSE);
  driver.spawned("mail");
  driver.executed("mail");
  driver.stop("mail");
  driver.exited("mail", EXITED_0);
  assertEquals(driver.scheduler.history(service).cause, undefined);
});

Deno.test("a scripted service that is started does its start anew, a process that is up does not", () => {
  const driver = driverWith({});
  driver.load({ mail: { type: "scripted" }, fallback: { type: "process" } });
  assertEquals(handle(driver, "mail").said, ["mail spawn start"]);
  assertEquals(handle(driver, "mail").answer, { kind: "refused", why: "it is starting already" });
  driver.spawned("mail");
  driver.executed("mail");
  driver.exited("mail", EXITED_0);
  assertEquals(driver.state("mail"), "started");
  assertIncludes(handle(driver, "mail").said.join(" "), "mail spawn start");
  driver.run("fallback");
  assertEquals(handle(driver, "fallback").answer, {
    kind: "refused",
    why: "it is started already",
  });
});

Deno.test("a scripted service that others need is not taken from under them", () => {
  const driver = driverWith({});
  driver.load({ mail: { type: "scripted", command: ["/bin/mail"] } });
  driver.load({ top: { links: { need: ["mail"] } } });
  driver.run("top");
  driver.spawned("mail");
  driver.executed("mail");
  driver.exited("mail", EXITED_0);
  assertEquals(handle(driver, "mail").answer.kind, "refused");
  assertEquals(driver.states("mail", "top"), ["started", "started"]);
});

Deno.test("services that handle each other's failures do not go round in a circle", () => {
  const driver = new Driver();
  driver.load({ b: { ...HANDLED, onFailure: serviceName("a") } });
  driver.load({ a: { ...HANDLED, onFailure: serviceName("b") } });
  driver.run("a");
  driver.exited("a", EXITED_1);
  handle(driver, "b", { ...CAUSE, service: serviceName("a"), path: [serviceName("a")] });
  driver.spawned("b");
  driver.executed("b");
  assertEquals(handled(driver.exited("b", EXITED_1)), ["handle b by a: terminated"]);
  const path = [serviceName("a"), serviceName("b")];
  const { answer } = handle(driver, "a", { ...CAUSE, service: serviceName("b"), path });
  assertEquals(answer, { kind: "refused", why: "it was its own failure that led here" });
});

Deno.test("a service that depends on the one that failed cannot handle it", () => {
  const driver = driverWith({});
  driver.load({ base: { links: { "waits-for": ["srv"] } } });
  driver.load({ mail: { type: "scripted", links: { need: ["base"] } } });
  const { answer } = handle(driver, "mail");
  assertEquals(answer, { kind: "refused", why: 'it depends on "srv" itself' });
  assertEquals(driver.state("mail"), "stopped");
});

Deno.test("causeVariables() tells the name, the reason, and how the process ended", () => {
  assertEquals(causeVariables(CAUSE), [
    "DINIT_FAILED_SERVICE=srv",
    "DINIT_FAILED_REASON=terminated",
    "DINIT_FAILED_RESTARTS=2",
    "DINIT_FAILED_EXIT_CODE=1",
  ]);
  assertEquals(causeVariables({ ...CAUSE, exit: TERMINATED }).at(-1), "DINIT_FAILED_SIGNAL=15");
  assertEquals(causeVariables({ ...CAUSE, exit: { kind: "none" } }).length, 3);
});
