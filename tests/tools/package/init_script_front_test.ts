/**
 * What init scripts, service(8) and maintainer scripts reach: the script as it is, with the paths
 * of
 * a folder and a `dinit` that writes down what it was asked for.
 */
import { DEBIAN_FILES } from "../../../tools/package/contents.ts";
import { assertEquals } from "../../assert.ts";
import { placeExecutableFile } from "../../executable_file.ts";
import { withFolder } from "../../folder.ts";

const NOT_OURS = 100;

interface Machine {
  /** The manager runs. */
  readonly isRunning?: boolean;
  /** Services with descriptions. */
  readonly described?: readonly string[];
  /** Services that are loaded under a name without a file. */
  readonly aliases?: readonly string[];
  readonly started?: readonly string[];
  /** `dinit migrate apply` has been there, and knows this one. */
  readonly migrates?: string;
  readonly skips?: boolean;
}

/** Runs the front. @returns Its status and what it asked dinit for. */
async function front(
  words: readonly [string, string],
  machine: Machine,
): Promise<{ readonly status: number; readonly asked: readonly string[] }> {
  let result = { status: -1, asked: [] as readonly string[] };
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/dinit.d`);
    const script = await Deno.readTextFile(`${DEBIAN_FILES}/init-script-front`);
    const moved = script.replaceAll("/run/dinitctl", `${folder}/socket`)
      .replaceAll("/etc/dinit.d", `${folder}/dinit.d`);
    placeExecutableFile(`${folder}/front`, moved);
    placeExecutableFile(
      `${folder}/dinit`,
      `#!/bin/sh
echo "$*" >>${folder}/asked
case "$*" in
  *is-started*) grep -qx "$4" ${folder}/started ;;
  *status*) grep -qx "$4" ${folder}/loaded ;;
  *migrate*) [ -z "$MIGRATES" ] || : >"${folder}/dinit.d/$MIGRATES.toml" ;;
esac
`,
    );
    const list = (names: readonly string[] = []): string =>
      names.map((name) => `${name}\n`).join("");
    await Deno.writeTextFile(`${folder}/started`, list(machine.started));
    await Deno.writeTextFile(`${folder}/loaded`, list(machine.aliases));
    for (const name of machine.described ?? []) {
      await Deno.writeTextFile(`${folder}/dinit.d/${name}.toml`, "");
    }
    if (machine.migrates !== undefined) {
      await Deno.writeTextFile(`${folder}/dinit.d/.migrate.json`, "{}");
    }
    const listener = machine.isRunning === false
      ? undefined
      : Deno.listen({ transport: "unix", path: `${folder}/socket` });
    const { code } = await new Deno.Command(`${folder}/front`, {
      args: [...words],
      env: {
        PATH: `${folder}:/usr/bin:/bin`,
        MIGRATES: machine.migrates ?? "",
        ...machine.skips === true ? { DINIT_SKIP_REDIRECT: "1" } : {},
      },
    }).output();
    listener?.close();
    const asked = await Deno.readTextFile(`${folder}/asked`).catch(() => "");
    // Questions change nothing.
    const orders = asked.split("\n").filter((line) =>
      line !== "" && !/ (is-started|status) /.test(line)
    );
    result = { status: code, asked: orders };
  });
  return result;
}

Deno.test("init-script-front leaves alone what is none of its business", async () => {
  const nothing = { status: NOT_OURS, asked: [] };
  assertEquals(await front(["web", "start"], { isRunning: false, described: ["web"] }), nothing);
  assertEquals(await front(["web", "start"], {}), nothing);
  assertEquals(await front(["web", "configtest"], { described: ["web"] }), nothing);
  assertEquals(await front(["../web", "start"], { described: ["web"] }), nothing);
  assertEquals(await front(["web", "start"], { described: ["web"], skips: true }), nothing);
  assertEquals(await front(["web", "stop"], { migrates: "other" }), nothing);
});

Deno.test("init-script-front starts, stops and restarts the service of the name", async () => {
  const up = { described: ["web"], started: ["web"] };
  const down = { described: ["web"] };
  const orders = async (action: string, machine: Machine): Promise<readonly string[]> => {
    const { status, asked } = await front(["web", action], machine);
    assertEquals(status, 0);
    return asked;
  };
  assertEquals(await orders("start", down), ["ctl --system start web"]);
  assertEquals(await orders("stop", up), ["ctl --system stop --force web"]);
  assertEquals(await orders("stop", down), []);
  assertEquals(await orders("restart", up), ["ctl --system restart --force web"]);
  assertEquals(await orders("restart", down), ["ctl --system start web"]);
  assertEquals(await orders("try-restart", up), ["ctl --system restart --force web"]);
  assertEquals(await orders("try-restart", down), []);
  assertEquals(await orders("reload", up), ["ctl --system refresh web"]);
  assertEquals(await orders("force-reload", up), ["ctl --system refresh web"]);
});

Deno.test("init-script-front: status 3 when the service is not started", async () => {
  const aliased = { aliases: ["ssh"] };
  assertEquals((await front(["ssh", "status"], aliased)).status, 3);
  assertEquals((await front(["ssh", "status"], { ...aliased, started: ["ssh"] })).status, 0);
});

Deno.test("init-script-front has a new package's unit taken over, and starts it", async () => {
  assertEquals(await front(["nginx", "start"], { migrates: "nginx" }), {
    status: 0,
    asked: ["migrate apply --quiet --with nginx.service", "ctl --system start nginx"],
  });
  // Its unit could not be: the init script does it.
  assertEquals(await front(["nginx", "start"], { migrates: "" }), {
    status: NOT_OURS,
    asked: ["migrate apply --quiet --with nginx.service"],
  });
});
