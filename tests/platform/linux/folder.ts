/** A folder of a test's own, and the rule that nothing stays open. */
import { assertEquals } from "../../assert.ts";
import { openDescriptors } from "./children.ts";

/** Runs the body with an empty folder, which is removed; fails when descriptors are left open. */
export function withFolder(body: (folder: string) => void): void {
  const folder = Deno.makeTempDirSync({ prefix: "dinit-platform-" });
  const before = openDescriptors();
  try {
    body(folder);
    assertEquals(openDescriptors(), before, "descriptors left open");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
