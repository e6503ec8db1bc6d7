/**
 * The service set of the busybox system, and what the boot tests add to it, load without a
 * complaint.
 */
import { loadClosure } from "../../core/description/load/closure.ts";
import type { DescriptionFiles } from "../../core/description/contract/files.ts";
import { parseUserDatabase } from "../../core/description/contract/users.ts";
import { assertEquals } from "../assert.ts";

const FOLDERS = ["services/linux-minimal", "tests/vm/services"];

/** The real files; boot.d is empty, as it is where nothing has been enabled. */
const FILES: DescriptionFiles = {
  read(path) {
    try {
      const bytes = Deno.readFileSync(path);
      return { kind: "contents", bytes, modifiedSeconds: 0, modifiedNanoseconds: 0 };
    } catch {
      return { kind: "missing" };
    }
  },
  list: () => ({ kind: "names", names: [] }),
  exists: () => false,
  realDirectory: () => undefined,
};

for (const name of ["boot", "single", "recovery", "writer", "steady", "stubborn", "failing"]) {
  Deno.test(`services/linux-minimal: "${name}" and all it needs load without a complaint`, () => {
    const result = loadClosure(name, {
      directories: FOLDERS,
      files: FILES,
      users: parseUserDatabase("root:x:0:0:root:/root:/bin/sh\n", "root:x:0:\n"),
      managerUid: 0,
      environment: new Map(),
      isLoaded: () => false,
    });
    if (result.kind !== "loaded") throw new Error(JSON.stringify(result, undefined, 2));
    assertEquals(result.problems, []);
  });
}
