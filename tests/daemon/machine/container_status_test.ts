import { containerStatus } from "../../../daemon/machine/container_status.ts";
import { assertEquals } from "../../assert.ts";
import type { DescriptionParts } from "../../builders.ts";
import { Driver, EXITED_0, EXITED_1, TERMINATED } from "../../core/schedule/driver.ts";
import { EXEC_STAGE, type ExitStatus } from "../../../core/types.ts";

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

/** One service named `app`, through what the body does with it. */
function statusAfter(parts: DescriptionParts, body: (driver: Driver) => void): number {
  const driver = new Driver();
  driver.load({ app: parts });
  driver.start("app");
  body(driver);
  assertEquals(driver.state("app"), "stopped");
  return containerStatus(driver.scheduler, ["app"]);
}

/** A process with a readiness pipe. */
const PIPED: DescriptionParts = {
  type: "process",
  readyNotification: { kind: "descriptor", number: 3 },
};

for (
  const [exit, status] of [
    [{ kind: "exited", code: 5 }, 5],
    [EXITED_0, 1],
    [{ kind: "signalled", signal: 11, dumpedCore: false }, 139],
  ] as const
) {
  Deno.test(`containerStatus() of a start whose pipe closes before its end is ${status}`, () => {
    const ended = (order: readonly ("pipe" | "end")[]) =>
      statusAfter(PIPED, (driver) => {
        driver.spawned("app");
        driver.executed("app");
        for (const what of order) {
          if (what === "end") driver.exited("app", exit);
          else driver.apply({ kind: "readiness-closed", service: driver.id("app") });
        }
      });
    assertEquals(ended(["pipe", "end"]), status);
    assertEquals(ended(["end", "pipe"]), status);
  });
}

Deno.test("containerStatus() of a program whose surroundings cannot be set up", () => {
  const status = statusAfter({ type: "process" }, (driver) => {
    driver.spawned("app");
    const { logFile: stage } = EXEC_STAGE;
    driver.apply({
      kind: "exec-failed",
      service: driver.id("app"),
      role: "start",
      stage,
      errno: 2,
    });
  });
  assertEquals(status, 125);
});

Deno.test("containerStatus() of a process that ended well too often", () => {
  const parts = { type: "process", restart: "always", restartLimitCount: 1 } as const;
  const status = statusAfter(parts, (driver) => {
    for (let run = 0; run < 2; run++) {
      driver.advance(200 * run);
      driver.spawned("app");
      driver.executed("app");
      driver.exited("app", EXITED_0);
    }
  });
  assertEquals(status, 1);
});

Deno.test("containerStatus() of a recovery that cannot be executed", () => {
  const parts = { type: "process", smoothRecovery: true } as const;
  const status = statusAfter(parts, (driver) => {
    driver.spawned("app");
    driver.executed("app");
    driver.exited("app", EXITED_0);
    driver.advance(10_000);
    driver.notExecuted("app");
  });
  assertEquals(status, 1);
});

Deno.test("containerStatus() of an end that nobody knows", () => {
  const status = statusAfter({ type: "process" }, (driver) => {
    driver.spawned("app");
    driver.executed("app");
    driver.exited("app", { kind: "none" });
  });
  assertEquals(status, 1);
});

Deno.test("containerStatus() of a process that gave no sign of life, and then ended with 0", () => {
  const status = statusAfter({ type: "process" }, (driver) => {
    driver.spawned("app");
    driver.executed("app");
    driver.apply({ kind: "watchdog-expired", service: driver.id("app") });
    driver.exited("app", EXITED_0);
  });
  assertEquals(status, 1);
});

Deno.test("containerStatus() of sockets that cannot be opened again", () => {
  const status = statusAfter({ type: "process", startsOnDemand: true }, (driver) => {
    driver.apply({ kind: "listening", service: driver.id("app") });
    driver.apply({ kind: "demand", service: driver.id("app"), wasWaiting: false, where: "/s" });
    driver.spawned("app");
    driver.executed("app");
    driver.exited("app", EXITED_0);
    driver.apply({ kind: "listen-failed", service: driver.id("app"), errno: 12, why: "no memory" });
  });
  assertEquals(status, 125);
});

Deno.test("containerStatus() of a failure that a shutdown came upon is the failure's", () => {
  const driver = new Driver();
  driver.load({
    app: { type: "process" },
    boot: { type: "scripted", stopCommand: ["/stop"], links: { need: ["app"] } },
  });
  driver.start("boot");
  driver.spawned("app");
  driver.executed("app");
  driver.spawned("boot");
  driver.executed("boot");
  driver.exited("boot", EXITED_0);
  driver.exited("app", { kind: "exited", code: 5 });
  driver.order({ kind: "shutdown", type: "halt" });
  driver.spawned("boot", "stop");
  driver.executed("boot", "stop");
  driver.exited("boot", EXITED_0, "stop");
  assertEquals(driver.states("app", "boot"), ["stopped", "stopped"]);
  assertEquals(containerStatus(driver.scheduler, ["boot"]), 5);
});

Deno.test("containerStatus() of a shutdown is 0 whatever the processes make of their signal", () => {
  const status = statusAfter({ type: "process" }, (driver) => {
    driver.spawned("app");
    driver.executed("app");
    driver.order({ kind: "shutdown", type: "halt" });
    driver.exited("app", TERMINATED);
  });
  assertEquals(status, 0);
});

Deno.test("containerStatus() of what had to be killed because it did not stop in time", () => {
  const status = statusAfter({ type: "process", stopTimeoutMs: 1000 }, (driver) => {
    driver.spawned("app");
    driver.executed("app");
    driver.order({ kind: "shutdown", type: "halt" });
    driver.advance(1000);
    driver.exited("app", { kind: "signalled", signal: 9, dumpedCore: false });
  });
  assertEquals(status, 137);
});

Deno.test("containerStatus() of a stop command that failed", () => {
  const status = statusAfter({ type: "scripted", stopCommand: ["/stop"] }, (driver) => {
    driver.spawned("app");
    driver.executed("app");
    driver.exited("app", EXITED_0);
    driver.order({ kind: "shutdown", type: "halt" });
    driver.spawned("app", "stop");
    driver.executed("app", "stop");
    driver.exited("app", EXITED_1, "stop");
  });
  assertEquals(status, 1);
});

Deno.test("containerStatus() of a start that its application's good end breaks off is 0", () => {
  const driver = new Driver();
  driver.load({
    app: { type: "process" },
    slow: { type: "scripted" },
    boot: { links: { need: ["app", "slow"] } },
  });
  driver.start("boot");
  for (const name of ["app", "slow"]) {
    driver.spawned(name);
    driver.executed(name);
  }
  driver.exited("app", EXITED_0);
  driver.exited("slow", EXITED_0);
  assertEquals(driver.states("app", "slow", "boot"), ["stopped", "stopped", "stopped"]);
  assertEquals(containerStatus(driver.scheduler, ["boot"]), 0);
});

Deno.test("containerStatus() counts a failure that a later start has made good no more", () => {
  const driver = new Driver();
  driver.load({ app: { type: "process", restart: "always" } });
  driver.run("app");
  driver.exited("app", EXITED_1);
  driver.advance(10_000);
  driver.spawned("app");
  driver.executed("app");
  driver.order({ kind: "shutdown", type: "halt" });
  driver.exited("app", EXITED_0);
  assertEquals(containerStatus(driver.scheduler, ["app"]), 0);
});
