import {
  compose,
  foldersOfSet,
  isSetName,
  SERVICES,
  SET_NAMES,
  setEntries,
  type SetName,
} from "../../../tools/services/composition.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { withFolder } from "../../folder.ts";

Deno.test("compose() lists the files of all folders by path, with what can be run and links", async () => {
  await withFolder(async (folder) => {
    const [shared, own] = [`${folder}/shared`, `${folder}/own`];
    for (const path of [`${shared}/boot.d`, `${own}/boot.d`, `${own}/scripts`]) {
      await Deno.mkdir(path, { recursive: true });
    }
    await Deno.writeTextFile(`${shared}/boot.toml`, "");
    await Deno.writeTextFile(`${own}/scripts/run.sh`, "");
    await Deno.chmod(`${own}/scripts/run.sh`, 0o700);
    await Deno.symlink("../cron.toml", `${shared}/boot.d/cron`);
    await Deno.writeTextFile(`${own}/boot.d/.keep`, "");
    assertEquals(compose([shared, own]), [
      { kind: "copy", path: "boot.d/.keep", source: `${own}/boot.d/.keep`, mode: 0o644 },
      { kind: "link", path: "boot.d/cron", target: "../cron.toml" },
      { kind: "copy", path: "boot.toml", source: `${shared}/boot.toml`, mode: 0o644 },
      { kind: "copy", path: "scripts/run.sh", source: `${own}/scripts/run.sh`, mode: 0o755 },
    ]);
  });
});

Deno.test("compose() refuses a path that is in two folders", async () => {
  await withFolder(async (folder) => {
    for (const name of ["a", "b"]) {
      await Deno.mkdir(`${folder}/${name}`);
      await Deno.writeTextFile(`${folder}/${name}/boot.toml`, "");
    }
    assertThrows(
      () => compose([`${folder}/a`, `${folder}/b`]),
      /^Error: Cannot compose a set: "boot\.toml" is in \S+\/a and in \S+\/b$/,
    );
  });
});

Deno.test("isSetName() knows the sets and no folder besides", () => {
  assertEquals(["linux", "freebsd-thin", "shared", "toString"].map(isSetName), [
    true,
    true,
    false,
    false,
  ]);
});

for (const name of SET_NAMES) {
  Deno.test(`the set ${name} is whole: it has a boot, and its links lead to files of the set`, () => {
    const entries = setEntries(name);
    const paths = new Set(entries.map(({ path }) => path));
    assert(paths.has("boot.toml"), "boot.toml");
    for (const entry of entries) {
      if (entry.kind !== "link") continue;
      const { pathname } = new URL(entry.target, `file:///${entry.path}`);
      assert(paths.has(pathname.slice(1)), `"${entry.path}" leads to "${entry.target}"`);
    }
  });
}

Deno.test("every folder below services/ is part of a set", () => {
  const used = new Set(SET_NAMES.flatMap(foldersOfSet));
  assertEquals(["", "shared/"].flatMap(foldersBelow).filter((path) => !used.has(path)), ["shared"]);
});

Deno.test("no file of a set is a copy of another set's: it would belong in shared/", () => {
  const copies = SET_NAMES.flatMap((name, index) =>
    SET_NAMES.slice(index + 1).flatMap((other) => equalFiles(name, other))
  );
  assertEquals(copies, []);
});

function foldersBelow(folder: string): string[] {
  const entries = [...Deno.readDirSync(`${SERVICES}/${folder}`)];
  return entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => folder + name);
}

/** Paths of files that two sets have twice, with the same text, and which are more than a mark. */
function equalFiles(name: SetName, other: SetName): string[] {
  const sources = new Map(setEntries(other).map((entry) => [entry.path, entry]));
  return setEntries(name).flatMap((entry) => {
    const twin = sources.get(entry.path);
    if (entry.kind !== "copy" || twin?.kind !== "copy" || entry.source === twin.source) return [];
    const text = Deno.readTextFileSync(entry.source);
    const isCopy = text !== "" && text === Deno.readTextFileSync(twin.source);
    return isCopy ? [`${entry.path} of ${name} and ${other}`] : [];
  });
}
