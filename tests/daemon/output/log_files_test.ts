/** Which log file is whose: services that name one file have one writer. */
import type { ServiceName } from "../../../core/types.ts";
import { LogFiles } from "../../../daemon/output/log_files.ts";
import { openPlatform } from "../../../platform/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { withFolder } from "../../folder.ts";

const platform = openPlatform();
const [ONE, TWO] = ["one", "two"] as unknown as [ServiceName, ServiceName];

function target(path: string) {
  return { path, mode: 0o600, uid: undefined, gid: undefined, rotation: undefined };
}

Deno.test("LogFiles have one writer for all names of a file, there or not", async () => {
  await withFolder((folder) => {
    const files = new LogFiles(platform, { warn: () => {}, stamp: () => "" });
    Deno.mkdirSync(`${folder}/real`);
    Deno.symlinkSync("real", `${folder}/link`);
    const file = files.join(ONE, target(`${folder}/real/log`));
    assert(files.join(TWO, target(`${folder}/link/../link/log`)) === file);
    file.append(new TextEncoder().encode("x\n"));
    Deno.symlinkSync("link/log", `${folder}/other`);
    assert(files.join(TWO, target(`${folder}/other`)) === file);
    assert(files.join(TWO, target(`${folder}/real/log2`)) !== file);
    assertEquals([...files.servicesOf(file)], [ONE, TWO]);
    files.leave(ONE, file);
    assert(files.join(TWO, target(`${folder}/real/log`)) === file);
    files.leave(TWO, file);
    const next = files.join(TWO, target(`${folder}/real/log`));
    assert(next !== file);
    files.leave(TWO, next);
    return Promise.resolve();
  });
});

Deno.test("LogFiles tell faults in the name of all services of the file", async () => {
  await withFolder((folder) => {
    const warnings: string[] = [];
    const files = new LogFiles(platform, { warn: (text) => warnings.push(text), stamp: () => "" });
    const file = files.join(ONE, target(`${folder}/none/log`));
    files.join(TWO, target(`${folder}/none/log`));
    file.append(new TextEncoder().encode("x\n"));
    const why = "no such file or directory (ENOENT)";
    assertEquals(warnings, [
      `one, two: Cannot write to the log file "${folder}/none/log": ${why}; lines are dropped until ` +
      "it can be written again",
    ]);
    return Promise.resolve();
  });
});
