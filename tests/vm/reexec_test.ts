/** An upgrade of a machine's process 1 while somebody is logged in. */
import { assertEquals, assertIncludes } from "../assert.ts";
import { testNeeding } from "../skip.ts";
import { machineNeeds, startBusyboxMachine } from "./machines/busybox_machine.ts";

testNeeding(
  "process 1 is upgraded, and its services and the shell stay",
  machineNeeds(),
  async () => {
    await using machine = await startBusyboxMachine("reexec");
    await machine.logIn("root", "dinit");
    const { output: before } = await machine.shell("dinitctl list | cat");
    assertIncludes(before, "[+]");
    assertEquals(await machine.shell("dinitctl reexec"), {
      output: "Manager upgraded.",
      status: 0,
    });
    // As scripts of packages ask for it.
    assertEquals(await machine.shell("telinit u"), { output: "", status: 0 });
    // Its file is another one by now, as after an update.
    const update = "f=$(readlink -f /proc/1/exe) && cp $f $f.new && mv $f.new $f";
    assertEquals(await machine.shell(`${update} && dinitctl reexec`), {
      output: "Manager upgraded.",
      status: 0,
    });
    assertEquals((await machine.shell("dinitctl reexec /bin/cat")).status, 1);
    assertEquals(await machine.shell("readlink /proc/1/exe | grep -c deleted"), {
      output: "0",
      status: 1,
    });
    assertEquals((await machine.shell("dinitctl list | cat")).output, before);
    // It still collects the orphans of the machine.
    await machine.shell("orphan; until [ -e /tmp/orphan ]; do usleep 20000; done");
    await machine.shell("while cat /proc/[0-9]*/stat | grep -q ') Z '; do usleep 20000; done");
    await machine.send("reboot");
    assertEquals(await machine.ended(), "guest-reset");
    assertIncludes(machine.console.text, "[STOPPD] early");
  },
);
