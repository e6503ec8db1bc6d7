import type { ServiceName } from "../../../core/types.ts";
import { assert, assertEquals } from "../../assert.ts";
import type { DescriptionParts } from "../../builders.ts";
import { Driver, EXITED_0, TERMINATED } from "../schedule/driver.ts";

/** A service that runs, with its policy. */
function running(parts: DescriptionParts = {}): Driver {
  const driver = new Driver();
  const usual = { type: "process", oomPolicy: "stop", restart: "never" } as const;
  driver.load({ srv: { ...usual, ...parts } });
  driver.run("srv");
  return driver;
}

function runOut(driver: Driver, count = 1): readonly string[] {
  return driver.apply({ kind: "memory-ran-out", service: driver.id("srv"), count });
}

const ON_DEMAND: DescriptionParts = {
  ...{ type: "process", oomPolicy: "stop" } as const,
  ...{ startsOnDemand: true, restart: "always" } as const,
};
const TOLD = "The kernel has ended a process of it because memory ran out";

Deno.test("memoryRanOut() stops a service in order, as one that has failed", () => {
  const driver = running({ stopTimeoutMs: 3000 });
  assertEquals(runOut(driver), ["srv TERM to start group"]);
  assertEquals([driver.state("srv"), driver.logs], ["stopping", [
    `error srv: ${TOLD}; stopping it`,
  ]]);
  assertEquals(driver.advance(3000), ["srv KILL to start group"]);
  driver.exited("srv", EXITED_0);
  const { reason, state } = driver.scheduler.status(driver.id("srv"));
  assertEquals([state, reason], ["stopped", "terminated"]);
  assert(driver.scheduler.hasGoneWrong(driver.id("srv")));
});

Deno.test("memoryRanOut() stops dependents first, and runs the stop command", () => {
  const driver = new Driver();
  driver.load({
    srv: {
      ...{ type: "process", oomPolicy: "stop", restart: "never" },
      stopCommand: ["/bin/stop"],
    },
    top: { type: "process", links: { need: ["srv"] } },
  });
  driver.run("srv");
  driver.run("top");
  assertEquals(driver.states("srv", "top"), ["started", "started"]);
  // As at an end of its own: whoever is told of "cancelled" is told that nobody wants it any more.
  assertEquals(runOut(driver), ["srv:start-cancelled", "top TERM to start group"]);
  assertEquals(driver.exited("top", TERMINATED), ["top:stopped", "srv spawn stop"]);
});

Deno.test("memoryRanOut() lets restart decide what comes then", () => {
  for (
    const [restart, comesBack] of [["on-failure", true], ["always", true], [
      "never",
      false,
    ]] as const
  ) {
    const driver = running({ restart, restartDelayMs: 0 });
    runOut(driver);
    assertEquals(driver.exited("srv", EXITED_0).includes("srv spawn start"), comesBack, restart);
  }
});

Deno.test("memoryRanOut() starts nothing that follows a good end", () => {
  const driver = new Driver();
  const chainTo = "next" as ServiceName;
  const parts = { type: "process", oomPolicy: "stop", restart: "never", chainTo } as const;
  driver.load({ srv: parts, next: { type: "process" } });
  driver.run("srv");
  runOut(driver);
  assertEquals(driver.exited("srv", EXITED_0).includes("next spawn start"), false);
});

Deno.test("memoryRanOut() only tells where the policy says nothing else, or the kernel ends all", () => {
  for (const oomPolicy of ["continue", "kill"] as const) {
    const driver = running({ oomPolicy });
    assertEquals(runOut(driver, 3), []);
    assertEquals(driver.state("srv"), "started");
    const told = "The kernel has ended 3 processes of it because memory ran out";
    assertEquals(driver.logs, [`error srv: ${told}`]);
  }
});

Deno.test("memoryRanOut() fails a start that goes on, and leaves a stop that goes on alone", () => {
  const driver = new Driver();
  const readyNotification = { kind: "notify" } as const;
  driver.load({ srv: { type: "process", oomPolicy: "stop", readyNotification } });
  driver.start("srv");
  driver.spawned("srv");
  driver.executed("srv");
  assertEquals(runOut(driver).includes("srv TERM to start group"), true);
  assertEquals(runOut(driver), [], "it is on its way down");
  driver.exited("srv", TERMINATED);
  assertEquals(driver.scheduler.status(driver.id("srv")).reason, "failed");
});

Deno.test("memoryRanOut() after the main process itself has ended changes nothing", () => {
  const driver = running({ restart: "on-failure", restartDelayMs: 0 });
  driver.exited("srv", { kind: "signalled", signal: 9, dumpedCore: false });
  const before = driver.state("srv");
  assertEquals(runOut(driver), []);
  assertEquals(driver.state("srv"), before);
});

Deno.test("memoryRanOut() leaves what is pinned up alone", () => {
  const driver = new Driver();
  driver.load({ srv: { type: "process", oomPolicy: "stop" } });
  driver.start("srv", { pin: true });
  driver.spawned("srv");
  driver.executed("srv");
  assertEquals(runOut(driver), []);
  assertEquals(driver.state("srv"), "started");
});

Deno.test("memoryRanOut() ends one run of what starts on demand, which is waited for again", () => {
  const driver = new Driver();
  driver.load({ srv: { ...ON_DEMAND, restartDelayMs: 0 } });
  driver.start("srv");
  const service = driver.id("srv");
  driver.apply({ kind: "listening", service });
  driver.apply({ kind: "demand", service, wasWaiting: false, where: "/s" });
  driver.spawned("srv");
  driver.executed("srv");
  assertEquals(runOut(driver), ["srv TERM to start group"]);
  assertEquals(driver.exited("srv", EXITED_0), ["listen srv"]);
  assertEquals(driver.state("srv"), "started");
});
