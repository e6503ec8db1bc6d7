/** What the daemon makes, removes and writes to. */
import { assertEquals } from "../../assert.ts";
import { platform } from "./children.ts";
import { withFolder } from "./folder.ts";

Deno.test("makeDirectory() and removeDirectory() refuse what is in the way", () => {
  withFolder((folder) => {
    const path = `${folder}/d`;
    assertEquals(platform.makeDirectory(path, 0o755), undefined);
    assertEquals(platform.makeDirectory(path, 0o755)?.message, "file exists (EEXIST)");
    Deno.writeTextFileSync(`${path}/f`, "");
    assertEquals(platform.removeDirectory(path)?.message, "directory not empty (ENOTEMPTY)");
    Deno.removeSync(`${path}/f`);
    assertEquals(platform.removeDirectory(path), undefined);
  });
});

Deno.test("writeFile() writes to what exists and makes nothing", () => {
  withFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/f`, "");
    assertEquals(platform.writeFile(`${folder}/f`, "max"), undefined);
    assertEquals(Deno.readTextFileSync(`${folder}/f`), "max");
    const failure = platform.writeFile(`${folder}/none`, "max");
    assertEquals(failure?.message, "no such file or directory (ENOENT)");
  });
});
