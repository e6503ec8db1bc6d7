import { assertEquals, assertIncludes } from "./assert.ts";

/** Runs one test file in a `deno test` of its own. */
async function runTestFile(
  source: string,
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly output: string }> {
  const directory = await Deno.makeTempDir({ prefix: "dinit-skip-" });
  try {
    const skip = new URL("./skip.ts", import.meta.url).href;
    await Deno.writeTextFile(
      `${directory}/a_test.ts`,
      `import { surroundings, testNeeding, tool } from "${skip}";\n${source}`,
    );
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["test", "-A", "--no-check", "--no-config", "a_test.ts"],
      cwd: directory,
      clearEnv: true,
      env: { PATH: "/usr/bin:/bin", HOME: directory, NO_COLOR: "1", ...environment },
    }).output();
    const decoder = new TextDecoder();
    return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const NEEDS_TOOL = 'testNeeding("frobs", [tool("frobnicator-3000")], () => {});';
const NEEDS_PLACE = 'testNeeding("flies", [surroundings("wings", false)], () => {});';

Deno.test("testNeeding() skips with the reason when a tool is missing", async () => {
  const { code, output } = await runTestFile(NEEDS_TOOL, {});
  assertEquals(code, 0, output);
  assertIncludes(output, "skipped: frobs: needs frobnicator-3000");
  assertIncludes(output, "1 ignored");
});

Deno.test("testNeeding() fails in CI when a tool is missing", async () => {
  const { code, output } = await runTestFile(NEEDS_TOOL, { CI: "true" });
  assertEquals(code, 1, output);
  assertIncludes(output, "needs frobnicator-3000, and with CI=true a missing tool is a failure");
});

Deno.test("testNeeding() skips in CI when the surroundings lack something", async () => {
  const { code, output } = await runTestFile(NEEDS_PLACE, { CI: "true" });
  assertEquals(code, 0, output);
  assertIncludes(output, "skipped: flies: needs wings");
});

Deno.test("testNeeding() runs the test when all needs are met", async () => {
  const source = 'testNeeding("lists", [tool("ls"), surroundings("air", true)], () => {});';
  const { code, output } = await runTestFile(source, {});
  assertEquals(code, 0, output);
  assertIncludes(output, "1 passed | 0 failed");
});
