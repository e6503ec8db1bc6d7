/**
 * A service's own folders in a strict box: its program writes to them without a line for that, and
 * what the manager does with them (PID file, log file, removal) is as without a box.
 */
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { surroundings, testNeeding } from "../../skip.ts";
import { until } from "../../wait.ts";
import { withManager } from "../manager.ts";

const ROOT = surroundings("root", Deno.uid() === 0);

/** The places are those of a user's manager, in a folder that a strict box leaves in sight. */
async function withPlaces(
  body: (places: string, env: Readonly<Record<string, string>>) => Promise<void>,
): Promise<void> {
  const places = await Deno.makeTempDir({ prefix: "dinit-places-", dir: "/var/lib" });
  await Deno.chmod(places, 0o755);
  const env = {
    XDG_RUNTIME_DIR: `${places}/run`,
    XDG_STATE_HOME: `${places}/state`,
    XDG_CACHE_HOME: `${places}/cache`,
    XDG_CONFIG_HOME: `${places}/config`,
  };
  try {
    for (const path of Object.values(env)) await Deno.mkdir(path);
    // Otherwise made for the manager's user alone.
    await Deno.mkdir(`${places}/state/log`);
    await body(places, env);
  } finally {
    await Deno.remove(places, { recursive: true });
  }
}

const FOLDERS = ["runtime", "state", "cache", "log", "configuration"]
  .map((kind) => `${kind}-directory = "box"\n`).join("");
const VARIABLES = ["RUNTIME", "STATE", "CACHE", "LOGS", "CONFIGURATION"]
  .map((kind) => `$$${kind}_DIRECTORY`).join(" ");

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

testNeeding(
  "a service in a strict box writes to its own folders, and to nothing beside them",
  [ROOT],
  async () => {
    await withPlaces(async (places, env) => {
      const script = `for d in ${VARIABLES}; do touch $$d/a || echo no; touch $$d/../a; done; ` +
        "echo logged; exec sleep 1000";
      const box = `type = "process"\ncommand = ["/bin/sh", "-c", "${script}"]\n` +
        `run-as = "nobody"\nsandbox = "strict"\n${FOLDERS}` +
        `logfile = "${places}/state/log/box/out"\nlogfile-uid = "nobody"\n` +
        'start-pre = [["/bin/sh", "-c", "touch $$STATE_DIRECTORY/pre"]]\n' +
        'stop-post = [["/bin/sh", "-c", "touch $$STATE_DIRECTORY/post"]]\n';
      await withManager({ services: { boot: "", box }, env }, async (manager) => {
        await manager.ctlOk("start", "box");
        const out = `${places}/state/log/box/out`;
        await until("its output", () => Deno.readTextFileSync(out).includes("logged\n"));
        const text = Deno.readTextFileSync(out);
        assertEquals(text.split("\n").filter((line) => line.includes("Read-only")).length, 5, text);
        assert(!text.includes("no\n"), text);
        const own = ["run", "state", "cache", "state/log", "config"];
        for (const at of own) assert(exists(`${places}/${at}/box/a`), at);
        await manager.ctlOk("stop", "box");
        for (const name of ["pre", "post"]) assert(exists(`${places}/state/box/${name}`), name);
        assert(!exists(`${places}/run/box`), "it is removed as ever");
      });
    });
  },
);

testNeeding(
  "a PID file in the runtime directory of a boxed service is read, and its folder is removed",
  [ROOT],
  async () => {
    await withPlaces(async (places, env) => {
      const script = "sleep 1000 & echo $$! > $$RUNTIME_DIRECTORY/pid";
      const box = `type = "bgprocess"\ncommand = ["/bin/sh", "-c", "${script}"]\n` +
        `pid-file = "${places}/run/box/pid"\nruntime-directory = "box"\nsandbox = "strict"\n`;
      const gone = 'type = "scripted"\ncommand = ["/bin/true"]\nsandbox = "strict"\n' +
        'state-directory = "gone"\n' +
        'stop-command = ["/bin/sh", "-c", "test ! -e $$STATE_DIRECTORY"]\n';
      await withManager({ services: { boot: "", box, gone }, env }, async (manager) => {
        await manager.ctlOk("start", "box");
        const pid = await manager.servicePid("box");
        assertIncludes(Deno.readTextFileSync(`/proc/${pid}/cmdline`), "sleep");
        await manager.ctlOk("stop", "box");
        assert(!exists(`${places}/run/box`));
        // Somebody has removed it: the stop command is run all the same.
        await manager.ctlOk("start", "gone");
        Deno.removeSync(`${places}/state/gone`);
        await manager.ctlOk("stop", "gone");
        assertIncludes(await manager.ctlOk("list"), "[     {-}] gone");
      });
    });
  },
);
