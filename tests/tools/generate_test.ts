import { findStale, generatedFiles } from "../../tools/generate.ts";
import { assertEquals } from "../assert.ts";
import { withFolder } from "../folder.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

Deno.test("every generated file is as the tables make it", async () => {
  const stale = findStale(ROOT, await generatedFiles());
  assertEquals(stale.map(({ path }) => `${path} is stale: run "npm run generate"`), []);
});

Deno.test("findStale() names what differs, what is missing and what nothing makes any more", async () => {
  await withFolder(async (folder) => {
    for (const name of ["docs/man", "docs/completions"]) {
      await Deno.mkdir(`${folder}/${name}`, { recursive: true });
    }
    await Deno.writeTextFile(`${folder}/docs/same.md`, "same");
    await Deno.writeTextFile(`${folder}/docs/other.md`, "edited");
    await Deno.writeTextFile(`${folder}/docs/man/gone.8`, "");
    const files = new Map([
      ["docs/same.md", "same"],
      ["docs/other.md", "other"],
      ["docs/man/new.8", "new"],
    ]);
    assertEquals(findStale(`${folder}/`, files), [
      { path: "docs/other.md", text: "other" },
      { path: "docs/man/new.8", text: "new" },
      { path: "docs/man/gone.8", text: undefined },
    ]);
  });
});
