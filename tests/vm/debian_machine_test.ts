/**
 * Debian on a disk under our executable, as `npm run vm -- debian` starts it: from a file system
 * that was not unmounted to one that is clean.
 */
import { missingDebianTool } from "../../tools/vm/images/debian_base.ts";
import { freePort, sshCommand } from "../../tools/vm/ssh_access.ts";
import { makeDebian, missingFor } from "../../tools/vm/systems.ts";
import { assertEquals, assertIncludes, assertMatch } from "../assert.ts";
import { testNeeding, tool } from "../skip.ts";
import { machineNeeds } from "./machines/busybox_machine.ts";
import {
  checkAllUp,
  checkDisk,
  checkLog,
  checkPowerOff,
  checkPrompt,
  checkStopStart,
} from "./machines/demo_checks.ts";
import { startDemoMachine } from "./machines/demo_machine.ts";
import { DISK_NEEDS, markUnclean } from "./machines/disk.ts";
import type { Machine } from "./machines/machine.ts";
import { machineStep } from "./machines/machine_step.ts";

testNeeding(
  "Debian boots from a disk, is logged in to, runs its services and powers off",
  [
    ...machineNeeds(),
    ...DISK_NEEDS,
    tool("mmdebstrap", missingDebianTool() === undefined),
    tool("what a disk is made with (tar, cpio, e2fsprogs)", missingFor("debian") === undefined),
    tool("ssh"),
  ],
  async (t) => {
    const sshPort = freePort();
    await using demo = await startDemoMachine("debian", {
      make: makeDebian,
      prepareDisk: markUnclean,
      sshPort,
    });
    const { machine, disk } = demo;
    const step = (name: string, fn: () => void | Promise<void>) =>
      machineStep(t, machine, name, fn);

    await step("comes up to a login prompt", () => checkPrompt(machine, "debian"));
    await step("checked the disk before it made it writable", () => {
      const { text } = machine.console;
      assertMatch(
        text,
        /debian was not cleanly unmounted, check forced[^]*OK {2}\] root-rw/,
      );
    });
    await step("lets root log in", () => machine.logIn("root", "dinit"));
    await step("has its devices, its network and its screen", () => checkHardware(machine));
    await step("all services are up", () => checkAllUp(machine));
    await step(
      "stops and starts a service",
      () => checkStopStart(machine, "cron", "pgrep -x cron"),
    );
    await step("lets root log in over ssh with the key, and only so", async () => {
      // It is started before it listens.
      await machine.shell("until ss -Hltn | grep -q ':22 '; do sleep 0.1; done");
      await checkSsh(sshPort);
    });
    await step("keeps a log, and cron runs", () => checkLog(machine, "/var/log/syslog"));
    await step("powers off in order", () => checkPowerOff(machine, "dinit ctl shutdown"));
    await step("leaves the disk clean", () => checkDisk(disk));
  },
);

async function checkHardware(machine: Machine): Promise<void> {
  const shell = async (command: string) => (await machine.shell(command)).output;
  assertMatch(await shell("grep ' / ' /proc/mounts"), /ext4 rw,/);
  assertEquals(await shell("readlink -f /dev/disk/by-label/debian"), "/dev/nvme0n1");
  assertIncludes(await shell("ip -4 -brief address show eth0"), "10.0.2.15/24");
  assertEquals(await shell("readlink /proc/1/exe"), "/usr/bin/dinit");
  assertEquals(await shell("ls /lib/systemd/systemd /lib/sysvinit 2>/dev/null"), "");
  // What the first virtual terminal shows. vcs(4)
  assertMatch(await shell("fold -w 80 /dev/vcs1"), /^debian login:/m);
}

async function checkSsh(port: number): Promise<void> {
  const [program, ...args] = sshCommand(port);
  const run = async (...further: string[]) => {
    const output = await new Deno.Command(program, {
      args: ["-o", "BatchMode=yes", ...args, ...further],
      stdin: "null",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code: output.code, stdout: text(output.stdout), stderr: text(output.stderr) };
  };
  const status = await run("dinit", "ctl", "status", "sshd");
  assertEquals(status.code, 0, status.stderr);
  assertMatch(status.stdout, /State: STARTED/);

  const refused = await run("-o", "PubkeyAuthentication=no", "true");
  assertMatch(refused.stderr, /Permission denied \(publickey\)/);
}
