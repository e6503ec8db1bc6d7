/**
 * A machine of arm64 with a kernel of its own: our executable as process 1, from nothing until the
 * power is off. All is emulated, which takes long, so one boot is looked at in many steps; the
 * oldest release is tried with `--long` only.
 */
import { qemuVersion } from "../../tools/vm/qemu.ts";
import { assert, assertEquals, assertIncludes, assertMatch } from "../assert.ts";
import { RELEASES } from "../debian_releases.ts";
import { withFolder } from "../folder.ts";
import { testNeeding } from "../skip.ts";
import { arm64Needs, LIBRARIES, startArm64Machine } from "./machines/arm64_machine.ts";
import type { Machine } from "./machines/machine.ts";
import { machineStep } from "./machines/machine_step.ts";
import { listRun, systemVersions } from "./machines/platform_list.ts";

/** Emulated by a busy machine. */
const BOOT_TIMEOUT_MS = 240_000;
/** Of a client that is only a pipe; one that loads the runtime has several times as much. */
const MOST_CLIENT_KB = 12 * 1024;

const IS_LONG = Deno.env.get("DINIT_LONG_TESTS") !== undefined;

for (const release of IS_LONG ? RELEASES : RELEASES.slice(-1)) {
  const { suite, cLibrary, kernel } = release;
  testNeeding(
    `a machine of arm64 with the kernel and glibc ${cLibrary} of Debian's ${suite} boots, runs services and powers off`,
    await arm64Needs(suite),
    (t) =>
      withFolder(async (folder) => {
        await using machine = await startArm64Machine(`arm64-${suite}`, {
          suite,
          enabled: ["steady", "as-nobody"],
          folder,
        });
        const ran: string[] = [];
        const step = async (name: string, fn: () => void | Promise<void>) => {
          await machineStep(t, machine, name, fn);
          ran.push(name);
        };
        await step("boots from nothing to a login prompt on the serial port", async () => {
          await machine.console.seen(/login: /, BOOT_TIMEOUT_MS);
          await machine.console.seen(/\[ {2}OK {2}\] boot\b/, BOOT_TIMEOUT_MS);
          assertEquals(machine.console.text.match(/^dinit: .*/gm), null, "Nothing to report");
        });
        await step("lets a user log in", () => machine.logIn("root", "dinit"));
        await step("answers clients that are only a pipe, and those that do all themselves", () =>
          checkClients(machine));
        await step("runs a service as another user", () =>
          checkUser(machine));
        await step("starts a service again whose process was killed", () => checkRestart(machine));
        await step("collects orphans", () => checkOrphan(machine));
        assertEquals((await machine.shell("uname -m")).output, "aarch64");
        const versions = await systemVersions(machine, LIBRARIES);
        assertMatch(versions.kernel, kernel);
        assertIncludes(versions.cLibrary, `glibc ${cLibrary} `);
        if (hasBoxes(versions.kernel)) {
          await step("refuses a boxed service what its box forbids", () => checkBox(machine));
        }
        await step("survives a crash of its own with all services", () => checkCrash(machine));
        await step("powers off in order", async () => {
          await machine.send("poweroff");
          assertEquals(await machine.ended(BOOT_TIMEOUT_MS), "guest-shutdown");
          assertMatch(
            machine.console.text,
            /\[STOPPD\] steady[^]*Unmounting[^]*reboot: Power down/,
          );
        });
        await listRun({
          id: `${suite} on arm64`,
          system: `Debian ${suite}`,
          processor: "arm64",
          ...versions,
          machine: `QEMU ${qemuVersion("aarch64")}, emulated`,
          ran,
        });
      }),
  );
}

async function checkClients(machine: Machine): Promise<void> {
  const short = await machine.shell("dinitctl list | cat");
  assertMatch(short.output, /^\[\[\+\] {5}\] boot$/m);
  assertMatch(short.output, /^\[\{\+\} {5}\] getty@ttyAMA0 \(pid: \d+\)$/m);
  const full = await machine.shell("DINIT_CLIENT=full dinitctl list | cat");
  assertEquals(full.output, short.output);
  assert(await mostMemoryKb(machine, "dinitctl list") < MOST_CLIENT_KB);
  assert(await mostMemoryKb(machine, "env DINIT_CLIENT=full dinitctl list") > MOST_CLIENT_KB);
}

/** Of a command, while it ran. */
async function mostMemoryKb(machine: Machine, command: string): Promise<number> {
  const { output } = await machine.shell(
    `time -v ${command} 2>&1 >/dev/null | sed -n 's/.*Maximum resident set size.*: //p'`,
  );
  return Number(output);
}

async function checkUser(machine: Machine): Promise<void> {
  const { output } = await machine.shell(
    `grep -h '^[UG]id:' /proc/$(${pidOf("1000003")})/status`,
  );
  assertEquals(output.split(/\s+/).filter((word) => /^\d+$/.test(word)), Array(8).fill("65534"));
}

async function checkRestart(machine: Machine): Promise<void> {
  const { output: first } = await machine.shell(pidOf("1000001"));
  const { output, status } = await machine.shell(
    `kill -9 ${first}; until p=$(${pidOf("1000001")}) && [ "\${p:-${first}}" != ${first} ]; ` +
      "do usleep 50000; done; dinitctl is-started steady",
  );
  assertEquals(status, 0, output);
}

/** A command that prints the process of `sleep` with this word. */
function pidOf(word: string): string {
  return `ps -o pid,args | sed -n 's/^ *\\([0-9]*\\) .*[s]leep ${word}$/\\1/p'`;
}

/** mount_setattr(2): Linux 5.12. */
function hasBoxes(kernel: string): boolean {
  const [major = 0, minor = 0] = kernel.split(".").map(Number);
  return major > 5 || (major === 5 && minor >= 12);
}

/** That the shell outside can do some of it shows that the box is what refuses. */
async function checkBox(machine: Machine): Promise<void> {
  await machine.shell("dinitctl start boxed");
  const { output } = await machine.shell("dinitctl catlog boxed");
  const lines = output.split(/\r?\n/);
  assertEquals(lines.splice(-3), ["NoNewPrivs:\t1", "Seccomp:\t2", "ended"]);
  const denied = /: (Operation not permitted|permission denied \(are you root\?\))$/;
  const others: Readonly<Record<string, string>> = {
    "touch": "Read-only file system",
    "ping": "Address family not supported by protocol",
  };
  assertEquals(lines.length, 12, output);
  for (const line of lines) {
    const other = others[line.slice(0, line.indexOf(" "))];
    if (other === undefined) assertMatch(line, denied);
    else assert(line.endsWith(`: ${other}`), line);
  }
  const outside =
    "unshare -m true && hostname boxed && : >/tmp/a && chmod 4755 /tmp/a && rm /tmp/a";
  assertEquals((await machine.shell(outside)).status, 0);
}

async function checkOrphan(machine: Machine): Promise<void> {
  // The program ends when PID 1 is its parent; only reaping makes its entry in /proc vanish.
  const { status } = await machine.shell(
    "orphan; until [ -s /tmp/orphan ]; do usleep 50000; done; " +
      "while [ -e /proc/$(cat /tmp/orphan) ]; do usleep 50000; done",
  );
  assertEquals(status, 0);
}

async function checkCrash(machine: Machine): Promise<void> {
  const { output: before } = await machine.shell("dinitctl list | cat");
  await machine.shell("kill -SEGV 1; until dinitctl list >/dev/null; do usleep 50000; done");
  assertIncludes(machine.console.text, "was started again: SIGSEGV from process");
  assertEquals((await machine.shell("dinitctl list | cat")).output, before);
}
