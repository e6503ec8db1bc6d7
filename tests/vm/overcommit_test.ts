/** A machine whose kernel promises no more memory than it has: vm.overcommit_memory=2. */
import { assertEquals, assertIncludes, assertMatch } from "../assert.ts";
import { testNeeding } from "../skip.ts";
import { machineNeeds, startBusyboxMachine } from "./machines/busybox_machine.ts";

testNeeding(
  "without overcommitted memory a machine boots, and clients run",
  machineNeeds(),
  async () => {
    await using machine = await startBusyboxMachine("overcommit", {
      kernelWords: ["sysctl.vm.overcommit_memory=2"],
      memoryMiB: 512,
    });
    await machine.logIn("root", "dinit");
    assertEquals((await machine.shell("cat /proc/sys/vm/overcommit_memory")).output, "2");
    const { output, status } = await machine.shell("dinitctl list | cat");
    assertEquals(status, 0, output);
    assertMatch(output, /^\[\[\+\] {5}\] boot$/m);
    assertIncludes((await machine.shell("dinit check")).output, "No problems found");
    await machine.send("poweroff");
    assertEquals(await machine.ended(), "guest-shutdown");
  },
);
