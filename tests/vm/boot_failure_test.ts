/**
 * What a person at the console meets when nothing could be started: PID 1 stays and asks.
 */
import { assertEquals } from "../assert.ts";
import { testNeeding } from "../skip.ts";
import { machineNeeds, startBusyboxMachine } from "./machines/busybox_machine.ts";

const BOOT_TIMEOUT_MS = 120_000;

testNeeding(
  "a boot that fails ends in a question, and its keys work without Enter",
  machineNeeds(),
  async () => {
    await using machine = await startBusyboxMachine("boot-failure", {
      kernelWords: ["-t", "broken", "-t", "failing"],
    });
    await machine.expect(/broken\.toml:4:\d+: .*"allways"/, BOOT_TIMEOUT_MS);
    await machine.expect(/\[FAILED\] failing/);
    await machine.expect(/\(p\)ower off/);
    await machine.type("x");
    await machine.expect(/\(p\)ower off/);

    // "e" starts the service "recovery": a shell, then the question again.
    await machine.type("e");
    await machine.expect(/[Pp]assword.*[^]*: ?$/);
    await machine.send("dinit");
    await machine.expect(/# /);
    await machine.send("exit");
    await machine.expect(/\(p\)ower off/);

    await machine.type("p");
    assertEquals(await machine.ended(), "guest-shutdown");
  },
);
