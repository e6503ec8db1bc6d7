/**
 * Folders of services: what the kernel says of them, when they come and go, and what is refused.
 * The places are those of a user's manager.
 */
import { until } from "../../wait.ts";
import { assert, assertEquals, assertIncludes } from "../../assert.ts";
import { surroundings, testNeeding } from "../../skip.ts";
import { withManager } from "../manager.ts";

const NOBODY = 65534;
const AS_ROOT = [surroundings("root", Deno.uid() === 0)];

async function withPlaces(body: (places: string) => Promise<void>): Promise<void> {
  const places = await Deno.makeTempDir({ prefix: "dinit-places-" });
  await Deno.chmod(places, 0o755);
  await Deno.mkdir(`${places}/run`);
  try {
    await body(places);
  } finally {
    await Deno.remove(places, { recursive: true });
  }
}

function environment(places: string): Record<string, string> {
  return {
    XDG_RUNTIME_DIR: `${places}/run`,
    XDG_STATE_HOME: `${places}/state`,
    XDG_CACHE_HOME: `${places}/cache`,
    XDG_CONFIG_HOME: `${places}/config`,
  };
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function owner(path: string): readonly unknown[] {
  const { mode, uid, gid } = Deno.lstatSync(path);
  return [((mode ?? 0) & 0o7777).toString(8), uid, gid];
}

const ENVIRON = /^(RUNTIME|STATE|CACHE|LOGS|CONFIGURATION)_DIRECTORY=/;

testNeeding(
  "folders are the service's user's, named to it, and gone or kept",
  AS_ROOT,
  async () => {
    await withPlaces(async (places) => {
      const services = {
        boot: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\nrun-as = "nobody"\n' +
          'runtime-directory = ["web", { path = "more/deep", mode = "2770" }]\n' +
          'state-directory = { path = "web", mode = "700" }\n' +
          'cache-directory = { path = "web", keep = false }\n' +
          'log-directory = "web"\nconfiguration-directory = "web"\n' +
          `logfile = "${places}/state/log/web/out"\nlogfile-uid = "nobody"\n`,
      };
      await withManager({ services, env: environment(places) }, async (manager) => {
        await manager.ctlOk("start", "boot");
        const pid = await manager.servicePid("boot");
        const variables = Deno.readTextFileSync(`/proc/${pid}/environ`).split("\0");
        assertEquals(variables.filter((each) => ENVIRON.test(each)).sort(), [
          `CACHE_DIRECTORY=${places}/cache/web`,
          `CONFIGURATION_DIRECTORY=${places}/config/web`,
          `LOGS_DIRECTORY=${places}/state/log/web`,
          `RUNTIME_DIRECTORY=${places}/run/web:${places}/run/more/deep`,
          `STATE_DIRECTORY=${places}/state/web`,
        ]);
        assertEquals(owner(`${places}/run/web`), ["755", NOBODY, NOBODY]);
        assertEquals(owner(`${places}/run/more`), ["755", 0, 0]);
        assertEquals(owner(`${places}/run/more/deep`), ["2770", NOBODY, NOBODY]);
        assertEquals(owner(`${places}/state/web`), ["700", NOBODY, NOBODY]);
        assertEquals(owner(`${places}/state`).slice(0, 1), ["700"]);
        assert(exists(`${places}/state/log/web/out`));

        for (const at of ["run/web", "cache/web", "state/web"]) {
          Deno.mkdirSync(`${places}/${at}/some`);
          Deno.symlinkSync("/etc", `${places}/${at}/some/link`);
        }
        await manager.ctlOk("restart", "boot");
        assert(exists(`${places}/run/web/some/link`), "kept over a restart");
        await manager.ctlOk("stop", "boot");
        const left = ["run/web", "run/more/deep", "cache/web", "state/web", "config/web"];
        assertEquals(left.filter((at) => exists(`${places}/${at}`)), ["state/web", "config/web"]);
        assert(exists("/etc/passwd"));
      });
    });
  },
);

testNeeding("a large folder is removed while the manager does other things", AS_ROOT, async () => {
  await withPlaces(async (places) => {
    const services = {
      boot: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\nruntime-directory = "web"\n',
      keep: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\n',
    };
    const options = { services, start: ["boot", "keep"], env: environment(places) };
    await withManager(options, async (manager) => {
      await manager.ctlOk("start", "boot");
      for (let index = 0; index < 5000; index++) {
        Deno.writeTextFileSync(`${places}/run/web/${index}`, "");
      }
      await manager.ctlOk("stop", "boot");
      assert(!exists(`${places}/run/web`), "its name is free at once");
      await manager.ctlOk("list");
      await until("The end of it", () => [...Deno.readDirSync(`${places}/run`)].length === 0);
    });
  });
});

testNeeding("a manager that ends has removed what was to be removed", AS_ROOT, async () => {
  await withPlaces(async (places) => {
    const services = {
      boot: 'type = "process"\ncommand = ["/bin/sleep", "1000"]\nruntime-directory = "web"\n',
    };
    await withManager({ services, env: environment(places) }, async (manager) => {
      await manager.ctlOk("start", "boot");
      for (let index = 0; index < 1000; index++) {
        Deno.writeTextFileSync(`${places}/run/web/${index}`, "");
      }
      manager.signal("SIGTERM");
      assertEquals((await manager.ended()).code, 0);
      assertEquals([...Deno.readDirSync(`${places}/run`)], []);
    });
  });
});

testNeeding("a start fails where a folder cannot be made, and says why", AS_ROOT, async () => {
  await withPlaces(async (places) => {
    const text = (line: string) =>
      `type = "process"\ncommand = ["/bin/sleep", "1000"]\nrun-as = "nobody"\n${line}\n`;
    const services = {
      boot: "",
      link: text('runtime-directory = "link"'),
      file: text('runtime-directory = "file/below"'),
      other: text('runtime-directory = "shared/other"'),
    };
    Deno.symlinkSync("/etc", `${places}/run/link`);
    Deno.writeTextFileSync(`${places}/run/file`, "");
    Deno.mkdirSync(`${places}/run/shared`);
    Deno.chmodSync(`${places}/run/shared`, 0o777);
    Deno.mkdirSync(`${places}/run/shared/other`);
    Deno.chownSync(`${places}/run/shared/other`, 4321, 4321);
    await withManager({ services, env: environment(places) }, async (manager) => {
      const why = {
        link: `"${places}/run/link" is a symbolic link`,
        file: `"${places}/run/file" is no directory`,
        other: `"${places}/run/shared/other" belongs to user 4321, and others can write to`,
      };
      for (const [name, words] of Object.entries(why)) {
        const { code, err, out } = await manager.ctl("start", name);
        assertEquals(code, 1);
        assertIncludes(out + err, words);
        assertIncludes(manager.log(), words);
      }
      assertEquals(owner("/etc").slice(1), [0, 0]);
      assertEquals(owner(`${places}/run/shared/other`).slice(1), [4321, 4321]);
    });
  });
});
