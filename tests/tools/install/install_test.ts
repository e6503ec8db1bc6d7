import { install, uninstall } from "../../../tools/install/install.ts";
import { type Entry, installationPlan, MANIFEST_PATH } from "../../../tools/install/plan.ts";
import { assert, assertEquals } from "../../assert.ts";
import { withFolder } from "../../folder.ts";

/** The whole plan with a program that only says its name, and one example. */
async function planIn(folder: string): Promise<readonly Entry[]> {
  await Deno.mkdir(`${folder}/project`);
  await Deno.writeTextFile(`${folder}/project/dinit`, '#!/bin/sh\necho "${0##*/}"\n');
  await Deno.writeTextFile(`${folder}/project/boot.toml`, 'type = "internal"\n');
  return installationPlan({
    program: `${folder}/project/dinit`,
    services: [
      { kind: "copy", path: "linux/boot.toml", source: `${folder}/project/boot.toml`, mode: 0o644 },
      { kind: "link", path: "linux/boot.d/boot", target: "../boot.toml" },
    ],
  });
}

async function saidBy(program: string): Promise<string> {
  const { stdout } = await new Deno.Command(program).output();
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("install() makes programs, pages and completions, each under all its names", async () => {
  await withFolder(async (folder) => {
    const root = `${folder}/usr`;
    const plan = await planIn(folder);
    const { installed, kept } = await install(plan, { root, replacesForeign: false });
    assertEquals([installed.length, kept], [plan.length, []]);
    for (const name of ["bin/dinit", "bin/dinitctl", "sbin/reboot", "sbin/soft-reboot"]) {
      assertEquals(await saidBy(`${root}/${name}`), name.split("/")[1]);
    }
    assertEquals(await Deno.readLink(`${root}/share/man/man8/halt.8`), "shutdown.8");
    const page = await Deno.readTextFile(`${root}/share/man/man5/dinit-service.5`);
    assert(page.includes(".Dt DINIT-SERVICE 5"), "a manual page");
    const completion = await Deno.readTextFile(
      `${root}/share/bash-completion/completions/dinitctl`,
    );
    assert(completion.includes("complete -F _dinitctl dinitctl"), "a completion");
    const set = `${root}/share/dinit/services/linux`;
    const { mode } = await Deno.stat(`${set}/boot.toml`);
    assertEquals((mode ?? 0) & 0o777, 0o644);
    assertEquals(await Deno.readLink(`${set}/boot.d/boot`), "../boot.toml");
  });
});

Deno.test("install() leaves the files of others, and replaces its own", async () => {
  await withFolder(async (folder) => {
    const root = `${folder}/usr`;
    const plan = await planIn(folder);
    await Deno.mkdir(`${root}/sbin`, { recursive: true });
    await Deno.writeTextFile(`${root}/sbin/halt`, "another init's");
    const first = await install(plan, { root, replacesForeign: false });
    assertEquals(first.kept, ["sbin/halt"]);
    const again = await install(plan, { root, replacesForeign: false });
    assertEquals(again, first);
    assertEquals(await Deno.readTextFile(`${root}/sbin/halt`), "another init's");
    const all = await install(plan, { root, replacesForeign: true });
    assertEquals([all.kept, await saidBy(`${root}/sbin/halt`)], [[], "halt"]);
  });
});

Deno.test("install() removes what an earlier version had and this one has not", async () => {
  await withFolder(async (folder) => {
    const root = `${folder}/usr`;
    const plan = await planIn(folder);
    const old: Entry = { kind: "text", path: "share/dinit/old", text: "" };
    await install([...plan, old], { root, replacesForeign: false });
    await install(plan, { root, replacesForeign: false });
    assertEquals(await Deno.lstat(`${root}/share/dinit/old`).catch(() => "gone"), "gone");
  });
});

Deno.test("uninstall() removes what was installed and nothing else", async () => {
  await withFolder(async (folder) => {
    const root = `${folder}/usr`;
    await Deno.mkdir(`${root}/share/man/man8`, { recursive: true });
    await Deno.writeTextFile(`${root}/share/man/man8/other.8`, "");
    const plan = await planIn(folder);
    await install(plan, { root, replacesForeign: false });
    assertEquals((await uninstall(root))?.length, plan.length);
    const left = [...Deno.readDirSync(root)].map(({ name }) => name);
    assertEquals(left, ["share"]);
    assertEquals([...Deno.readDirSync(`${root}/share/man/man8`)].length, 1);
    assertEquals(await Deno.lstat(`${root}/${MANIFEST_PATH}`).catch(() => "gone"), "gone");
    assertEquals(await uninstall(root), undefined);
  });
});
