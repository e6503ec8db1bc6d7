/** Conditions, assertions and statuses of ends, on this machine and by the executable. */
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";
import { until } from "../../wait.ts";
import { type Manager, withManager } from "../manager.ts";
import { upgrade } from "../reexec/services.ts";

const SLEEP = 'type = "process"\ncommand = "/bin/sleep 1000"\n';

function sleeping(...conditions: readonly string[]): string {
  return `${SLEEP}conditions = ${JSON.stringify(conditions)}\n`;
}

async function status(manager: Manager, name: string): Promise<Record<string, unknown>> {
  const [first] = JSON.parse(await manager.ctlOk("status", "--json", name));
  return first;
}

Deno.test("what this machine is like is told from what its kernel shows", async () => {
  const kernel = Deno.readTextFileSync("/proc/sys/kernel/osrelease");
  const [major] = /^\d+/.exec(kernel) ?? ["0"];
  const host = Deno.readTextFileSync("/proc/sys/kernel/hostname").trim();
  const [word = ""] = Deno.readTextFileSync("/proc/cmdline").trim().split(/\s+/);
  const held = [
    ...["path-exists /etc", "!path-exists /nowhere", "path-is-directory /etc"],
    ...["path-exists-glob /etc/pass*", "directory-not-empty /etc", "file-not-empty /etc/passwd"],
    ...["file-is-executable /bin/sh", "!file-is-executable /etc/passwd"],
    ...["path-is-mount-point /proc", "!path-is-mount-point /etc/passwd"],
    ...["path-is-symbolic-link /proc/self", "!path-is-symbolic-link /etc/passwd"],
    ...[`kernel-version >= ${major}`, `kernel-version < ${Number(major) + 1}`],
    ...[`host ${host}`, "cpus > 0", "memory > 1048576", "environment CONDITION=yes"],
    ...[`user ${Deno.uid()}`, "!user 65533", `group ${Deno.gid()}`],
    ...["architecture x86-64", "!architecture s390x"].slice(Deno.build.arch === "x86_64" ? 0 : 1),
    ...(word === "" ? [] : [`kernel-command-line ${word}`]),
  ];
  const boot = sleeping(...held);
  await withManager({ services: { boot }, env: { CONDITION: "yes" } }, async (manager) => {
    await manager.outputHas(/\[.{6}\] boot/);
    const { startSkipped, pid, unmetCondition } = await status(manager, "boot");
    assertEquals([startSkipped, unmetCondition], [false, null]);
    assert(typeof pid === "number");
  });
});

Deno.test("a skipped service runs nothing, its dependents go on, and it is told which condition it was", async () => {
  const mark = Deno.makeTempDirSync();
  const services = {
    boot: 'depends-on = ["skipped"]\n',
    other: "",
    skipped: `${sleeping("path-exists /nowhere")}runtime-directory = "dinit-test-skipped"\n` +
      `start-pre = ["/bin/touch ${mark}/pre"]\nstop-post = ["/bin/touch ${mark}/post"]\n`,
  };
  try {
    await withManager({ services, start: ["boot", "other"] }, async (manager) => {
      await manager.outputHas("[ SKIP ] skipped");
      await manager.outputHas("[  OK  ] boot");
      const { state, pid, startSkipped, unmetCondition, failed } = await status(manager, "skipped");
      assertEquals(
        { state, pid, startSkipped, unmetCondition, failed },
        {
          ...{ state: "started", pid: null, startSkipped: true, failed: false },
          unmetCondition: "path-exists /nowhere",
        },
      );
      assertIncludes(await manager.ctlOk("list"), "{s}");
      assertIncludes(
        manager.log(),
        "skipped: Start skipped: condition not met: path-exists /nowhere",
      );
      await manager.ctlOk("stop", "boot");
      assertEquals((await status(manager, "skipped")).state, "stopped");
      assertEquals([...Deno.readDirSync(mark)], []);
    });
  } finally {
    await Deno.remove(mark, { recursive: true });
  }
});

Deno.test("a restart asks again, and another version of the manager knows of the skip", async () => {
  const folder = Deno.makeTempDirSync();
  const services = { boot: sleeping(`directory-not-empty ${folder}`) };
  try {
    await withManager({ services }, async (manager) => {
      await manager.outputHas("[ SKIP ] boot");
      await upgrade(manager);
      assertEquals(
        (await status(manager, "boot")).unmetCondition,
        `directory-not-empty ${folder}`,
      );
      Deno.writeTextFileSync(`${folder}/x`, "");
      await manager.ctlOk("restart", "boot");
      assertMatch(await manager.ctlOk("status", "boot"), /Process ID: \d+/);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("an assertion that does not hold makes the start fail", async () => {
  const services = {
    boot: 'waits-for = ["asserted"]\n',
    asserted: `${SLEEP}assertions = ["path-exists /nowhere"]\n`,
  };
  await withManager({ services }, async (manager) => {
    await manager.outputHas("[FAILED] asserted");
    const text = await manager.ctlOk("status", "asserted");
    assertIncludes(text, "STOPPED (failed to start)");
    assertIncludes(text, "Fault: Cannot start: assertion not met: path-exists /nowhere");
  });
});

Deno.test("a timer's conditions are asked at each run, and one that fails them is waited for again", async () => {
  const folder = Deno.makeTempDirSync();
  const services = {
    boot: `type = "process"\ncommand = "/bin/echo ran"\nlog-type = "buffer"\nrestart-delay = 0\n` +
      `conditions = ["path-exists ${folder}/go"]\n[timer]\nevery = "50ms"\nafter-start = 0\n`,
  };
  try {
    await withManager({ services }, async (manager) => {
      await until("runs that are left out", () => {
        const skips = manager.log().match(/boot: Run skipped: condition not met/g)?.length ?? 0;
        return Promise.resolve(skips >= 3);
      });
      assertEquals(await manager.ctlOk("catlog", "boot"), "");
      Deno.writeTextFileSync(`${folder}/go`, "");
      await until("a run", async () => (await manager.ctlOk("catlog", "boot")).includes("ran"));
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the end of a process is judged by its status, and by its signal", async () => {
  const ending = (how: string, settings: string) =>
    `type = "process"\ncommand = ["/bin/sh", "-c", "${how}"]\nrestart-delay = 0\n${settings}\n`;
  const services = {
    boot: 'waits-for = ["good", "prevented", "forced"]\n',
    good: ending("exit 143", 'restart = "on-failure"\nsuccess-status = [143]'),
    prevented: ending("kill -SEGV $$$$", 'restart = true\nrestart-prevent-status = ["SEGV"]'),
    forced: ending("exit 75", "restart = false\nrestart-force-status = [75]"),
  };
  await withManager({ services }, async (manager) => {
    await until("the end of each", async () => {
      const states = await Promise.all(
        ["good", "prevented", "forced"].map(async (name) => (await status(manager, name)).state),
      );
      return states.every((state) => state === "stopped");
    });
    const facts = async (name: string) => {
      const { failed, restarts } = await status(manager, name);
      return { failed, restarts };
    };
    assertEquals(await facts("good"), { failed: false, restarts: 0 });
    assertEquals(await facts("prevented"), { failed: true, restarts: 0 });
    assertEquals(await facts("forced"), { failed: true, restarts: 3 });
    assertIncludes(manager.log(), "forced: Restart limit reached");
  });
});
