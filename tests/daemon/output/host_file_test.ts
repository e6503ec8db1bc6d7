import { findHost } from "../../../daemon/output/host_file.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("findHost() reads the file again when it is another one", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "10.0.0.1 web\n");
  assertEquals(findHost("web", path), [10, 0, 0, 1]);
  await Deno.writeTextFile(path, "10.0.0.20 web\n");
  assertEquals(findHost("web", path), [10, 0, 0, 20]);
  await Deno.remove(path);
  assertEquals(findHost("web", path), undefined);
  assertEquals(findHost("localhost", path), [127, 0, 0, 1]);
});
