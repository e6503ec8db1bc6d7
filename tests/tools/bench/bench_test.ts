import { within } from "../../../tools/limit.ts";
import { assertEquals, assertIncludes } from "../../assert.ts";
import { surroundings, testNeeding } from "../../skip.ts";

const PROJECT = new URL("../../..", import.meta.url).pathname;
const LIMIT_MS = 60_000;

function bench(...args: string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "tools/bench/bench.ts", ...args],
    cwd: PROJECT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

function isBuilt(): boolean {
  try {
    return Deno.statSync(`${PROJECT}dist/dinit`).isFile;
  } catch {
    return false;
  }
}

Deno.test("bench with a load that there is not says so and ends with status 2", async () => {
  const { code, stderr } = await bench("--only", "nothing").output();
  assertEquals(code, 2);
  assertIncludes(new TextDecoder().decode(stderr), 'No load is called "nothing"');
});

testNeeding("bench of one load prints its figure and leaves the page alone", [
  surroundings("dist/dinit", isBuilt()),
], async () => {
  const page = await Deno.readTextFile(`${PROJECT}docs/benchmarks.md`);
  const run = bench("--only", "ready", "--rounds", "1", "--no-peers").output();
  const { code, stdout } = await within(LIMIT_MS, "The benchmark", run);
  assertEquals(code, 0);
  assertIncludes(new TextDecoder().decode(stdout), "Exec until ready, no services");
  assertEquals(await Deno.readTextFile(`${PROJECT}docs/benchmarks.md`), page);
});
