/** The machine's first process crashes: services go on, and so does their manager. */
import { assertEquals, assertIncludes } from "../assert.ts";
import { testNeeding } from "../skip.ts";
import { machineNeeds, startBusyboxMachine } from "./machines/busybox_machine.ts";

testNeeding(
  "after a crash of PID 1 services and shell stay, and after too many USR1 or Ctrl-Alt-Del help",
  machineNeeds(),
  async () => {
    await using machine = await startBusyboxMachine("crash");
    await machine.logIn("root", "dinit");
    const { output: before } = await machine.shell("dinitctl list | cat");
    assertIncludes(before, "[+]");
    for (const name of ["SEGV", "ABRT"]) {
      await machine.shell(`kill -${name} 1; until dinitctl list >/dev/null; do usleep 20000; done`);
      assertIncludes(machine.console.text, `was started again: SIG${name} from process`);
      assertEquals((await machine.shell("dinitctl list | cat")).output, before);
    }
    // Nothing was started anew.
    assertEquals(
      (await machine.shell("cat /proc/1/comm; dinitctl is-started boot")).output,
      "init\nSTARTED",
    );
    const again = "kill -SEGV 1; until dinitctl list >/dev/null; do usleep 20000; done";
    await machine.shell(`${again}; ${again}`);
    await machine.send("kill -SEGV 1");
    await machine.expect(/It has crashed too often[^]*kill -USR1 1 starts the manager again/);
    // The program's own name, and one thread.
    await machine.send("cat /proc/1/comm; ls /proc/1/task | wc -l; echo looked");
    // With the mark behind it, which whoever asks next would take for its own.
    await machine.expect(/^init\n1\nlooked\n+@@0@@$/m);
    await machine.shell("kill -USR1 1; until dinitctl list >/dev/null; do usleep 20000; done");
    assertEquals((await machine.shell("dinitctl list | cat")).output, before);
    await machine.send("reboot");
    assertEquals(await machine.ended(), "guest-reset");
    assertIncludes(machine.console.text, "[STOPPD] early");
  },
);
