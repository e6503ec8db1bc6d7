/**
 * What a control group of a service's own is good for besides limits: devices, a user who divides
 * it, and one for each service without asking. On this machine's groups of version 2.
 */
import { assert, assertEquals, assertIncludes } from "../../../assert.ts";
import { surroundings, testNeeding, tool } from "../../../skip.ts";
import { until } from "../../../wait.ts";
import { exists } from "../../../../tools/exists.ts";
import { type Manager, PROGRAM, withManager } from "../../manager.ts";
import { upgrade } from "../../reexec/services.ts";

const SLEEP = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';

const ROOT = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"].find((path) =>
  exists(`${path}/cgroup.controllers`)
);
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

/** A service that tries to open files, one after the other, and says what came of it. */
function trying(settings: string, ...attempts: readonly string[]): string {
  const script = attempts.map((attempt) =>
    `if (${attempt}) 2>&-; then echo "yes"; else echo "no"; fi`
  ).join("; ");
  return `type = "scripted"\ncommand = ${JSON.stringify(["/bin/sh", "-c", script])}\n` +
    `log-type = "buffer"\n${settings}\n`;
}

async function answers(manager: Manager, name: string): Promise<string> {
  const lines = (await manager.ctlOk("catlog", name)).trim().split("\n");
  return lines.filter((line) => !line.startsWith("(dinit: note")).join(" ");
}

testNeeding("only the devices that a service may use can be opened, or made", NEEDS, async () => {
  const file = `/tmp/.dinit-device-${crypto.randomUUID()}`;
  const attempts = [
    ...["exec 3</dev/null", "exec 3>/dev/null", "exec 3</dev/zero", "exec 3</dev/urandom"],
    ...["exec 3</proc/self/status", `mknod ${file} c 1 3 && rm ${file}`],
  ];
  await withGroup(async (path) => {
    const services = {
      keep: SLEEP,
      free: trying("", ...attempts),
      one: trying('devices = ["/dev/null r"]', ...attempts),
      standard: trying('devices = ["@standard"]', ...attempts),
      driver: trying('devices = ["char-mem rw"]', ...attempts),
      optional: trying('devices = ["-/dev/not-there rw"]', ...attempts),
    };
    const options = { services, start: ["keep"], args: ["--cgroup-path", path] };
    await withManager(options, async (manager) => {
      const expected = {
        free: "yes yes yes yes yes yes",
        one: "yes no no no yes no",
        standard: "yes yes yes yes yes yes",
        driver: "yes yes yes yes yes no",
        optional: "no no no no yes no",
      };
      for (const [name, text] of Object.entries(expected)) {
        await manager.ctlOk("start", name);
        assertEquals(await answers(manager, name), text, name);
        // A second run has the same: a program does not come beside the one before it.
        await manager.ctlOk("restart", name);
        assertEquals(await answers(manager, name), `${text} ${text}`, name);
      }
    });
  });
});

testNeeding(
  "a device that has to be there and is not, or is none, fails the start",
  NEEDS,
  async () => {
    await withGroup(async (path) => {
      const services = {
        keep: SLEEP,
        gone: `${SLEEP}devices = ["/dev/not-there rw"]\n`,
        none: `${SLEEP}devices = ["/etc/passwd rw"]\n`,
      };
      const options = { services, start: ["keep"], args: ["--cgroup-path", path] };
      await withManager(options, async (manager) => {
        for (const name of ["gone", "none"]) {
          assertEquals((await manager.ctl("start", name)).code, 1);
        }
        assertIncludes(manager.log(), "gone: Cannot make its control group: /dev/not-there: ");
        assertIncludes(
          manager.log(),
          "none: Cannot make its control group: /etc/passwd: it is no device",
        );
        assert(!exists(`${path}/dinit/gone.service`));
      });
    });
  },
);

testNeeding(
  "a delegated group is the user's to divide, and goes with what is in it",
  [...NEEDS, tool("setpriv")],
  async () => {
    await withGroup(async (path) => {
      const group = `${path}/dinit/boot.service`;
      const script = `mkdir ${group}/inner && echo 0 > ${group}/inner/cgroup.procs; sleep 1000`;
      const services = {
        keep: SLEEP,
        boot: `type = "process"\ncommand = ${JSON.stringify(["/bin/sh", "-c", script])}\n` +
          'run-as = "nobody"\ndelegate = true\nkill-tree = true\ndevices = ["@standard"]\n',
      };
      const options = { services, start: ["keep", "boot"], args: ["--cgroup-path", path] };
      await withManager(options, async (manager) => {
        await until("the inner group", () =>
          Promise.resolve(
            exists(`${group}/inner`) &&
              Deno.readTextFileSync(`${group}/inner/cgroup.procs`) !== "",
          ));
        const owner = Deno.statSync(group).uid;
        assert(owner !== 0 && owner === Deno.statSync(`${group}/cgroup.procs`).uid);
        // Its limits are the manager's business.
        assertEquals(Deno.statSync(`${group}/cgroup.freeze`).uid, 0);
        await manager.ctlOk("stop", "boot");
        assert(!exists(group));
      });
    });
  },
);

testNeeding(
  "with --cgroups all each service has a group, and nothing of it stays",
  NEEDS,
  async () => {
    await withGroup(async (path) => {
      const script = "setsid sleep 1000 & exec sleep 1000";
      const services = {
        keep: SLEEP,
        tree: `type = "process"\ncommand = ${JSON.stringify(["/bin/sh", "-c", script])}\n`,
        inner: "",
      };
      const start = ["keep", "tree", "inner"];
      const options = { services, start, args: ["--cgroup-path", path, "--cgroups", "all"] };
      await withManager(options, async (manager) => {
        const processes = (name: string) => {
          const file = `${path}/dinit/${name}.service/cgroup.procs`;
          return exists(file) ? Deno.readTextFileSync(file).split("\n").length - 1 : 0;
        };
        await until("both processes", () => Promise.resolve(processes("tree") === 2));
        assertEquals(processes("keep"), 1);
        assert(!exists(`${path}/dinit/inner.service`));
        const [usage] = JSON.parse(await manager.ctlOk("status", "--json", "tree"));
        assertEquals(usage.usage.source, "cgroup");
        await upgrade(manager);
        await manager.ctlOk("stop", "tree");
        assert(!exists(`${path}/dinit/tree.service`));
      });
    });
  },
);

testNeeding(
  "a manager of a user divides the group that was delegated to it, and cannot restrict devices",
  [...NEEDS, tool("setpriv")],
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "dinit-user-" });
    try {
      await Deno.mkdir(`${folder}/services`);
      await Deno.writeTextFile(`${folder}/services/boot.toml`, SLEEP);
      await Deno.writeTextFile(`${folder}/services/strict.toml`, `${SLEEP}devices = []\n`);
      await Deno.copyFile(PROGRAM, `${folder}/dinit`);
      await Deno.chmod(`${folder}/dinit`, 0o755);
      await new Deno.Command("chown", { args: ["-R", "nobody", folder] }).output();
      const command = [
        ...[`${folder}/dinit`, "-u", "-d", `${folder}/services`, "-p", `${folder}/socket`],
        ...["-l", `${folder}/log`, "-F", "3", "--cgroups", "all"],
      ];
      const services = {
        keep: SLEEP,
        user: `type = "process"\ncommand = ${JSON.stringify(command)}\nrun-as = "nobody"\n` +
          'delegate = true\nready-notification = "pipefd:3"\nkill-tree = true\n',
      };
      await withGroup(async (path) => {
        const options = { services, start: ["keep", "user"], args: ["--cgroup-path", path] };
        await withManager(options, async (manager) => {
          await manager.outputHas("[  OK  ] user");
          const group = `${path}/dinit/user.service`;
          const inner = `${group}/dinit/boot.service`;
          await until("the user's service", () =>
            Promise.resolve(
              exists(`${inner}/cgroup.procs`) &&
                Deno.readTextFileSync(`${inner}/cgroup.procs`) !== "",
            ));
          const { stdout, stderr, code } = await new Deno.Command("setpriv", {
            args: [
              ...["--reuid=65534", "--regid=65534", "--clear-groups", `${folder}/dinit`, "ctl"],
              ...["-p", `${folder}/socket`, "start", "strict"],
            ],
          }).output();
          const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
          assertEquals(code, 1, said);
          const log = Deno.readTextFileSync(`${folder}/log`);
          assertIncludes(
            log,
            "strict: Cannot make its control group: cannot restrict its devices:",
          );
          await manager.ctlOk("stop", "user");
          assert(!exists(group));
        });
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

Deno.test("without control groups --cgroups all is told once, and services start", async () => {
  const services = { boot: 'waits-for = ["one", "two"]\n', one: SLEEP, two: SLEEP };
  const args = ["--cgroup-path", "/nowhere", "--cgroups", "all"];
  await withManager({ services, args }, async (manager) => {
    await manager.outputHas("[  OK  ] boot");
    const told = manager.log().match(/Services have no control groups of their own yet/g);
    assertEquals(told?.length, 1);
    assertEquals((await manager.ctl("is-started", "two")).code, 0);
  });
});
