import { pid } from "../../../core/types.ts";
import { assertEquals } from "../../assert.ts";
import type { DescriptionParts } from "../../builders.ts";
import { Driver, TERMINATED } from "../schedule/driver.ts";

/** A started service with smooth recovery that only a pin keeps up. */
function keptUpByPin(parts: DescriptionParts): Driver {
  const driver = new Driver();
  driver.load({ a: { smoothRecovery: true, restartDelayMs: 0, ...parts } });
  driver.start("a", { pin: true });
  const child = driver.spawned("a");
  const service = driver.id("a");
  driver.apply({ kind: "exec-succeeded", service, role: "start" });
  if (parts.type === "bgprocess") {
    driver.apply({
      kind: "exited",
      service,
      role: "start",
      status: { kind: "exited", code: 0 },
      pidFile: { kind: "running", pid: pid(child + 1), tracked: true },
    });
  }
  driver.release("a");
  assertEquals(driver.state("a"), "started");
  return driver;
}

// Upstream recovers the process only: the bgprocess stays started without its daemon until it is
// unpinned.
for (const type of ["process", "bgprocess"] as const) {
  Deno.test(`a ${type} that only a pin keeps up recovers when it dies`, () => {
    const driver = keptUpByPin({ type, command: ["/bin/run"] });
    const service = driver.id("a");
    const said = driver.apply({ kind: "exited", service, role: "start", status: TERMINATED });
    assertEquals(said.filter((text) => text.includes("spawn")).length, 1);
    assertEquals(driver.state("a"), "started");
  });
}
