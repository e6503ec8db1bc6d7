/** Control groups with limits, on a kernel whose controllers are all free for version 2. */
import { assertEquals, assertMatch } from "../assert.ts";
import { testNeeding } from "../skip.ts";
import { machineNeeds, startBusyboxMachine } from "./machines/busybox_machine.ts";

/** To want memory takes long where each byte of it is emulated. */
const LIMIT_MS = 180_000;
const GROUP = "/sys/fs/cgroup/dinit/limited.service";

testNeeding(
  "services have limits of their own, which the kernel enforces",
  machineNeeds(),
  async () => {
    await using machine = await startBusyboxMachine("cgroup");
    await machine.logIn("root", "dinit");
    const shell = async (command: string) => (await machine.shell(command)).output;

    // The manager of a machine protects itself; what it starts, the shell here for one, is not
    // protected.
    assertEquals(await shell("cat /proc/1/oom_score_adj /proc/self/oom_score_adj"), "-999\n0");

    // Without control groups there is nothing to limit with, and kill-tree alone would do without.
    await shell("umount /sys/fs/cgroup");
    assertMatch(await shell("dinitctl start limited 2>&1"), /cgroup/);
    await shell("mkdir -p /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup");

    assertMatch(await shell("dinitctl start limited 2>&1"), /started/);
    const files = ["memory.max", "memory.oom.group", "pids.max", "cpu.max", "cpu.weight"];
    const values = await shell(`(cd ${GROUP}; cat ${files.join(" ")})`);
    assertEquals(values.split(/\r?\n/), ["20971520", "1", "20", "50000 100000", "200"]);
    await machine.shell("until pidof sleep >/dev/null; do usleep 50000; done");
    assertMatch(await shell(`wc -l <${GROUP}/cgroup.procs`), /^2$/);

    assertMatch(await shell("dinitctl stop limited 2>&1"), /stopped/);
    assertEquals(await shell("ps | grep -c '[s]leep 100000[12]'"), "0");
    assertEquals(await shell("ls -d /sys/fs/cgroup/dinit 2>/dev/null"), "");

    // Below a group that is not the root, the manager itself is in the way of limits, and gives
    // way.
    await shell("mkdir /sys/fs/cgroup/outer; dinitctl start nested");
    const nested = "/sys/fs/cgroup/outer/dinit";
    await machine.shell(`until [ -e ${nested}/limited.service/memory.max ]; do usleep 50000; done`);
    assertEquals(await shell(`cat ${nested}/limited.service/memory.max`), "20971520");
    // A child is there too until it has entered its own group.
    const count = `$(wc -l <${nested}/manager/cgroup.procs)`;
    await machine.shell(`until [ ${count} = 1 ]; do usleep 50000; done`);
    assertMatch(await shell("dinitctl stop nested 2>&1"), /stopped/);
    assertEquals(await shell(`ls -d ${nested}/limited.service 2>/dev/null`), "");

    await shell("dinitctl start forking");
    const refused = "/sys/fs/cgroup/dinit/forking.service/pids.events";
    await machine.shell(`until grep -q 'max [1-9]' ${refused}; do usleep 50000; done`);
    assertMatch(await shell("dinitctl list"), /\[\[\+\] {5}\] forking/);
    assertMatch(await shell("dinitctl stop forking 2>&1"), /stopped/);
    assertEquals(await shell("ls -d /sys/fs/cgroup/dinit/forking.service 2>/dev/null"), "");

    await shell("dinitctl start greedy");
    await machine.expect(/\[STOPPD\] greedy/);
    assertMatch(await shell("dinitctl status greedy"), /[Ss]ignal.* 9|KILL/);

    // One process of several is too much. What the manager says of it comes in between.
    const told = (policy: string, more = "") =>
      machine.console.seen(
        new RegExp(`oom-${policy}: The kernel has ended .* because memory ran out${more}`),
        LIMIT_MS,
      );
    for (const [policy, isInOrder] of [["stop", "yes"], ["kill", "no"]] as const) {
      await machine.shell(`dinitctl start oom-${policy}`, LIMIT_MS);
      await machine.console.seen(new RegExp(`\\[STOPPD\\] oom-${policy}`), LIMIT_MS);
      await told(policy, policy === "stop" ? "; stopping it" : "");
      const ended = `[ -e /tmp/oom-${policy}-ended ] && echo in-order:yes || echo in-order:no`;
      assertMatch(await shell(ended), new RegExp(`in-order:${isInOrder}`));
      assertMatch(await shell("echo left:$(ps | grep -c '[s]leep 100000[34]')"), /left:0/);
    }
    await machine.shell("dinitctl start oom-continue", LIMIT_MS);
    await told("continue", "\\r?\\n");
    assertMatch(await shell("dinitctl list"), /\[\[\+\] {5}\] oom-continue/);
    assertMatch(await shell("dinitctl stop oom-continue 2>&1"), /stopped/);
    assertMatch(await shell("ls /sys/fs/cgroup/dinit 2>&1"), /No such file/);
    await machine.send("poweroff");
    assertEquals(await machine.ended(), "guest-shutdown");
  },
);
