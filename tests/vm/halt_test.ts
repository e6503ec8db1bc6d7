/**
 * A halt that a hanging hook holds up, until somebody at the keyboard has had enough; and the
 * kernel's log as the manager's.
 */
import { assertMatch } from "../assert.ts";
import { testNeeding } from "../skip.ts";
import { machineNeeds, startBusyboxMachine } from "./machines/busybox_machine.ts";

testNeeding(
  "Ctrl-Alt-Del five times ends a hook that hangs, and the machine halts",
  machineNeeds(),
  async () => {
    await using machine = await startBusyboxMachine("halt", {
      kernelWords: ["-l", "/dev/kmsg", "printk.devkmsg=on"],
    });
    await machine.logIn("root", "dinit");
    const { output: messages } = await machine.shell("dmesg -r");
    assertMatch(messages, /^<29>\[.*\] dinit: service early started\.$/m);
    assertMatch(messages, /^<29>\[.*\] dinit: service boot started\.$/m);

    await machine.shell(
      "mkdir -p /etc/dinit; printf '#!/bin/sh\\necho hook: $1\\nexec sleep 100000\\n' " +
        ">/etc/dinit/shutdown-hook; chmod 755 /etc/dinit/shutdown-hook",
    );
    await machine.send("shutdown -h");
    await machine.expect(/hook: halt/);
    for (let left = 4; left > 0; left--) {
      await machine.press("ctrl", "alt", "delete");
      await machine.expect(new RegExp(`shutdown-hook .*press Ctrl-Alt-Del ${left} more times`));
    }
    await machine.press("ctrl", "alt", "delete");
    await machine.expect(/killing it[^]*Unmounting file systems[^]*reboot: System halted/);
  },
);
