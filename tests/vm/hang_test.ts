/** PID 1 does not go on: its own timer notices it, or the machine's watchdog. */
import { assertEquals, assertIncludes } from "../assert.ts";
import { surroundings, testNeeding } from "../skip.ts";
import { machineNeeds, startBusyboxMachine } from "./machines/busybox_machine.ts";
import { PLANT_HANG } from "./machines/plant_hang.ts";

/** A turn takes its time where a processor is emulated. */
const HANG_LIMIT = "10s";
/** Guest's time; in half of it the manager has to be heard of. */
const WATCHDOG_SECONDS = 40;
/** For all that the machine waits for by its own clock, and a boot. */
const PATIENCE_MS = 240_000;
const NEEDS = [
  ...machineNeeds(),
  surroundings("x86-64", Deno.build.arch === "x86_64"),
];

testNeeding(
  "a hung PID 1 is executed again, with its services",
  NEEDS,
  async () => {
    await using machine = await startBusyboxMachine("hang", {
      kernelWords: ["--", "--hang-limit", HANG_LIMIT],
      extraFiles: [PLANT_HANG],
    });
    await machine.logIn("root", "dinit", PATIENCE_MS);
    const { output: before } = await machine.shell("dinitctl list | cat");
    assertIncludes(before, "[+]");
    assertEquals((await machine.shell("plant-hang")).status, 0);
    // This wakes it up; whether there is an answer is another question.
    await machine.shell("dinitctl list; :", PATIENCE_MS);
    await machine.shell("until dinitctl list >/dev/null 2>&1; do usleep 100000; done", PATIENCE_MS);
    assertIncludes(machine.console.text, "was started again: its loop hung at 0x");
    assertEquals((await machine.shell("dinitctl list | cat")).output, before);
    await machine.send("reboot");
    assertEquals(await machine.ended(PATIENCE_MS), "guest-reset");
    assertIncludes(machine.console.text, "[STOPPD] early");
  },
);

testNeeding(
  "the machine's watchdog is fed by a PID 1 that goes on, and resets the machine of one that hangs",
  NEEDS,
  async () => {
    await using machine = await startBusyboxMachine("watchdog", {
      kernelWords: ["--", "--watchdog", `${WATCHDOG_SECONDS}s`],
      modules: ["softdog"],
      extraFiles: [PLANT_HANG],
    });
    await machine.logIn("root", "dinit", PATIENCE_MS);
    // It is not there when process 1 begins: its driver is a module.
    assertEquals((await machine.shell("modprobe softdog")).status, 0);
    const fed = "ls -l /proc/1/fd | grep -q /dev/watchdog";
    await machine.shell(`until ${fed}; do usleep 100000; done`, PATIENCE_MS);
    // Time has to pass: that it is counted, and begun anew, is what is tested.
    const alive = `sleep ${WATCHDOG_SECONDS + 10}; dinitctl is-started boot`;
    assertEquals(await machine.shell(alive, PATIENCE_MS), { output: "STARTED", status: 0 });
    // A crash does not end it, and the next manager feeds it again.
    const again = "kill -SEGV 1; until dinitctl list >/dev/null 2>&1; do usleep 100000; done";
    await machine.shell(`${again}; until ${fed}; do usleep 100000; done`, PATIENCE_MS);
    assertEquals((await machine.shell("plant-hang")).status, 0);
    await machine.send("dinitctl list");
    assertEquals(await machine.ended(PATIENCE_MS), "guest-reset");
    assertEquals(machine.console.text.includes("[STOPPD]"), false);
  },
);
