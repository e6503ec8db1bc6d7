/** Log files by the calls of BSD-like systems, on Linux's kernel: by number and by name. */
import { bsdLogFiles } from "../../../platform/bsd/log_file_calls.ts";
import { bsdStreams } from "../../../platform/bsd/streams.ts";
import type { LogFiles } from "../../../platform/posix/logs/log_files.ts";
import { assert } from "../../assert.ts";
import { testLogFiles } from "../posix/logs/log_file_suite.ts";
import { glibcAsBsd, linuxAsBsd, NEEDS_LINUX } from "./linux_kernel.ts";

const KERNELS = { "by number": linuxAsBsd, "by name": glibcAsBsd };

if (NEEDS_LINUX.every(({ isMet }) => isMet)) {
  for (const [form, makeKernel] of Object.entries(KERNELS)) {
    const kernel = makeKernel();
    const logs = bsdLogFiles(kernel, bsdStreams(kernel));
    callAll(logs);
    testLogFiles({ name: `logs on BSD's calls ${form}`, needs: NEEDS_LINUX, logs });
  }
}

/** Functions by name are bound when they are first called, and stay: before the tests, which count what is open. */
function callAll(logs: LogFiles): void {
  const folder = Deno.makeTempDirSync({ prefix: "dinit-bsd-" });
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
