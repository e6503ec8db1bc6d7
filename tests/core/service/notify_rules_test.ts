import type { Pid, ServiceId, ServiceName } from "../../../core/types.ts";
import { assertEquals } from "../../assert.ts";
import type { DescriptionParts } from "../../builders.ts";
import { Driver } from "../schedule/driver.ts";

const ABORTED = { kind: "signalled", signal: 6, dumpedCore: false } as const;

/** A service that has told it is ready. */
function talking(parts: DescriptionParts = {}): { driver: Driver; service: ServiceId } {
  const driver = new Driver();
  driver.load({ srv: { type: "process", readyNotification: { kind: "notify" }, ...parts } });
  driver.start("srv");
  driver.spawned("srv");
  driver.executed("srv");
  const service = driver.id("srv");
  driver.apply({ kind: "ready", service });
  return { driver, service };
}

Deno.test("watchdogExpired() sends ABRT, and KILL after the stop timeout", () => {
  const { driver, service } = talking({ stopTimeoutMs: 3000 });
  assertEquals(driver.apply({ kind: "watchdog-expired", service }), ["srv ABRT to start group"]);
  assertEquals(driver.state("srv"), "started");
  assertEquals(driver.advance(3000), ["srv KILL to start group"]);
});

Deno.test("an end after a missed watchdog is a failure however the process ends", () => {
  const { driver, service } = talking({ restart: "on-failure", restartDelayMs: 0 });
  driver.apply({ kind: "watchdog-expired", service });
  assertEquals(driver.exited("srv", { kind: "exited", code: 0 }).includes("srv spawn start"), true);
});

Deno.test("an end after a missed watchdog starts nothing that follows a good end", () => {
  const chainTo = "next" as ServiceName;
  const { driver, service } = talking({ restart: "never", chainTo });
  driver.load({ next: { type: "process" } });
  driver.apply({ kind: "watchdog-expired", service });
  assertEquals(driver.exited("srv", { kind: "exited", code: 0 }).includes("chain srv next"), false);
  assertEquals(driver.state("next"), "stopped");
});

Deno.test("a watchdog that expires in recovery leads to the next recovery", () => {
  const { driver, service } = talking({ smoothRecovery: true, restartDelayMs: 0 });
  driver.apply({ kind: "watchdog-expired", service });
  assertEquals(driver.exited("srv", ABORTED), ["srv spawn start"]);
  assertEquals(driver.state("srv"), "started");
});

Deno.test("a watchdog that a process sets before it is ready ends the start, its timeout at the latest", () => {
  for (const startTimeoutMs of [0, 10_000]) {
    const driver = new Driver();
    const readyNotification = { kind: "notify" } as const;
    const limits = { startTimeoutMs, stopTimeoutMs: 3000 };
    driver.load({ srv: { type: "process", readyNotification, ...limits } });
    driver.start("srv");
    driver.spawned("srv");
    driver.executed("srv");
    const service = driver.id("srv");
    assertEquals(driver.apply({ kind: "watchdog-expired", service }), ["srv ABRT to start group"]);
    const limit = startTimeoutMs === 0 ? "srv KILL to start group" : "srv INT to start group";
    assertEquals(driver.advance(startTimeoutMs || 3000)[0], limit);
    driver.exited("srv", ABORTED);
    assertEquals(driver.state("srv"), "stopped");
  }
});

Deno.test("watchdogExpired() does nothing to a service that is stopping", () => {
  const { driver, service } = talking();
  driver.stop("srv");
  assertEquals(driver.apply({ kind: "watchdog-expired", service }), []);
});

Deno.test("announcesEnd() gives the process the stop timeout to end", () => {
  const { driver, service } = talking({ stopTimeoutMs: 2000 });
  assertEquals(driver.apply({ kind: "stopping", service }), []);
  assertEquals(driver.state("srv"), "started");
  assertEquals(driver.advance(2000), ["srv KILL to start group"]);
});

Deno.test("extendTimeout() puts off what is timed, and never brings it nearer", () => {
  const driver = new Driver();
  const readyNotification = { kind: "notify" } as const;
  driver.load({ srv: { type: "process", readyNotification, startTimeoutMs: 10_000 } });
  driver.start("srv");
  driver.spawned("srv");
  driver.executed("srv");
  const service = driver.id("srv");
  driver.advance(9000);
  driver.apply({ kind: "extend-timeout", service, timeoutMs: 500 });
  driver.apply({ kind: "extend-timeout", service, timeoutMs: 5000 });
  assertEquals(driver.advance(4999), []);
  assertEquals(driver.advance(1), ["srv INT to start group", "srv:failed"]);
});

Deno.test("mainPidChanged() makes signals go to the new main process", () => {
  const { driver, service } = talking();
  driver.apply({ kind: "main-pid", service, pid: 4242 as Pid });
  assertEquals(driver.scheduler.status(service).pid, 4242);
});
