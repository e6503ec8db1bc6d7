/** The control group of a service, on this machine's groups of version 2. */
import { assert, assertEquals, assertIncludes } from "../assert.ts";
import { surroundings, testNeeding } from "../skip.ts";
import { withManager } from "./manager.ts";

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

async function withGroup(body: (path: string) => Promise<void>): Promise<void> {
  const path = `${ROOT}/dinit-test-${crypto.randomUUID()}`;
  Deno.mkdirSync(path);
  try {
    await body(path);
  } finally {
    Deno.removeSync(path);
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
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
      const end = performance.now() + 10_000;
      while (!exists(`${group}/a/b`) && performance.now() < end) await manager.ctlOk("list");
      assert(exists(`${group}/a/b`));
      await manager.ctlOk("stop", "boot");
      assert(!exists(group));
    });
  });
});

testNeeding(
  "a limit whose controller is missing is a failed start that says so",
  NEEDS,
  async () => {
    await withGroup(async (path) => {
      const services = {
        "keep": SLEEP,
        "boot": `${SLEEP}restart = false\n[cgroup]\nio-weight = 50\nmemory-max = "10M"\n`,
      };
      const options = { services, start: ["keep"], args: ["--cgroup-path", path] };
      await withManager(options, async (manager) => {
        const { code, out, err } = await manager.ctl("start", "boot");
        const controllers = Deno.readTextFileSync(`${path}/cgroup.controllers`);
        if (controllers.includes("io") && controllers.includes("memory")) return;
        assertEquals(code, 1);
        assertIncludes(out + err, "cgroup");
        assertIncludes(manager.log(), "boot: Cannot make its control group: the controller ");
        assertIncludes(manager.log(), `is not available in ${path} (there are: `);
      });
    });
  },
);

Deno.test("[cgroup] without control groups version 2 is a failed start that says so", async () => {
  const services = {
    "keep": SLEEP,
    "boot": `${SLEEP}restart = false\n[cgroup]\n`,
    "tree": `${SLEEP}kill-tree = true\n`,
  };
  const options = { services, start: ["keep"], args: ["--cgroup-path", "/nowhere"] };
  await withManager(options, async (manager) => {
    const { code, out, err } = await manager.ctl("start", "boot");
    assertEquals(code, 1);
    assertIncludes(out + err, "cgroup");
    assertIncludes(manager.log(), 'boot: Cannot make its control group: "/nowhere" is none');
    await manager.ctlOk("start", "tree");
  });
});
