/** The control group of a service, on this machine's groups of version 2. */
import { until } from "../../../wait.ts";
import { assert, assertEquals, assertIncludes } from "../../../assert.ts";
import { surroundings, testNeeding } from "../../../skip.ts";
import { PROGRAM, withManager } from "../../manager.ts";
import { exists } from "../../../../tools/exists.ts";

const SLEEP = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';

/** Where groups can be made, on a machine with both versions or with the second alone. */
function groupRoot(): string | undefined {
  return ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"].find((path) => {
    try {
      return Deno.statSync(`${path}/cgroup.controllers`).isFile;
    } catch {
      return false;
    }
  });
}

const ROOT = groupRoot();
const NEEDS = [
  surroundings("root", Deno.uid() === 0),
  surroundings("control groups version 2", ROOT !== undefined),
];

/** A controller that this machine's groups do not have, with a setting that needs it. */
function missingController(): readonly [controller: string, setting: string] | undefined {
  const settings = { io: "io-weight = 50", memory: 'memory-max = "10M"', pids: "pids-max = 50" };
  const there = ROOT === undefined ? "" : Deno.readTextFileSync(`${ROOT}/cgroup.controllers`);
  return Object.entries(settings).find(([name]) => !there.split(/\s+/).includes(name));
}

async function withGroup(body: (path: string) => Promise<void>): Promise<void> {
  const path = `${ROOT}/dinit-test-${crypto.randomUUID()}`;
  Deno.mkdirSync(path);
  try {
    await body(path);
  } finally {
    Deno.removeSync(path);
  }
}

testNeeding("a service with [cgroup] has a group of its own while it runs", NEEDS, async () => {
  await withGroup(async (path) => {
    const services = { "keep": SLEEP, "web": `${SLEEP}[cgroup]\n` };
    const options = { services, start: ["keep", "web@a b%"], args: ["--cgroup-path", path] };
    await withManager(options, async (manager) => {
      await manager.outputHas("[  OK  ] web@a b%");
      const pid = await manager.servicePid("web@a b%");
      const group = `${path}/dinit/web@a%20b%25.service`;
      assertEquals(Deno.readTextFileSync(`${group}/cgroup.procs`), `${pid}\n`);
      await manager.ctlOk("restart", "web@a b%");
      assert(exists(group));
      await manager.ctlOk("stop", "web@a b%");
      assert(!exists(group) && !exists(`${path}/dinit`), "both groups are gone");
    });
  });
});

testNeeding("a group that its service filled with others is removed with them", NEEDS, async () => {
  await withGroup(async (path) => {
    const group = `${path}/dinit/boot.service`;
    const script = `mkdir -p ${group}/a/b; echo $$$$ >${group}/a/b/cgroup.procs; exec sleep 1000`;
    const services = {
      "keep": SLEEP,
      "boot": `type = "process"\ncommand = ${JSON.stringify(["/bin/sh", "-c", script])}\n` +
        "kill-tree = true\n",
    };
    const options = { services, start: ["keep", "boot"], args: ["--cgroup-path", path] };
    await withManager(options, async (manager) => {
      await manager.outputHas("[  OK  ] boot");
      await until("the group of the service", () => exists(`${group}/a/b`));
      await manager.ctlOk("stop", "boot");
      assert(!exists(group));
    });
  });
});

testNeeding(
  "a limit whose controller is missing is refused when it is loaded, at its line",
  [...NEEDS, surroundings("a controller that is missing", missingController() !== undefined)],
  async () => {
    const [controller = "", setting] = missingController() ?? [];
    await withGroup(async (path) => {
      const services = {
        "keep": SLEEP,
        "boot": `${SLEEP}restart = false\n[cgroup]\n${setting}\n`,
        "upper": 'depends-on = ["boot"]\n',
      };
      const options = { services, start: ["keep"], args: ["--cgroup-path", path] };
      await withManager(options, async (manager) => {
        for (const name of ["boot", "upper"]) {
          assertEquals((await manager.ctl("start", name)).code, 1);
        }
        const key = setting?.split(" ")[0] ?? "";
        const place = `boot.toml:5:${key.length + 4}: error: Cannot serve ${key}: `;
        const why = `the controller "${controller}" is not available in ${path} (there are: `;
        assertIncludes(manager.log(), place + why);
        const above = `hint: Enable it above: echo +${controller} > ${ROOT}/`;
        const older = "hint: Control groups version 1 have it, at /sys/fs/cgroup/";
        assert(manager.log().includes(above) || manager.log().includes(older), manager.log());
        const checked = await new Deno.Command(PROGRAM, {
          args: ["check", "-d", `${manager.folder}/services`, "boot"],
        }).output();
        // The check knows only what is so for every group of this system.
        const said = new TextDecoder().decode(checked.stderr);
        assertEquals(said.includes(`Cannot serve ${key}`), manager.log().includes(older), said);
        assertEquals((await manager.ctl("status", "boot")).code, 1);
      });
    });
  },
);

Deno.test("[cgroup] without control groups version 2 is refused when it is loaded", async () => {
  const services = {
    "keep": SLEEP,
    "boot": `${SLEEP}restart = false\n[cgroup]\n`,
    "tree": `${SLEEP}kill-tree = true\n`,
  };
  const options = { services, start: ["keep"], args: ["--cgroup-path", "/nowhere"] };
  await withManager(options, async (manager) => {
    const { code } = await manager.ctl("start", "boot");
    assertEquals(code, 1);
    const why = 'Cannot make a control group for the service: "/nowhere" is none';
    assertIncludes(manager.log(), `boot.toml:4:2: error: ${why}`);
    await manager.ctlOk("start", "tree");
  });
});
