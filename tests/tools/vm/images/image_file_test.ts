import { assertEquals } from "../../../assert.ts";
import { directory, text, withParents } from "../../../../tools/vm/images/image_file.ts";

Deno.test("withParents() puts each missing directory before its children, given ones once", () => {
  const files = [text("/a/b/file", ""), directory("/a", 0o700), text("/top", "")];
  assertEquals(withParents(files), [
    directory("/a", 0o700),
    directory("/a/b"),
    text("/a/b/file", ""),
    text("/top", ""),
  ]);
});
