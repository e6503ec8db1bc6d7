/**
 * kill-tree, as far as the state model knows of it: a scripted service always has something to do
 * at its stop.
 */
import { assertEquals } from "../../assert.ts";
import { Driver, EXITED_0 } from "../schedule/driver.ts";

Deno.test("a scripted service with kill-tree and no stop command waits for the end of its tree", () => {
  const driver = new Driver();
  driver.load({ boot: { type: "scripted", killTree: true } });
  driver.run("boot");
  driver.exited("boot", EXITED_0);
  assertEquals(driver.state("boot"), "started");
  assertEquals(driver.stop("boot"), ["boot spawn stop"]);
  driver.executed("boot", "stop");
  assertEquals(driver.state("boot"), "stopping");
  driver.exited("boot", EXITED_0, "stop");
  assertEquals(driver.state("boot"), "stopped");
});

Deno.test("a scripted service without both stops at once", () => {
  const driver = new Driver();
  driver.load({ boot: { type: "scripted" } });
  driver.run("boot");
  driver.exited("boot", EXITED_0);
  driver.stop("boot");
  assertEquals(driver.state("boot"), "stopped");
});
