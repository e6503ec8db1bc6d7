/**
 * A child that exists but does not come to execute its program: stopped, or waiting for a file
 * system.
 */
import type { Event } from "../../../core/event.ts";
import { assertEquals } from "../../assert.ts";
import { Driver } from "./driver.ts";

function launched(parts: Record<string, unknown> = {}): Driver {
  const driver = new Driver();
  driver.load({ web: { type: "process", stopTimeoutMs: 5000, startTimeoutMs: 60_000, ...parts } });
  driver.start("web");
  driver.spawned("web");
  return driver;
}

Deno.test("a stop waits for the exec report of a child that was just made", () => {
  const driver = launched();
  driver.advance(999);
  assertEquals([driver.stop("web"), driver.state("web")], [[], "starting"]);
  assertEquals(driver.executed("web"), ["web:started", "web TERM to start group"]);
});

Deno.test("a stop ends a child that does not get on, by SIGINT and then SIGKILL", () => {
  const driver = launched();
  driver.advance(1000);
  assertEquals(driver.stop("web"), ["web INT to start group", "web:start-cancelled"]);
  assertEquals(driver.state("web"), "stopping");
  assertEquals(driver.advance(5000), ["web KILL to start group"]);
  driver.executed("web");
  driver.exited("web", { kind: "signalled", signal: 9, dumpedCore: false });
  assertEquals(driver.state("web"), "stopped");
});

Deno.test("a service that recovers and stops kills a child that does not get on", () => {
  const driver = launched({ smoothRecovery: true, restart: { when: "always" } });
  driver.executed("web");
  driver.exited("web", { kind: "exited", code: 1 });
  driver.advance(200);
  driver.spawned("web");
  assertEquals([driver.stop("web"), driver.state("web")], [[], "stopping"]);
  assertEquals(driver.advance(5000), ["web KILL to start group"]);
});

Deno.test("a signal for a child that is gone before its program goes to the next one", () => {
  const driver = launched({ options: { startInterruptible: true } });
  const event: Event = { kind: "launch-deferred", service: driver.id("web"), role: "start" };
  driver.apply(event);
  assertEquals(driver.stop("web"), ["web:start-cancelled"]);
  const { scheduler } = driver;
  const commands = scheduler.apply(
    { kind: "spawned", service: driver.id("web"), role: "start", pid: 7 as never },
    driver.now as never,
  );
  assertEquals(commands.map(({ kind }) => kind), ["signal"]);
});
