import { bundle, FIRST_FILE } from "../../../tools/build/bundle.ts";
import { addCodeCaches } from "../../../tools/build/code_cache.ts";
import { compileExecutable } from "../../../tools/build/executable.ts";
import { NO_PROGRESS } from "../../../tools/build/progress.ts";
import { findRuntime } from "../../../tools/build/runtime/runtime.ts";
import { cachePatchedRuntime } from "../../../tools/build/runtime/patched.ts";
import { findTarget } from "../../../tools/build/target.ts";
import { assertEquals } from "../../assert.ts";
import { surroundings, testNeeding } from "../../skip.ts";
import { run } from "./probe_executable.ts";

const ROOT = new URL("../../..", import.meta.url).pathname.replace(/\/$/, "");
const PROBE = new URL("part_probe.ts", import.meta.url).pathname;
const INFO = {
  version: "1.2.3",
  commit: "abc",
  identity: "0123456789abcdef",
  target: Deno.build.target,
  isForTests: false,
};
const target = findTarget(Deno.build.target);

testNeeding("V8 takes the manager's and the client's code from the caches that the build made", [
  surroundings("a system that the build has a target for", target !== undefined),
], async () => {
  if (target === undefined) return;
  const folder = await Deno.makeTempDir({ prefix: "dinit-test-" });
  try {
    const cache = `${ROOT}/.cache`;
    const bytes = await findRuntime(target, {
      denortPath: Deno.env.get("DENORT_BIN"),
      denoVersion: Deno.version.deno,
      denoDirectory: "",
      cache,
      report: () => {},
      progress: NO_PROGRESS,
    });
    const runtime = await cachePatchedRuntime(bytes, target, cache);
    const program = await bundle(`${ROOT}/main.ts`, ROOT, INFO);
    const files = await addCodeCaches(program, {
      ...{ info: INFO, root: ROOT, runtime, target: target.name },
      cache: folder,
    });
    const probe = await bundle(PROBE, ROOT, INFO);
    await compileExecutable({
      bundle: [...probe, ...files.filter(({ name }) => name !== FIRST_FILE)],
      ...{ runtime, target: target.name, output: `${folder}/probe` },
    });
    const parts = ["daemon-run_daemon", "daemon-clients-part", "daemon-machine-shutdown"];
    assertEquals(await run(`${folder}/probe`, ...parts), {
      code: 0,
      output: "daemon-run_daemon: taken\ndaemon-clients-part: taken\n" +
        "daemon-machine-shutdown: has no cache\n",
      errors: "",
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("addCodeCaches() leaves the caches empty for machines that cannot be run here", async () => {
  const script = { name: "daemon-run_daemon.js", bytes: new Uint8Array([32]) };
  const client = { name: "daemon-clients-part.js", bytes: new Uint8Array([32]) };
  const first = { name: FIRST_FILE, bytes: new Uint8Array([32]) };
  const target = Deno.build.arch === "x86_64"
    ? "aarch64-unknown-linux-gnu"
    : "x86_64-unknown-linux-gnu";
  const files = await addCodeCaches([first, script, client], {
    ...{ info: INFO, root: ROOT, runtime: "/nowhere", cache: "/nowhere", target },
  });
  assertEquals(files.map(({ name, bytes }) => [name, bytes.length]), [
    [FIRST_FILE, 1],
    ["daemon-run_daemon.js", 1],
    ["daemon-clients-part.js", 1],
    ["daemon-run_daemon.cache", 0],
    ["daemon-clients-part.cache", 0],
  ]);
});
