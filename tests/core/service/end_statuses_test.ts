/**
 * What `success-status`, `restart-prevent-status` and `restart-force-status` make of the ends of
 * processes.
 */
import { ENDING_SIGNALS, isAmong } from "../../../core/system/end_statuses.ts";
import type { ExitStatus } from "../../../core/types.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import type { DescriptionParts } from "../../builders.ts";
import { Driver, EXITED_0, EXITED_1, TERMINATED } from "../schedule/driver.ts";

const SEGV: ExitStatus = { kind: "signalled", signal: 11, dumpedCore: true };
const EXITED_143: ExitStatus = { kind: "exited", code: 143 };

function running(parts: DescriptionParts): Driver {
  const driver = new Driver();
  driver.load({ srv: { type: "process", restartDelayMs: 0, ...parts } });
  driver.run("srv");
  return driver;
}

/** Whether the process is launched again when it has ended so. */
function restarts(parts: DescriptionParts, status: ExitStatus): boolean {
  return running(parts).exited("srv", status).includes("srv spawn start");
}

Deno.test("isAmong() knows exit statuses and signals, each system's numbers, and no unknown end", () => {
  const signalled = (signal: number) => ({ kind: "signalled", signal, dumpedCore: false }) as const;
  assert(isAmong([3, "TERM"], { kind: "exited", code: 3 }, "linux"));
  assert(!isAmong([15], TERMINATED, "linux"));
  assert(isAmong(["TERM"], TERMINATED, "linux"));
  assert(isAmong(["USR1"], signalled(10), "linux"));
  assert(!isAmong(["USR1"], signalled(10), "bsd"));
  assert(isAmong(["BUS"], signalled(10), "bsd"));
  const exited = (code: number) => ({ kind: "exited", code }) as const;
  assert(isAmong(["3-10"], exited(3), "linux") && isAmong(["3-10"], exited(10), "linux"));
  assert(!isAmong(["3-10"], exited(11), "linux") && !isAmong(["3-10"], TERMINATED, "linux"));
  assert(!isAmong([0, ...ENDING_SIGNALS], { kind: "none" }, "linux"));
});

Deno.test("success-status: such an end is no failure for restart = on-failure", () => {
  const parts = { restart: "on-failure", successStatus: [143, "SEGV"] } as const;
  assert(!restarts(parts, EXITED_143));
  assert(!restarts(parts, SEGV));
  assert(restarts(parts, EXITED_1));
  assert(restarts({ restart: "always", successStatus: [143] }, EXITED_143));
});

Deno.test("success-status: a service that ended so is not shown as failed, and has not gone wrong", () => {
  const driver = running({ successStatus: [143] });
  driver.exited("srv", EXITED_143);
  const { reason, state } = driver.scheduler.status(driver.id("srv"));
  assertEquals([state, reason], ["stopped", "normal"]);
  assert(!driver.scheduler.hasGoneWrong(driver.id("srv")));
  assertEquals(driver.logs, ["info srv: Process exited with status 143: a success"]);
  const other = running({ successStatus: [143] });
  other.exited("srv", EXITED_1);
  assertEquals(other.scheduler.status(other.id("srv")).reason, "terminated");
  assert(other.scheduler.hasGoneWrong(other.id("srv")));
});

Deno.test("success-status: a missed watchdog is a failure all the same", () => {
  const driver = running({ restart: "on-failure", successStatus: ["ABRT"], watchdogTimeoutMs: 1 });
  driver.apply({ kind: "watchdog-expired", service: driver.id("srv") });
  const aborted = { kind: "signalled", signal: 6, dumpedCore: false } as const;
  assertIncludes(driver.exited("srv", aborted).join(), "srv spawn start");
});

Deno.test("success-status: chain-to takes such an end for a good one", () => {
  const driver = running({ successStatus: [7], chainTo: "next" as never });
  assertIncludes(driver.exited("srv", { kind: "exited", code: 7 }).join(), "next");
  const other = running({ successStatus: [8], chainTo: "next" as never });
  assert(!other.exited("srv", { kind: "exited", code: 7 }).join().includes("next"));
});

Deno.test("success-status: a start command that ends so has started its service", () => {
  for (const [status, state] of [[3, "started"], [4, "stopped"]] as const) {
    const driver = new Driver();
    driver.load({ srv: { type: "scripted", successStatus: [3] } });
    driver.run("srv");
    driver.exited("srv", { kind: "exited", code: status });
    assertEquals(driver.state("srv"), state);
  }
});

Deno.test("success-status: a service on demand goes on listening after such an end", () => {
  const driver = new Driver();
  driver.load({ srv: { type: "process", startsOnDemand: true, successStatus: [3] } });
  driver.start("srv");
  const service = driver.id("srv");
  driver.apply({ kind: "listening", service });
  driver.apply({ kind: "demand", service, wasWaiting: false, where: "/s" });
  driver.spawned("srv");
  driver.executed("srv");
  driver.exited("srv", { kind: "exited", code: 3 });
  assertEquals(driver.state("srv"), "started");
});

Deno.test("restart-prevent-status: no restart, whatever restart and smooth-recovery say", () => {
  const restartPreventStatus = [23, "SEGV"] as const;
  assert(!restarts({ restart: "always", restartPreventStatus }, SEGV));
  assert(restarts({ restart: "always", restartPreventStatus }, EXITED_1));
  const driver = running({ restart: "always", smoothRecovery: true, restartPreventStatus });
  driver.exited("srv", { kind: "exited", code: 23 });
  assertEquals(driver.state("srv"), "stopped");
  assertEquals(driver.logs, [
    "error srv: Process exited with status 23",
    "warn srv: Not restarting: restart-prevent-status names the status of its end",
  ]);
});

Deno.test("restart-prevent-status does not keep a restart order back", () => {
  const driver = running({ restart: "never", restartPreventStatus: ["TERM"] });
  driver.order({ kind: "restart", service: driver.id("srv"), force: false });
  assertIncludes(driver.exited("srv", TERMINATED).join(), "srv spawn start");
});

Deno.test("restart-force-status: a restart whatever restart says, but for restart-prevent-status", () => {
  const restartForceStatus = [75] as const;
  const end = { kind: "exited", code: 75 } as const;
  assert(restarts({ restart: "never", restartForceStatus }, end));
  assert(restarts({ restart: "on-failure", successStatus: [75], restartForceStatus }, end));
  assert(!restarts({ restart: "never", restartForceStatus }, EXITED_0));
  assert(!restarts({ restart: "never", restartForceStatus, restartPreventStatus: [75] }, end));
});

Deno.test("restart-force-status: within the restart limit, and not for a stop by order", () => {
  const driver = running({ restart: "never", restartForceStatus: [75], restartLimitCount: 1 });
  const end = { kind: "exited", code: 75 } as const;
  driver.exited("srv", end);
  driver.spawned("srv");
  driver.executed("srv");
  driver.exited("srv", end);
  assertEquals(driver.state("srv"), "stopped");
  assertIncludes(driver.logs.at(-1) ?? "", "Restart limit reached");
  const other = running({ restartForceStatus: ["TERM"] });
  other.stop("srv");
  assert(!other.exited("srv", TERMINATED).includes("srv spawn start"));
});
