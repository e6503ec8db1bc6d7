/** Log files, on every system. */
import type { LogFiles } from "../../../../platform/posix/logs/log_files.ts";
import { assert } from "../../../assert.ts";
import { SYSTEMS } from "../systems.ts";
import { testLogFiles } from "./log_file_suite.ts";

for (const { name, platform } of SYSTEMS) {
  callAll(platform);
  testLogFiles({ name: `logs on ${name}`, needs: [], logs: platform });
}

/**
 * Functions by name are bound when they are first called, and stay: before the tests, which count
 * what is open.
 */
function callAll(logs: LogFiles): void {
  const folder = Deno.makeTempDirSync({ prefix: "dinit-logs-" });
  Deno.symlinkSync(folder, `${folder}/link`);
  const owner = { mode: 0o600, uid: Deno.uid() ?? 0, gid: Deno.gid() ?? 0 };
  const opened = logs.openLogFile(`${folder}/link/log`, owner);
  assert(opened.kind === "log-file");
  logs.rotateLogFile(opened.path, owner, { file: opened.file, oldNames: [".1"] });
  logs.sizeAtPath(opened.file, opened.path);
  Deno.chmodSync(folder, 0o777);
  logs.openLogFile(`${folder}/none/log`, owner);
  Deno.removeSync(folder, { recursive: true });
}
