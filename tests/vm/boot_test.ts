/**
 * A whole run of a machine from power-on to power-off with our executable as PID 1. Emulation is
 * slow, so one boot is looked at in many steps.
 */
import { assert, assertEquals, assertIncludes, assertMatch } from "../assert.ts";
import { testNeeding } from "../skip.ts";
import { machineNeeds, startBusyboxMachine } from "./machines/busybox_machine.ts";
import { DISK_NEEDS, diskState, makeDisk, readDiskFile } from "./machines/disk.ts";
import type { Machine } from "./machines/machine.ts";
import { machineStep } from "./machines/machine_step.ts";
import { listHostRun, systemVersions } from "./machines/platform_list.ts";

const BOOT_TIMEOUT_MS = 120_000;
const LIBRARIES = "/lib/x86_64-linux-gnu";

/** Signals that PID 1 waits for; one that a thread does not block would be lost to it. */
const SIGNAL_BITS = { HUP: 1, INT: 2, QUIT: 3, USR1: 10, TERM: 15, CHLD: 17 } as const;

testNeeding(
  "the machine boots, runs services and powers off",
  [...machineNeeds(), ...DISK_NEEDS],
  async (t) => {
    const folder = await Deno.makeTempDir({ prefix: "dinit-vm-disk-" });
    try {
      const disk = `${folder}/disk`;
      makeDisk(disk, 32);
      await using machine = await startBusyboxMachine("boot", {
        kernelWords: ["foo", "bar=1", "nopti", "auto", "some.module=1"],
        enabled: ["writer", "steady", "stubborn"],
        disks: [disk],
      });
      const ran: string[] = [];
      const step = async (name: string, fn: () => Promise<void>) => {
        await machineStep(t, machine, name, fn);
        ran.push(name);
      };

      await step("comes up from nothing to a login prompt", async () => {
        await machine.console.seen(/login: /, BOOT_TIMEOUT_MS);
        await machine.console.seen(/\[ {2}OK {2}\] boot\b/, BOOT_TIMEOUT_MS);
      });
      await step("starts services in the order of their dependencies", () => {
        assertOrder(started(machine), ["mount-run", "early", "syslogd", "system-log", "klogd"]);
        assertOrder(started(machine), ["early", "data-disk", "writer", "boot"]);
        assertOrder(started(machine), ["crond", "getty@ttyS0", "boot"]);
        assertEquals(
          machine.console.text.match(/^dinit: .*/gm),
          null,
          "There is nothing to report",
        );
        return Promise.resolve();
      });
      await step("lets a user log in", () => machine.logIn("root", "dinit"));
      await step("PID 1 took the kernel's words for what they are", () => checkPid1(machine));
      await step("mounted what was missing", () => checkMounts(machine));
      await step("logs to syslog, from the first service on", () => checkSyslog(machine));
      await step("answers dinitctl", () => checkControl(machine));
      await step("reaps orphans", () => checkReaping(machine));
      await step("brings a killed service back", () => checkRestart(machine));
      await step("stops and starts a service on request", () => checkStopStart(machine));
      await step("is not hurt by signals", () => checkSignals(machine));
      await step("keeps its times when the clock jumps", async () => {
        await machine.shell("date -s '2035-01-01 00:00:00'");
        await checkRestart(machine);
        await machine.shell("date -s '2001-01-01 00:00:00'");
        await checkRestart(machine);
        await checkStopStart(machine);
      });
      const versions = await systemVersions(machine, LIBRARIES);
      await step("powers off in order", async () => {
        // The disk can only be let go when this is not swapped to any more.
        const swap = await machine.shell(
          "dd if=/dev/zero of=/data/swap bs=1M count=4 2>/dev/null && chmod 600 /data/swap && " +
            "mkswap /data/swap >/dev/null && swapon /data/swap; cat /proc/swaps",
        );
        assertMatch(swap.output, /^\/data\/swap /m);
        // A process of nobody, that does not end when told to and keeps the disk busy.
        await machine.shell("setsid sh -c 'trap \"\" TERM; cd /data; sleep 1000000' &");
        await machine.send("poweroff");
        assertEquals(await machine.ended(), "guest-shutdown");
        checkShutdown(machine);
      });
      await step("leaves the disk clean, with the last line written", () => {
        assertEquals(diskState(disk), { state: "clean", needsRecovery: false, complaints: "" });
        assertMatch(readDiskFile(disk, "/journal"), /^started\n(running\n)+told to stop\n$/);
        return Promise.resolve();
      });
      await listHostRun({ processor: "x86-64", ...versions, ran });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

async function checkPid1(machine: Machine): Promise<void> {
  const { output: words } = await machine.shell("tr '\\0' ' ' </proc/1/cmdline");
  assertMatch(words, /foo nopti auto|foo .*auto/, "The kernel passed its words");
  const { output: environment } = await machine.shell("tr '\\0' '\\n' </proc/1/environ");
  assertIncludes(environment, "bar=1");

  const { output: descriptors } = await machine.shell("ls -l /proc/1/fd");
  for (const number of [0, 1, 2]) {
    assertMatch(descriptors, new RegExp(` ${number} -> /dev/console`));
  }
  // The runtime keeps duplicates of its standard streams, the manager one /dev/null for its
  // children and its state, the entry the page for a crash.
  const paths = [...descriptors.matchAll(/ -> (\/.*)$/gm)].map((match) => match[1]);
  const kept = ["crash-page", "kept"].map((name) => `/memfd:dinit-${name} (deleted)`);
  const expected = ["/dev/console", "/dev/null", ...kept];
  assertEquals(new Set(paths), new Set(expected), descriptors);
  const { output: inherited } = await machine.shell(
    `ls -l /proc/${await steadyPid(machine)}/fd | sed -n 's/.* \\([0-9]* -> .*\\)/\\1/p'`,
  );
  assertEquals(inherited.split("\n"), ["0 -> /dev/null", "1 -> /dev/null", "2 -> /dev/null"]);

  const { output: masks } = await machine.shell("grep -h SigBlk /proc/1/task/*/status");
  for (const [, mask] of masks.matchAll(/SigBlk:\s*([0-9a-f]{16})/g)) {
    for (const [name, number] of Object.entries(SIGNAL_BITS)) {
      const isBlocked = (BigInt(`0x${mask}`) >> BigInt(number - 1)) & 1n;
      assertEquals(isBlocked, 1n, `SIG${name} is blocked in every thread: ${masks}`);
    }
  }
  const { output: mask } = await machine.shell("grep SigBlk /proc/$(pidof crond)/status");
  assertMatch(mask, /SigBlk:\s*0{16}/, "A service starts with no signal blocked");
}

async function checkMounts(machine: Machine): Promise<void> {
  const { output } = await machine.shell("cat /proc/mounts");
  for (const [type, place] of [["proc", "/proc"], ["devtmpfs", "/dev"], ["sysfs", "/sys"]]) {
    assertMatch(output, new RegExp(`^\\S+ ${place} ${type} `, "m"));
  }
  assertMatch(output, /^\S+ \/data ext4 rw/m);
  for (const place of ["/proc", "/dev", "/run", "/sys"]) {
    assertEquals(
      output.split("\n").filter((line) => line.split(" ")[1] === place).length,
      1,
      `${place} is mounted once:\n${output}`,
    );
  }
}

async function checkSyslog(machine: Machine): Promise<void> {
  // Whether it has been written yet is for syslogd to say: the manager sends and goes on.
  const { output } = await machine.shell(
    "until grep -q 'dinit: service boot started' /var/log/messages; do usleep 20000; done; " +
      "sed -n 's/.*dinit: service \\(.*\\) started\\..*/\\1/p' /var/log/messages",
  );
  const names = output.split("\n");
  assertEquals(names, started(machine), "Each line of the console has its line in the log");
}

async function checkControl(machine: Machine): Promise<void> {
  // Through a pipe: at a terminal the list is grouped.
  const { output, status } = await machine.shell("dinitctl list | cat");
  assertEquals(status, 0, output);
  assertMatch(output, /^\[\[\+\] {5}\] boot$/m);
  assertMatch(output, /^\[\{\+\} {5}\] getty@ttyS0 \(pid: \d+\)$/m);
  const socket = await machine.shell("ls -l /run/dinitctl");
  assertMatch(socket.output, /^srw------T/);
}

async function checkReaping(machine: Machine): Promise<void> {
  // The program ends when PID 1 is its parent; only reaping makes its entry in /proc vanish.
  const { output } = await machine.shell(
    "orphan; until [ -s /tmp/orphan ]; do usleep 20000; done; cat /tmp/orphan",
  );
  const orphan = Number(output);
  assert(orphan > 1, output);
  await machine.shell(`while [ -e /proc/${orphan} ]; do usleep 20000; done`);
  // A child of PID 1 may just have ended; one that stays a zombie makes this wait until the
  // deadline.
  await machine.shell(
    "while grep -sl '^State:.Z' /proc/[0-9]*/status | xargs -r grep -sl '^PPid:.1$' | grep -q .; " +
      "do usleep 20000; done",
  );
}

async function checkRestart(machine: Machine): Promise<void> {
  const first = await steadyPid(machine);
  await machine.shell(`kill -9 ${first}`);
  const second = await steadyPid(machine, first);
  assert(second !== first && second > 1, `A new process: ${first}, ${second}`);
}

async function checkStopStart(machine: Machine): Promise<void> {
  const first = await steadyPid(machine);
  const stop = await machine.shell("dinitctl stop steady");
  // The manager's own line "[STOPPD] steady" is on the same terminal.
  assertIncludes(stop.output, "Service 'steady' stopped.");
  assertEquals(stop.status, 0);
  assertEquals((await machine.shell(`kill -0 ${first}`)).status, 1);
  const start = await machine.shell("dinitctl start steady");
  assertIncludes(start.output, "Service 'steady' started.");
  assertEquals(start.status, 0);
  assert(await steadyPid(machine) !== first);
}

/** The process of the service "steady", waited for on the machine; another than the one given. */
async function steadyPid(machine: Machine, notThis = 0): Promise<number> {
  const { output } = await machine.shell(
    `until p=$(ps -o pid,args | sed -n 's/^ *\\([0-9]*\\) .*[s]leep 1000001$/\\1/p') && ` +
      `[ "\${p:-${notThis}}" != ${notThis} ]; do usleep 20000; done; echo $p`,
  );
  return Number(output.split("\n").at(-1));
}

/** For a quick machine. */
const HOLD_LIMIT_MS = 20_000;

async function checkSignals(machine: Machine): Promise<void> {
  // TSTP holds launches, HUP lets them go on. Of two that wait the lower number is met first.
  await machine.shell("kill -TSTP 1");
  await machine.console.seen(/Received SIGTSTP/, HOLD_LIMIT_MS);
  // Those that tell of a fault are a crash also when somebody sends them: see crash_test.ts.
  const signals = "HUP USR2 PIPE WINCH ALRM VTALRM CHLD STOP KILL 34 64";
  await machine.shell(`for s in ${signals}; do kill -$s 1; done`);
  // USR1 asks for the control socket, which a careless cleaner may have removed.
  await machine.shell(
    "rm /run/dinitctl; kill -USR1 1; until [ -S /run/dinitctl ]; do usleep 20000; done",
  );
  const { output, status } = await machine.shell("dinit ctl is-started boot");
  assertEquals({ output, status }, { output: "STARTED", status: 0 });
}

function checkShutdown(machine: Machine): void {
  const text = machine.console.text;
  const stopped = [...text.matchAll(/^\[STOPPD\] (\S+)$/gm)].map((match) => match[1] ?? "");
  assertOrder(stopped, ["boot", "writer", "data-disk", "early", "mount-run"]);
  assertOrder(stopped, ["klogd", "system-log", "syslogd", "early"]);
  const steps = /Sending TERM[^]*Sending KILL[^]*Unmounting[^]*reboot: Power down/;
  assertMatch(text, steps, "The stray process had to be killed before its disk was unmounted");
}

/**
 * Names of started services, in the order of the console, where a login prompt may stand before
 * one.
 */
function started(machine: Machine): string[] {
  return [...machine.console.text.matchAll(/\[ {2}OK {2}\] (\S+)$/gm)].map((match) =>
    match[1] ?? ""
  );
}

/** Asserts that the names occur, in this order. */
function assertOrder(actual: readonly string[], expected: readonly string[]): void {
  assertEquals(actual.filter((name) => expected.includes(name)), [...expected], actual.join(" "));
}
