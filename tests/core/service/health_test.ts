/** What the verdicts of probes lead to: a start that waits for them, a process that is ended. */
import { Scheduler } from "../../../core/schedule/scheduler.ts";
import type { HealthProbe, LivenessProbe } from "../../../core/description/mod.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import type { DescriptionParts } from "../../builders.ts";
import { Driver, EXITED_0, TERMINATED } from "../schedule/driver.ts";

const PROBE: HealthProbe = {
  target: { kind: "tcp", host: [127, 0, 0, 1], port: 80 },
  ...{ delayMs: 0, intervalMs: 1000, timeoutMs: 1000, successes: 1, failures: 0 },
};
const LIVENESS: LivenessProbe = { ...PROBE, failures: 1, action: { kind: "restart" } };

function driverWith(parts: DescriptionParts): Driver {
  const driver = new Driver();
  driver.load({ srv: { type: "process", restart: "always", restartDelayMs: 0, ...parts } });
  return driver;
}

function probed(
  driver: Driver,
  purpose: "readiness" | "liveness",
  isGood: boolean,
): readonly string[] {
  const why = isGood ? "" : "no answer";
  return driver.apply({ kind: "probed", service: driver.id("srv"), purpose, isGood, why });
}

function health(driver: Driver): boolean | undefined {
  return driver.scheduler.history(driver.id("srv")).health?.isGood;
}

Deno.test("a service with a readiness probe is started when that is answered", () => {
  const driver = driverWith({ readiness: PROBE, liveness: LIVENESS });
  assertEquals(driver.run("srv"), ["srv spawn start", "probe"]);
  assertEquals(driver.scheduler.probeDue(driver.id("srv")), "readiness");
  assertEquals(driver.state("srv"), "starting");
  assertEquals(probed(driver, "readiness", true), ["srv:started", "probe"]);
  assertEquals(driver.scheduler.probeDue(driver.id("srv")), "liveness");
});

Deno.test("the start timeout goes on while nobody answers", () => {
  const driver = driverWith({ readiness: PROBE, startTimeoutMs: 5000 });
  driver.run("srv");
  assertIncludes(driver.advance(5000).join(" "), "srv INT to start group");
  probed(driver, "readiness", true);
  assertEquals(driver.state("srv"), "stopping");
});

Deno.test("a bad verdict on readiness fails the start", () => {
  const driver = driverWith({ readiness: { ...PROBE, failures: 2 } });
  driver.run("srv");
  assertIncludes(probed(driver, "readiness", false).join(" "), "srv:failed");
  assertIncludes(driver.logs.at(-1) ?? "", "Has not become ready: no answer");
  driver.exited("srv", TERMINATED);
  assertEquals(driver.state("srv"), "stopped");
  assertEquals(driver.scheduler.status(driver.id("srv")).reason, "failed");
});

Deno.test("a service that does not answer any more is ended, and comes back", () => {
  const driver = driverWith({ liveness: LIVENESS });
  driver.run("srv");
  assertEquals(probed(driver, "liveness", true), ["srv healthy"]);
  assertEquals(probed(driver, "liveness", true), []);
  assertEquals(health(driver), true);
  assertEquals(probed(driver, "liveness", false), ["srv unhealthy", "srv TERM to start group"]);
  assertEquals(health(driver), false);
  const said = driver.exited("srv", EXITED_0);
  assertEquals(said.slice(0, 2), ["srv unknown", "end-probes"]);
  assertIncludes(said.join(" "), "srv spawn start");
  assertEquals(health(driver), undefined);
});

Deno.test("its end is a failure for restart = on-failure, whatever its status", () => {
  const driver = driverWith({ liveness: LIVENESS, restart: "on-failure" });
  driver.run("srv");
  probed(driver, "liveness", false);
  assertIncludes(driver.exited("srv", EXITED_0).join(" "), "srv spawn start");
});

Deno.test("a process that does not end is killed after the stop timeout", () => {
  const driver = driverWith({ liveness: LIVENESS, termSignal: "none", stopTimeoutMs: 1000 });
  driver.run("srv");
  assertEquals(probed(driver, "liveness", false), ["srv unhealthy", "srv KILL to start group"]);
  assertIncludes(driver.advance(1000).join(" "), "srv KILL to start group");
});

Deno.test("smooth recovery brings another process, which is asked for readiness first", () => {
  const driver = driverWith({ readiness: PROBE, liveness: LIVENESS, smoothRecovery: true });
  driver.run("srv");
  probed(driver, "readiness", true);
  probed(driver, "liveness", false);
  assertEquals(driver.exited("srv", TERMINATED), [
    "srv unknown",
    "end-probes",
    "srv spawn start",
  ]);
  driver.spawned("srv");
  assertEquals(driver.executed("srv"), ["probe"]);
  assertEquals(driver.scheduler.probeDue(driver.id("srv")), "readiness");
  assertEquals(probed(driver, "readiness", true), ["probe"]);
  assertEquals(driver.scheduler.probeDue(driver.id("srv")), "liveness");
  assertEquals(driver.state("srv"), "started");
});

Deno.test("one that is only marked goes on, and says when it is well again", () => {
  const driver = driverWith({ liveness: { ...LIVENESS, action: { kind: "mark" } } });
  driver.run("srv");
  assertEquals(probed(driver, "liveness", false), ["srv unhealthy"]);
  assertEquals([health(driver), driver.state("srv")], [false, "started"]);
  const other = Scheduler.restored(driver.scheduler.write());
  assert(other instanceof Scheduler);
  assertEquals(other.history(driver.id("srv")), driver.scheduler.history(driver.id("srv")));
  probed(driver, "liveness", true);
  assertEquals(health(driver), true);
  assertIncludes(driver.logs.at(-1) ?? "", "Answers its liveness probe again");
});

Deno.test("with a command that is what follows", () => {
  const action = { kind: "run", command: ["/bin/tell"] } as const;
  const driver = driverWith({ liveness: { ...LIVENESS, action } });
  driver.run("srv");
  assertEquals(probed(driver, "liveness", false), ["srv unhealthy", "tell-unhealthy"]);
  assertEquals(driver.state("srv"), "started");
});

Deno.test("verdicts about what is gone are none", () => {
  const driver = driverWith({ readiness: PROBE, liveness: LIVENESS });
  assertEquals(probed(driver, "readiness", true), []);
  driver.run("srv");
  assertEquals(probed(driver, "liveness", false), []);
  probed(driver, "readiness", true);
  driver.stop("srv");
  assertEquals(probed(driver, "liveness", false), []);
  assertIncludes(driver.exited("srv", EXITED_0).join(" "), "end-probes");
  assertEquals(health(driver), undefined);
});

Deno.test("the daemon of a bgprocess is asked", () => {
  const driver = new Driver();
  driver.load({ srv: { type: "bgprocess", restart: "always", liveness: LIVENESS } });
  driver.run("srv");
  const pidFile = { kind: "running", pid: driver.spawned("srv") as never, tracked: true } as const;
  const service = driver.id("srv");
  const said = driver.apply({ kind: "exited", service, role: "start", status: EXITED_0, pidFile });
  assertEquals(said, ["end-probes", "srv:started", "probe"]);
  assertIncludes(probed(driver, "liveness", false).join(" "), "srv TERM to start group");
});
