/** The machine's first process crashes: no panic, and two ways on. */
import { assertEquals } from "../assert.ts";
import { testNeeding } from "../skip.ts";
import { machineNeeds, startBusyboxMachine } from "./busybox_machine.ts";

testNeeding(
  "after a crash of PID 1 the shell stays, USR1 boots anew, Ctrl-Alt-Del reboots",
  machineNeeds(),
  async () => {
    await using machine = await startBusyboxMachine("crash");
    await machine.logIn("root", "dinit");
    await machine.send("kill -SEGV 1");
    await machine.expect(
      /The manager has crashed \(SIGSEGV\)[^]*kill -USR1 1 ends them all and starts .* again/,
    );
    // The program's own name, and one thread.
    await machine.send("cat /proc/1/comm; ls /proc/1/task | wc -l; echo looked");
    await machine.expect(/^init\n1\nlooked$/m);
    await machine.send("kill -USR1 1");
    await machine.expect(/Ending all processes/);

    await machine.logIn("root", "dinit");
    const { output } = await machine.shell("cat /proc/1/comm; dinitctl is-started boot");
    assertEquals(output, "init\nSTARTED");
    await machine.send("kill -ABRT 1");
    await machine.expect(
      /The manager has crashed \(SIGABRT\)[^]*kill -USR1 1 ends them all and starts .* again/,
    );
    await machine.press("ctrl", "alt", "delete");
    await machine.expect(/Ending all processes/);
    assertEquals(await machine.ended(), "guest-reset");
  },
);
