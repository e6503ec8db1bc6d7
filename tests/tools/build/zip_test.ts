import { assertEquals, assertRejects } from "../../assert.ts";
import { readZipEntry } from "../../../tools/build/zip.ts";
import { zipArchive } from "./zip_archive.ts";

const CONTENTS = new TextEncoder().encode("runtime ".repeat(100));

Deno.test("readZipEntry() unpacks a deflated and a stored file", async () => {
  for (const method of ["deflated", "stored"] as const) {
    const archive = await zipArchive("denort", CONTENTS, method);
    assertEquals(await readZipEntry(archive, "denort"), CONTENTS);
  }
});

Deno.test("readZipEntry() says when the file or the archive is missing", async () => {
  const archive = await zipArchive("denort", CONTENTS, "stored");
  await assertRejects(() => readZipEntry(archive, "deno"), /The archive has no file "deno"/);
  await assertRejects(() => readZipEntry(CONTENTS, "denort"), /This is not a ZIP archive/);
});
