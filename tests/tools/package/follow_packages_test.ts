/**
 * What follows when dpkg has changed units: the script as it is, with the paths of a folder, a
 * `dinit` that writes down what it was asked for, and processes whose program is replaced.
 */
import { DEBIAN_FILES } from "../../../tools/package/contents.ts";
import { assertEquals } from "../../assert.ts";
import { placeExecutableFile } from "../../executable_file.ts";
import { withFolder } from "../../folder.ts";

interface Machine {
  readonly isMoved?: boolean;
  readonly isRunning?: boolean;
  /** Services that are on before and after `dinit migrate apply`. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Those whose running program was replaced. */
  readonly replaced?: readonly string[];
  readonly scripts?: readonly string[];
  /** What policy-rc.d ends with; undefined: there is none. */
  readonly policy?: number;
}

/** @returns What dinit was ordered. */
async function follow(machine: Machine): Promise<readonly string[]> {
  let orders: readonly string[] = [];
  await withFolder(async (folder) => {
    for (const each of ["dinit.d/boot.d", "init.d", "pids"]) {
      await Deno.mkdir(`${folder}/${each}`, { recursive: true });
    }
    const script = await Deno.readTextFile(`${DEBIAN_FILES}/follow-packages`);
    const moved = script.replaceAll("/run/dinitctl", `${folder}/socket`)
      .replaceAll("/etc/dinit.d", `${folder}/dinit.d`).replaceAll("/etc/init.d", `${folder}/init.d`)
      .replaceAll("/usr/sbin/policy-rc.d", `${folder}/policy`);
    placeExecutableFile(`${folder}/follow`, moved);
    const links = machine.after.map((name) => `ln -s ../x "${folder}/dinit.d/boot.d/${name}"`);
    placeExecutableFile(
      `${folder}/dinit`,
      `#!/bin/sh
case "$*" in
  "ctl --system status"*)
    [ ! -e "${folder}/pids/$4" ] || echo "    Process ID: $(cat "${folder}/pids/$4") (x)"; exit ;;
  "migrate apply --quiet") rm -f ${folder}/dinit.d/boot.d/*; ${links.join("; ")}; exit 3 ;;
esac
echo "$*" | sed 's/--system //' >>${folder}/asked
`,
    );
    for (const name of machine.before) Deno.symlinkSync("../x", `${folder}/dinit.d/boot.d/${name}`);
    for (const name of machine.scripts ?? []) {
      Deno.writeTextFileSync(`${folder}/init.d/${name}`, "");
    }
    if (machine.policy !== undefined) {
      placeExecutableFile(`${folder}/policy`, `#!/bin/sh\nexit ${machine.policy}\n`);
    }
    if (machine.isMoved !== false) {
      await Deno.writeTextFile(`${folder}/dinit.d/.migrate.json`, "{}");
    }
    const listener = machine.isRunning === false
      ? undefined
      : Deno.listen({ transport: "unix", path: `${folder}/socket` });
    const daemons = machine.after.map((name) => {
      const program = `${folder}/${name}`;
      Deno.copyFileSync("/bin/sleep", program);
      const child = new Deno.Command(program, { args: ["1000"] }).spawn();
      Deno.writeTextFileSync(`${folder}/pids/${name}`, String(child.pid));
      if (machine.replaced?.includes(name)) Deno.removeSync(program);
      return child;
    });
    try {
      const env = { PATH: `${folder}:/usr/bin:/bin` };
      const { code } = await new Deno.Command(`${folder}/follow`, { env, stderr: "null" }).output();
      assertEquals(code, 0);
    } finally {
      listener?.close();
      for (const daemon of daemons) daemon.kill("SIGKILL");
      await Promise.all(daemons.map(({ status }) => status));
    }
    const asked = await Deno.readTextFile(`${folder}/asked`).catch(() => "");
    orders = asked.split("\n").filter((line) => line !== "");
  });
  return orders;
}

Deno.test("follow-packages starts what is new, and leaves what was there", async () => {
  assertEquals(await follow({ before: ["old"], after: ["new", "old"] }), ["ctl start new"]);
  assertEquals(await follow({ before: ["old"], after: ["old"] }), []);
});

Deno.test("follow-packages stops what is gone, and restarts what was replaced", async () => {
  assertEquals(await follow({ before: ["gone", "old"], after: ["old"] }), [
    "ctl stop --force gone",
    "ctl unload gone",
  ]);
  assertEquals(await follow({ before: ["a", "b"], after: ["a", "b"], replaced: ["b"] }), [
    "ctl reload b",
    "ctl restart --force b",
  ]);
});

Deno.test("follow-packages leaves to init scripts and to policy-rc.d what is theirs", async () => {
  const changed = { before: ["gone", "old"], after: ["new", "old"], replaced: ["old"] };
  assertEquals(await follow({ ...changed, scripts: ["gone", "new", "old"] }), []);
  assertEquals(await follow({ ...changed, policy: 101 }), []);
  assertEquals((await follow({ ...changed, policy: 104 })).length, 5);
});

Deno.test("follow-packages orders nothing where dinit does not run, or moved nothing", async () => {
  const changed = { before: ["gone"], after: ["new"] };
  assertEquals(await follow({ ...changed, isRunning: false }), []);
  assertEquals(await follow({ ...changed, isMoved: false }), []);
});
