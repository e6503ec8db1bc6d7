/**
 * Log files of a manager that is root, in folders where another user can do as he likes: what he
 * must not get is mode, owner or content of any other file.
 */
import { until } from "../../../tools/limit.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { surroundings, testNeeding, tool } from "../../skip.ts";
import { type Manager, type ManagerOptions, PROGRAM, withManager } from "../manager.ts";

const LIMIT_MS = 20_000;
const ROOT = surroundings("root", Deno.uid() === 0);
const NOBODY = 65534;
const SECRET = "root only\n";
const KEEP = 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n';

const NAMES = ["plain", "given", "stamped", "rotated", "scripted", "upstream"];

/** The same log asked for in every way that there is. */
function allForms(log: string): Record<string, string> {
  const toml = `type = "process"\ncommand = ["/bin/sh", "-c", "echo said; exec sleep 1000"]\n` +
    `restart = false\nlogfile = "${log}"\n`;
  return {
    keep: KEEP,
    plain: toml,
    given: `${toml}logfile-uid = ${NOBODY}\nlogfile-permissions = "666"\n`,
    stamped: `${toml}log-timestamps = true\n`,
    rotated: `${toml}log-rotate-size = "4K"\nlogfile-uid = ${NOBODY}\n`,
    scripted: `type = "scripted"\ncommand = ["/bin/echo", "said"]\nlogfile = "${log}"\n`,
  };
}

/** A manager that has all of them. */
async function withAllForms(
  log: string,
  options: Partial<ManagerOptions>,
  body: (manager: Manager) => Promise<void>,
): Promise<void> {
  const services = { ...allForms(log), ...options.services };
  await withManager({ ...options, services, start: ["keep"] }, async (manager) => {
    await Deno.writeTextFile(
      `${manager.folder}/services/upstream`,
      `type = process\ncommand = /bin/sh -c "echo said; exec sleep 1000"\nrestart = false\n` +
        `logfile = ${log}\nlogfile-uid = ${NOBODY}\n`,
    );
    await body(manager);
  });
}

function stateOf(path: string): string {
  const { mode, uid, gid } = Deno.statSync(path);
  return `${((mode ?? 0) & 0o7777).toString(8)} ${uid}:${gid}`;
}

/** How many lines the services have written. */
function saidIn(path: string): number | undefined {
  return Deno.readTextFileSync(path).match(/said\n/g)?.length;
}

/** A root's file that nobody may touch, and a folder of user 65534 beside it. */
async function withTheirs(
  body: (parts: { theirs: string; secret: string; assertUntouched: () => void }) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    await Deno.chmod(folder, 0o755);
    const theirs = `${folder}/theirs`;
    const secret = `${folder}/secret`;
    await Deno.mkdir(theirs);
    await Deno.chown(theirs, NOBODY, NOBODY);
    await Deno.writeTextFile(secret, SECRET, { mode: 0o600 });
    await Deno.chmod(secret, 0o600);
    await body({
      theirs,
      secret,
      assertUntouched: () => {
        assertEquals([stateOf(secret), Deno.readTextFileSync(secret)], ["600 0:0", SECRET]);
      },
    });
  });
}

testNeeding("a device that a service logs to keeps its mode and owner", [ROOT], async () => {
  await withFolder(async (folder) => {
    const device = `${folder}/null`;
    const made = await new Deno.Command("mknod", { args: ["-m", "666", device, "c", "1", "3"] })
      .output();
    assert(made.success);
    await withAllForms(device, {}, async (manager) => {
      for (const name of NAMES) {
        await manager.ctlOk("start", name);
        assertEquals(stateOf(device), "666 0:0");
      }
    });
    // Its own log, which withManager would not find: no service is there, so it ends.
    const args = ["-u", "-d", folder, "-l", device, "-p", `${folder}/socket`];
    await new Deno.Command(PROGRAM, { args }).output();
    assertEquals(stateOf(device), "666 0:0");
  });
});

testNeeding("a log that was there keeps its mode and owner", [ROOT], async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/log`;
    await Deno.writeTextFile(path, "before\n");
    await Deno.chmod(path, 0o604);
    await withAllForms(path, {}, async (manager) => {
      for (const name of NAMES) await manager.ctlOk("start", name);
      await until(LIMIT_MS, "all lines", () => saidIn(path) === NAMES.length);
      assertEquals(stateOf(path), "604 0:0");
    });
  });
});

for (const [how, link] of [["symbolic", Deno.symlink], ["hard", Deno.link]] as const) {
  testNeeding(`a ${how} link in another's folder leads no log to root's file`, [ROOT], async () => {
    await withTheirs(async ({ theirs, secret, assertUntouched }) => {
      await link(secret, `${theirs}/log`);
      await withAllForms(`${theirs}/log`, {}, async (manager) => {
        for (const name of NAMES) {
          const { code } = await manager.ctl("start", name);
          assertEquals([name, code], [name, 1]);
          assertIncludes(await manager.ctlOk("status", name), "Stage: opening log file");
          const why = how === "hard" ? "it has 2 names (hard links)" : "it is a symbolic link";
          await manager.outputHas(
            `${name}: Cannot open the log file "${theirs}/log": ${why}, and others can write to`,
          );
        }
        assertUntouched();
      });
    });
  });
}

testNeeding("the manager's own log follows no link of another", [ROOT], async () => {
  await withTheirs(async ({ theirs, secret, assertUntouched }) => {
    await Deno.symlink(secret, `${theirs}/log`);
    const args = ["-u", "-d", theirs, "-l", `${theirs}/log`, "-p", `${theirs}/socket`];
    const { code, stdout, stderr } = await new Deno.Command(PROGRAM, { args }).output();
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assertIncludes(said, `Cannot open the log file "${theirs}/log": it is a symbolic link`);
    assertEquals(code === 0, false);
    assertUntouched();
  });
});

testNeeding("a file of a third user is not written to in another's folder", [ROOT], async () => {
  await withTheirs(async ({ theirs }) => {
    const log = `${theirs}/log`;
    await Deno.writeTextFile(log, "");
    await Deno.chown(log, 4711, 4711);
    await withAllForms(log, {}, async (manager) => {
      for (const name of NAMES) assertEquals((await manager.ctl("start", name)).code, 1);
      await manager.outputHas("it belongs to user 4711 and not to user 0, and others can write to");
      assertEquals([stateOf(log), await Deno.readTextFile(log)], ["644 4711:4711", ""]);
    });
  });
});

testNeeding("a link of root in root's folder leads a log on", [ROOT], async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/data/log`, { recursive: true });
    await Deno.symlink("data/log", `${folder}/log`);
    await withAllForms(`${folder}/log/app`, {}, async (manager) => {
      for (const name of NAMES) await manager.ctlOk("start", name);
      const path = `${folder}/data/log/app`;
      await until(LIMIT_MS, "all lines", () => saidIn(path) === NAMES.length);
    });
  });
});

/**
 * Puts a link, a file and nothing in the log's place as fast as it can: $1 the log, $2 what it is
 * to lead to.
 */
const SWAPPER = `
$SIG{TERM} = sub { exit 0 };
my ($log, $secret) = @ARGV;
for (;;) {
  symlink $secret, "$log.link";
  rename "$log.link", $log;
  unlink $log;
  if (open my $f, ">", "$log.file") { close $f }
  rename "$log.file", $log;
  unlink $log;
}
`;

testNeeding(
  "a link that comes and goes all the time wins nothing, rotating or starting",
  [ROOT, tool("perl"), tool("setpriv")],
  async () => {
    await withTheirs(async ({ theirs, secret, assertUntouched }) => {
      const log = `${theirs}/log`;
      const swapper = new Deno.Command("setpriv", {
        args: [
          ...[`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"],
          ...["perl", "-e", SWAPPER, log, secret],
        ],
      }).spawn();
      try {
        const flood = "i=0; while [ $$i -lt 3000 ]; do echo line $$i; i=$$((i+1)); done";
        const services = {
          flood: `type = "process"\ncommand = ["/bin/sh", "-c", "${flood}"]\nrestart = false\n` +
            `logfile = "${log}"\nlog-rotate-size = "64"\nlogfile-uid = ${NOBODY}\n` +
            `logfile-permissions = "666"\n`,
        };
        await withAllForms(log, { services }, async (manager) => {
          for (let round = 0; round < 5; round++) {
            for (const name of ["flood", ...NAMES]) {
              await manager.ctl("start", name);
              await manager.ctl("stop", name);
              assertUntouched();
            }
          }
          assertIncludes(await manager.ctlOk("list"), "keep");
        });
        assertUntouched();
      } finally {
        swapper.kill("SIGKILL");
        await swapper.status;
      }
    });
  },
);
