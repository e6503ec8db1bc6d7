/**
 * What services of the sets ask of the machine before they start: on a whole one all holds; where
 * something is not installed, or in a container, those that need it are left out, and no other.
 */
import { judge } from "../../core/conditions/judge.ts";
import { loadClosure } from "../../core/description/load/closure.ts";
import type { ServiceDescription } from "../../core/description/contract/description.ts";
import { parseUserDatabase } from "../../core/description/contract/users.ts";
import { platformFiles } from "../../daemon/descriptions/description_files.ts";
import { openPlatform } from "../../platform/mod.ts";
import type { SetName } from "../../tools/services/composition.ts";
import { assert, assertEquals } from "../assert.ts";
import { machine, type MachineFile } from "../core/conditions/facts.ts";
import { composedSet } from "./composed_set.ts";

const FILES = platformFiles(openPlatform());
const USERS = parseUserDatabase("root:x:0:0::/root:/bin/sh\n", "root:x:0:\n");
/** What nothing of a set names, but whoever wants it. */
const WISHES: Readonly<Partial<Record<SetName, readonly string[]>>> = {
  linux: ["boot", "sshd", "klogd", "fstrim"],
  alpine: ["boot", "sshd", "ntpd"],
};

function descriptionsOf(set: SetName): readonly ServiceDescription[] {
  const found = new Map<string, ServiceDescription>();
  for (const wish of WISHES[set] ?? ["boot"]) {
    const loaded = loadClosure(wish, {
      directories: [composedSet(set)],
      files: FILES,
      users: USERS,
      managerUid: 0,
      environment: new Map(),
      isLoaded: () => false,
    });
    assert(loaded.kind === "loaded", JSON.stringify(loaded));
    for (const description of loaded.descriptions) found.set(description.name, description);
  }
  return [...found.values()];
}

const PROGRAM = { mode: 0o755 };
const MACHINE: Readonly<Record<string, MachineFile>> = {
  "/": null,
  "/usr": null,
  "/sbin": null,
  "/usr/sbin": null,
  "/usr/sbin/sshd": PROGRAM,
  "/usr/bin/ssh-keygen": PROGRAM,
  "/usr/sbin/cron": PROGRAM,
  "/usr/sbin/crond": PROGRAM,
  "/sbin/fstrim": PROGRAM,
  "/sbin/klogd": PROGRAM,
  "/dev/tty1": "",
  "/dev/tty2": "",
  "/dev/ttyS0": "",
  "/sys": null,
  "/proc/sys": null,
  "/proc/self/status": "CapBnd:\t000001ffffffffff\n",
  "/proc/self/mountinfo":
    "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 0:5 / /proc rw - proc proc rw\n" +
    "3 1 0:6 / /sys rw - sysfs sysfs rw\n",
};
/** What a container's engine makes of it: no rights over the machine, /sys to be read. */
const CONTAINER: Readonly<Record<string, MachineFile>> = {
  ...MACHINE,
  "/run/.containerenv": "",
  "/proc/self/status": "CapBnd:\t00000000a80425fb\n",
  "/proc/self/mountinfo": "1 0 8:1 / / rw - overlay overlay rw\n" +
    "2 1 0:5 / /proc rw - proc proc rw\n4 2 0:5 /sys /proc/sys ro - proc proc rw\n" +
    "3 1 0:6 / /sys ro - sysfs sysfs ro\n",
};

/** Names of the services that are left out there. */
function leftOut(set: SetName, files: Readonly<Record<string, MachineFile>>): readonly string[] {
  const facts = machine({ files });
  return descriptionsOf(set)
    .filter(({ conditions }) => judge(conditions, facts).kind === "unmet")
    .map(({ name }) => name).toSorted();
}

function without(...paths: readonly string[]): Readonly<Record<string, MachineFile>> {
  return Object.fromEntries(Object.entries(MACHINE).filter(([path]) => !paths.includes(path)));
}

Deno.test("services of the sets are all wanted on a machine that has everything", () => {
  for (const set of ["linux", "alpine"] as const) {
    assert(descriptionsOf(set).some(({ conditions }) => conditions.length > 0));
    assertEquals(leftOut(set, MACHINE), [], set);
  }
});

Deno.test("services of what is not installed are left out, and fail nothing", () => {
  const bare = without(
    "/usr/sbin/sshd",
    "/usr/bin/ssh-keygen",
    "/usr/sbin/cron",
    "/usr/sbin/crond",
  );
  assertEquals(leftOut("linux", bare), ["cron", "ssh-host-keys", "sshd"]);
  assertEquals(leftOut("alpine", bare), ["crond", "ssh-host-keys", "sshd"]);
  assertEquals(leftOut("linux", without("/usr/sbin/cron")), [], "there is another cron");
  assertEquals(leftOut("linux", without("/dev/ttyS0")), ["getty@ttyS0"]);
  assertEquals(leftOut("linux", without("/dev/tty1", "/dev/tty2")), [
    ...["getty@tty1", "getty@tty2", "keyboard"],
  ]);
});

Deno.test("services that see to the machine are left out in a container", () => {
  assertEquals(leftOut("linux", CONTAINER), [
    ...["clock", "devices", "fstrim", "klogd", "modules", "swap", "sysctl", "udevd", "volumes"],
  ]);
  assertEquals(leftOut("alpine", CONTAINER), [
    ...["clock", "devices", "klogd", "mdev", "modules", "swap", "sysctl", "volumes"],
  ]);
});
