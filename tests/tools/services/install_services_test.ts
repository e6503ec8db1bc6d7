import { setEntries } from "../../../tools/services/composition.ts";
import { assertEquals, assertIncludes } from "../../assert.ts";
import { withFolder } from "../../folder.ts";

/** Runs the command as npm does. */
async function installServices(...args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "tools/install_services.ts", ...args],
  }).output();
  const decoder = new TextDecoder();
  return { status: code, said: decoder.decode(stdout) + decoder.decode(stderr) };
}

Deno.test("install-services writes a set whole, beside what is there", async () => {
  await withFolder(async (folder) => {
    const target = `${folder}/etc/dinit.d`;
    await Deno.mkdir(target, { recursive: true });
    await Deno.writeTextFile(`${target}/mine.toml`, "mine");
    const entries = setEntries("alpine");
    assertEquals(await installServices("alpine", target), {
      status: 0,
      said: `Wrote ${entries.length} files to ${target}.\n`,
    });
    for (const entry of entries) {
      const path = `${target}/${entry.path}`;
      if (entry.kind === "link") {
        assertEquals(await Deno.readLink(path), entry.target, entry.path);
        continue;
      }
      assertEquals(await Deno.readFile(path), await Deno.readFile(entry.source), entry.path);
      assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o777, entry.mode, entry.path);
    }
    assertEquals(await Deno.readTextFile(`${target}/mine.toml`), "mine");
  });
});

Deno.test("install-services writes nothing where a file of the set's names is", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/getty.toml`, "mine");
    await Deno.mkdir(`${folder}/boot.d`);
    await Deno.symlink("nowhere", `${folder}/boot.d/sshd`);
    const { status, said } = await installServices("linux", folder);
    assertEquals(status, 2);
    assertIncludes(said, "files of the same names, which stay: boot.d/sshd, getty.toml. Move them");
    assertEquals(await Deno.readTextFile(`${folder}/getty.toml`), "mine");
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assertEquals(names.sort(), ["boot.d", "getty.toml"]);
  });
});

Deno.test("install-services tells a wrong set, a missing word and a bad directory in one line", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/file`;
    await Deno.writeTextFile(file, "");
    assertEquals(await installServices("shared", folder), {
      status: 2,
      said: 'install-services: There is no set "shared": allowed are alpine, container, demo, ' +
        "freebsd, freebsd-thin, linux, linux-minimal\n",
    });
    for (const words of [[], ["linux"], ["linux", ""], ["linux", folder, "more"]]) {
      const { status, said } = await installServices(...words);
      assertEquals(status, 2);
      assertIncludes(said, "Name one set and one directory");
    }
    assertEquals(await installServices("linux", "dinit.d"), {
      status: 2,
      said: 'install-services: Cannot write a set to "dinit.d": name an absolute directory\n',
    });
    const { status, said } = await installServices("linux", file);
    assertEquals([status, said.trimEnd().split("\n").length], [1, 1], said);
  });
});
