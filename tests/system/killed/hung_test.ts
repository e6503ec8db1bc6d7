/** A manager that does not go on. */
import { assertEquals, assertMatch } from "../../assert.ts";
import { surroundings, testNeeding } from "../../skip.ts";
import { until } from "../../wait.ts";
import { withManager } from "../manager.ts";
import { shell } from "../reexec/services.ts";
import { plantHang } from "./hang.ts";
import { started } from "./left.ts";

const ON_X86_64 = [
  surroundings("Linux", Deno.build.os === "linux"),
  surroundings("x86-64", Deno.build.arch === "x86_64"),
];
const HANG = ["--hang-limit", "1s", "--crash-pause", "0"];
/** On a machine with much else to do a turn may take long. */
const PATIENT = ["--hang-limit", "3s"];
const PATIENT_MS = 4500;
const HUNG = /The manager has crashed, and was started again: its loop hung at 0x/;
const services = { boot: shell("exec sleep 1000") };

testNeeding(
  "a manager that hangs is executed again, with its services",
  ON_X86_64,
  () =>
    withManager({ services, args: HANG }, async (manager) => {
      await started(manager, "boot");
      const pid = await manager.servicePid("boot");
      for (let round = 1; round <= 2; round++) {
        await plantHang(manager.pid);
        // This wakes it up; whether there is an answer is another question.
        await manager.ctl("list");
        await until("another start", () => manager.log().split(HUNG).length > round);
        await until("an answer", async () => (await manager.ctl("list")).code === 0);
      }
      assertEquals(await manager.servicePid("boot"), pid);
      assertMatch(manager.log(), HUNG);
    }),
);

/** Time has to pass here: that it does not count is what is tested. */
function passes(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

testNeeding(
  "a manager that was stopped has not hung, nor has one with nothing to do",
  ON_X86_64,
  () =>
    withManager({ services, args: PATIENT }, async (manager) => {
      await started(manager, "boot");
      await passes(PATIENT_MS);
      manager.signal("SIGSTOP");
      // There is work when it goes on.
      const list = manager.ctl("list");
      await passes(PATIENT_MS);
      manager.signal("SIGCONT");
      assertEquals((await list).code, 0);
      assertEquals(HUNG.test(manager.log()), false);
    }),
);
