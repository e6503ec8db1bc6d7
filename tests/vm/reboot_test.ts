/**
 * The ways to a reboot: the command in a single-user shell, without the kernel, and three keys.
 */
import { assertEquals, assertIncludes, assertMatch } from "../assert.ts";
import { testNeeding } from "../skip.ts";
import { machineNeeds, startBusyboxMachine } from "./machines/busybox_machine.ts";

const BOOT_TIMEOUT_MS = 120_000;

testNeeding(
  "the word single starts a shell only; leaving it starts the rest; reboot works",
  machineNeeds(),
  async () => {
    await using machine = await startBusyboxMachine("single", { kernelWords: ["single"] });
    await machine.expect(/[Pp]assword.*[^]*: ?$/, BOOT_TIMEOUT_MS);
    await machine.send("dinit");
    await machine.expect(/# /);
    await machine.startCommandLoop();
    const { output } = await machine.shell("dinitctl list | cat");
    assertMatch(output, /^\[\[\+\] {5}\] single \(pid: \d+\) \(has console\)$/m);
    assertEquals(output.includes("getty"), false, output);

    await machine.send("exit 0");
    await machine.logIn("root", "dinit");
    await machine.send("reboot");
    assertEquals(await machine.ended(), "guest-reset");
    assertIncludes(machine.console.text, "[STOPPD] early");
  },
);

testNeeding("soft-reboot starts all anew, Ctrl-Alt-Del reboots", machineNeeds(), async () => {
  await using machine = await startBusyboxMachine("soft-reboot");
  await machine.logIn("root", "dinit");
  await machine.shell("echo kept >/tmp/note");
  await machine.send("soft-reboot");
  await machine.expect(/\[STOPPD\] boot\b/);

  await machine.logIn("root", "dinit");
  assertEquals(await machine.shell("cat /tmp/note"), { output: "kept", status: 0 });
  const { output: mounts } = await machine.shell("cut -d' ' -f2 /proc/mounts | sort | uniq -d");
  assertEquals(mounts, "", "Nothing is mounted twice");

  await machine.press("ctrl", "alt", "delete");
  await machine.expect(/\[STOPPD\] boot\b/);
  await machine.expect(/\[STOPPD\] early\b/);
  assertEquals(await machine.ended(), "guest-reset");
});
