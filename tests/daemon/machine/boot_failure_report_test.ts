import { bootFailureReport } from "../../../daemon/machine/boot_failure_report.ts";
import { assertEquals } from "../../assert.ts";
import { Driver } from "../../core/schedule/driver.ts";

const errnoText = () => ({ name: "ENOENT", text: "no such file or directory" });

Deno.test("bootFailureReport() puts causes before what failed by them, and is bounded", () => {
  const driver = new Driver();
  const names = Array.from({ length: 20 }, (_, index) => `needy${index}`);
  driver.load({ net: { type: "scripted" }, quiet: {} });
  for (const name of names) driver.load({ [name]: { links: { need: ["net"] } } });
  for (const name of names) driver.start(name);
  driver.spawned("net");
  driver.executed("net");
  driver.exited("net", { kind: "exited", code: 2 });
  const lines = bootFailureReport(driver.scheduler, ["absent", "net"], errnoText);
  assertEquals(lines.slice(0, 3), [
    "absent: could not be loaded",
    "net: failed to start, with status 2",
    "needy0: a service that it needs failed",
  ]);
  assertEquals([lines.length, lines.at(-1)], [13, "and 10 more"]);
});

Deno.test("bootFailureReport() says how a service ended that had been up", () => {
  const driver = new Driver();
  driver.load({ web: { type: "process" } });
  driver.start("web");
  driver.spawned("web");
  driver.executed("web");
  driver.exited("web", { kind: "signalled", signal: 11, dumpedCore: false });
  assertEquals(bootFailureReport(driver.scheduler, ["web"], errnoText), [
    "web: ended by itself, by signal 11",
  ]);
});
