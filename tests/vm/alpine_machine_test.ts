/**
 * Alpine's own root file system under our executable, as `npm run vm -- alpine` starts it: the C
 * library that the executable needs lies beside Alpine's.
 */
import { findAlpineTarball } from "../../tools/vm/images/alpine_image.ts";
import { isFile } from "../../tools/vm/host_program.ts";
import { makeAlpine, missingFor } from "../../tools/vm/systems.ts";
import { assertEquals, assertMatch } from "../assert.ts";
import { surroundings, testNeeding, tool } from "../skip.ts";
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
import { DISK_NEEDS } from "./machines/disk.ts";
import type { Machine } from "./machines/machine.ts";
import { machineStep } from "./machines/machine_step.ts";

/** Where a checkout's neighbour may have one; DINIT_VM_ALPINE names another. */
const NEIGHBOUR = "../shared/fixtures/alpine-minirootfs-3.20.3-x86_64.tar.gz";
const named = isFile(NEIGHBOUR) ? NEIGHBOUR : undefined;
const tarball = findAlpineTarball(named);

testNeeding(
  "Alpine boots from a disk, is logged in to, runs its services and powers off",
  [
    ...machineNeeds(),
    ...DISK_NEEDS,
    surroundings("DINIT_VM_ALPINE, a tarball of Alpine", typeof tarball === "string"),
    tool(
      "what a disk is made with (tar, cpio, e2fsprogs)",
      typeof tarball !== "string" || missingFor("alpine", named) === undefined,
    ),
  ],
  async (t) => {
    await using demo = await startDemoMachine("alpine", {
      make: (ingredients) => makeAlpine(ingredients, named),
    });
    const { machine, disk } = demo;
    const step = (name: string, fn: () => void | Promise<void>) =>
      machineStep(t, machine, name, fn);

    await step("comes up to a login prompt", () => checkPrompt(machine, "alpine"));
    await step("lets root log in", () => machine.logIn("root", "dinit"));
    await step(
      "is Alpine, with its devices, its network and its screen",
      () => checkAlpine(machine),
    );
    await step("all services are up", () => checkAllUp(machine));
    await step("stops and starts a service", () => checkStopStart(machine, "crond", "pidof crond"));
    await step("keeps a log, and crond runs", () => checkLog(machine, "/var/log/messages"));
    await step("powers off in order", () => checkPowerOff(machine, "poweroff"));
    await step("leaves the disk clean", () => checkDisk(disk));
  },
);

async function checkAlpine(machine: Machine): Promise<void> {
  const shell = async (command: string) => (await machine.shell(command)).output;
  assertMatch(await shell("cat /etc/os-release"), /^ID=alpine$/m);
  assertEquals(await shell("readlink /proc/1/exe"), "/usr/bin/dinit");
  assertMatch(await shell("grep ' / ' /proc/mounts"), /ext4 rw,/);
  assertEquals(await shell("stat -c '%a %U:%G' /dev/null /dev/nvme0n1 | sort"), DEVICE_OWNERS);
  assertMatch(await shell("ip -4 address show eth0"), /inet 10\.0\.2\.15\/24/);
  const network = await shell("dinit ctl catlog network");
  assertEquals(network.match(/^network: .*|.*[Ee]rror.*|.*File exists.*/gm), null, network);
  assertEquals(await shell("cat /proc/sys/kernel/hostname"), "alpine");
  // What the first virtual terminal shows. vcs(4)
  assertMatch(await shell("fold -w 80 /dev/vcs1"), /^alpine login:/m);
}

const DEVICE_OWNERS = "660 root:disk\n666 root:tty";
