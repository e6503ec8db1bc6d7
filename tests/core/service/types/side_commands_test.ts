/** Commands before and after: their order, and what their failures lead to. */
import { Scheduler } from "../../../../core/schedule/scheduler.ts";
import { instant } from "../../../../core/types.ts";
import { assert, assertEquals } from "../../../assert.ts";
import type { DescriptionParts } from "../../../builders.ts";
import { Driver, EXITED_0, EXITED_1, TERMINATED } from "../../schedule/driver.ts";

const PRE = { words: ["/bin/pre"], mayFail: false };
const POST = { words: ["/bin/post"], mayFail: false };
const CLEAN = { words: ["/bin/clean"], mayFail: false };
const MAY_FAIL = { words: ["/bin/try"], mayFail: true };
const ALL: DescriptionParts = {
  type: "process",
  startPre: [PRE, MAY_FAIL],
  startPost: [POST],
  stopPost: [CLEAN, CLEAN],
};

function driverOf(services: Readonly<Record<string, DescriptionParts>>): Driver {
  const driver = new Driver();
  driver.load(services);
  return driver;
}

/** The present command gets to its program and ends. */
function side(driver: Driver, status = EXITED_0): readonly string[] {
  driver.spawned("web", "stop");
  driver.executed("web", "stop");
  return driver.exited("web", status, "stop");
}

function status(driver: Driver) {
  return driver.scheduler.status(driver.id("web"));
}

Deno.test("commands run one after the other round the start and behind the stop", () => {
  const driver = driverOf({ web: ALL });
  assertEquals(driver.start("web"), ["web spawn startPre 0"]);
  assertEquals(side(driver), ["web spawn startPre 1"]);
  assertEquals(side(driver, EXITED_1), ["web spawn start"]);
  driver.spawned("web");
  assertEquals(driver.executed("web"), ["web spawn startPost 0"]);
  assertEquals(driver.state("web"), "starting");
  assertEquals(side(driver), ["web:started"]);
  assertEquals(driver.stop("web"), ["web TERM to start group"]);
  assertEquals(driver.exited("web", TERMINATED), ["web spawn stopPost 0"]);
  assertEquals(driver.state("web"), "stopping");
  assertEquals(side(driver, EXITED_1), ["web spawn stopPost 1"]);
  assertEquals(side(driver), ["web:stopped"]);
  assertEquals(driver.logs.slice(0, 2), [
    'warn web: Command before the start ("/bin/try") exited with status 1',
    'warn web: Command after the stop ("/bin/clean") exited with status 1',
  ]);
  assertEquals([driver.scheduler.hasGoneWrong(driver.id("web")), driver.scheduler.activeCount], [
    true,
    0,
  ]);
});

Deno.test("a command before the start that fails makes the start fail, and its dependents", () => {
  const driver = driverOf({ web: ALL, boot: { links: { need: ["web"] } } });
  driver.start("boot");
  assertEquals(side(driver, EXITED_1), [
    "web:failed",
    "web spawn stopPost 0",
    "boot:failed",
    "boot:stopped",
  ]);
  assertEquals(driver.states("web", "boot"), ["stopping", "stopped"]);
  side(driver);
  assertEquals(side(driver), ["web:stopped"]);
  assertEquals(status(driver).reason, "failed");
  assertEquals(status(driver).exit, EXITED_1);
});

Deno.test("a command that cannot be run is told as what it is", () => {
  const driver = driverOf({ web: { ...ALL, stopPost: [] } });
  driver.start("web");
  driver.spawned("web", "stop");
  assertEquals(driver.notExecuted("web", "stop"), ["web:failed", "web:stopped"]);
  assertEquals([status(driver).reason, status(driver).execFailure], [
    "exec-failed",
    { stage: 18, errno: 2 },
  ]);
  assertEquals(
    driver.logs[0]?.startsWith("error web: Cannot run the command before the start"),
    true,
  );
  const other = driverOf({ web: { ...ALL, startPre: [MAY_FAIL] } });
  other.start("web");
  other.spawned("web", "stop");
  assertEquals(other.notExecuted("web", "stop"), ["web spawn start"]);
});

Deno.test("a command after the start that fails has the process stopped", () => {
  const driver = driverOf({ web: ALL });
  driver.start("web");
  side(driver);
  side(driver);
  driver.spawned("web");
  driver.executed("web");
  assertEquals(side(driver, EXITED_1), ["web:failed", "web TERM to start group"]);
  assertEquals(driver.exited("web", TERMINATED), ["web spawn stopPost 0"]);
  side(driver);
  assertEquals(side(driver), ["web:stopped"]);
});

Deno.test("a process that ends while a command after the start runs ends that", () => {
  const driver = driverOf({ web: { ...ALL, startPre: [] } });
  driver.run("web");
  driver.spawned("web", "stop");
  driver.executed("web", "stop");
  assertEquals(driver.exited("web", EXITED_1), ["web:failed", "web TERM to stop group"]);
  assertEquals(driver.exited("web", TERMINATED, "stop"), ["web spawn stopPost 0"]);
});

Deno.test("a start that is not wanted any more comes to the end of its command", () => {
  const driver = driverOf({ web: ALL });
  driver.start("web");
  driver.spawned("web", "stop");
  driver.executed("web", "stop");
  assertEquals([driver.stop("web"), driver.state("web")], [[], "starting"]);
  assertEquals(driver.exited("web", EXITED_0, "stop"), [
    "web:start-cancelled",
    "web spawn stopPost 0",
  ]);
});

Deno.test("with start-interruptible the command is broken off", () => {
  const driver = driverOf({ web: { ...ALL, options: { startInterruptible: true } } });
  driver.start("web");
  driver.spawned("web", "stop");
  driver.executed("web", "stop");
  assertEquals(driver.stop("web"), ["web INT to stop group", "web:start-cancelled"]);
  assertEquals(driver.exited("web", TERMINATED, "stop"), ["web spawn stopPost 0"]);
});

Deno.test("each command has the time limit of what it belongs to", () => {
  const driver = driverOf({ web: { ...ALL, startTimeoutMs: 1000, stopTimeoutMs: 500 } });
  driver.start("web");
  side(driver);
  driver.spawned("web", "stop");
  driver.executed("web", "stop");
  assertEquals(driver.advance(999), []);
  assertEquals(driver.advance(1), ["web INT to stop group", "web:failed"]);
  assertEquals(driver.advance(500), ["web KILL to stop group"]);
  assertEquals(driver.exited("web", TERMINATED, "stop"), ["web spawn stopPost 0"]);
  driver.spawned("web", "stop");
  driver.executed("web", "stop");
  assertEquals(driver.advance(500), ["web KILL to stop group"]);
  assertEquals(status(driver).reason, "timed-out");
});

Deno.test("an automatic restart runs all of them again, those before it after the delay", () => {
  const driver = driverOf({
    web: { ...ALL, startPost: [], restart: "always", restartDelayMs: 1000 },
  });
  driver.start("web");
  side(driver);
  side(driver);
  driver.spawned("web");
  driver.executed("web");
  assertEquals(driver.exited("web", EXITED_1), ["web spawn stopPost 0"]);
  side(driver);
  assertEquals([side(driver), driver.state("web")], [["web:stopped"], "starting"]);
  assertEquals(driver.advance(1000), ["web spawn startPre 0"]);
  side(driver);
  assertEquals(side(driver), ["web spawn start"]);
});

Deno.test("a start that has not begun leaves nothing to clean up", () => {
  const driver = driverOf({
    trigger: { type: "triggered" },
    web: { ...ALL, links: { need: ["trigger"] } },
  });
  driver.start("web");
  assertEquals(driver.stop("web"), [
    "web:start-cancelled",
    "trigger:start-cancelled",
    "web:stopped",
    "trigger:stopped",
  ]);
});

Deno.test("a scripted service is stopped by its stop command when a command after its start fails", () => {
  const web: DescriptionParts = {
    type: "scripted",
    stopCommand: ["/bin/stop"],
    startPost: [POST],
    stopPost: [CLEAN],
  };
  const driver = driverOf({ web });
  driver.run("web");
  assertEquals(driver.exited("web", EXITED_0), ["web spawn startPost 0"]);
  assertEquals(side(driver, EXITED_1), ["web:failed", "web spawn stop"]);
  assertEquals(side(driver), ["web spawn stopPost 0"]);
  assertEquals(side(driver), ["web:stopped"]);
});

Deno.test("a restored scheduler goes on with the commands", () => {
  const driver = driverOf({ web: ALL });
  driver.start("web");
  side(driver);
  const restored = Scheduler.restored(driver.scheduler.write());
  assert(restored instanceof Scheduler);
  const service = driver.id("web");
  const role = "stop" as const;
  restored.apply({ kind: "exec-succeeded", service, role }, instant(2000));
  const commands = restored.apply(
    { kind: "exited", service, role, status: EXITED_0 },
    instant(2000),
  );
  assertEquals(
    commands,
    driver.scheduler.status(service) && [{
      kind: "spawn",
      service,
      role: "start",
      onConsole: false,
      watchReadiness: false,
    }],
  );
});
