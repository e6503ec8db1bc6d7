import { containerStatus } from "../../daemon/container_status.ts";
import { assertEquals } from "../assert.ts";
import { Driver } from "../core/schedule/driver.ts";
import { EXEC_STAGE, type ExitStatus } from "../../core/types.ts";

/** The image of services/container: boot needs the application. */
function ended(exit: ExitStatus): number {
  const driver = new Driver();
  driver.load({ app: { type: "process" }, boot: { links: { need: ["app"] } } });
  driver.start("boot");
  driver.spawned("app");
  driver.executed("app");
  driver.exited("app", exit);
  assertEquals(driver.states("app", "boot"), ["stopped", "stopped"]);
  return containerStatus(driver.scheduler, ["boot"]);
}

Deno.test("containerStatus() is that of the dependency that ended", () => {
  assertEquals(ended({ kind: "exited", code: 3 }), 3);
  assertEquals(ended({ kind: "exited", code: 0 }), 0);
  assertEquals(ended({ kind: "signalled", signal: 11, dumpedCore: true }), 139);
});

Deno.test("containerStatus() of a start that failed", () => {
  const driver = new Driver();
  driver.load({ app: { type: "scripted" } });
  driver.start("app");
  driver.spawned("app");
  driver.executed("app");
  driver.exited("app", { kind: "exited", code: 7 });
  assertEquals(containerStatus(driver.scheduler, ["app"]), 7);
});

Deno.test("containerStatus() of what was never loaded or could not be executed", () => {
  const driver = new Driver();
  assertEquals(containerStatus(driver.scheduler, ["missing"]), 1);
  driver.load({ app: { type: "process" } });
  driver.start("app");
  driver.spawned("app");
  driver.apply({
    kind: "exec-failed",
    service: driver.id("app"),
    role: "start",
    stage: EXEC_STAGE.execute,
    errno: 2,
  });
  assertEquals(containerStatus(driver.scheduler, ["app"]), 127);
});

Deno.test("containerStatus() takes the first of several services that failed", () => {
  const driver = new Driver();
  driver.load({ one: { type: "process" }, two: { type: "process" } });
  for (const name of ["one", "two"]) {
    driver.start(name);
    driver.spawned(name);
    driver.executed(name);
  }
  driver.exited("one", { kind: "exited", code: 0 });
  driver.exited("two", { kind: "exited", code: 5 });
  assertEquals(containerStatus(driver.scheduler, ["one", "two"]), 5);
});
