import { assertEquals } from "../../assert.ts";
import { NOTHING, readLine } from "../../../tools/test/summary.ts";

Deno.test("readLine() takes the counts of the closing line, not those of steps", () => {
  const line = "FAILED | 3 passed (7 steps) | 1 failed (2 steps) | 4 ignored (16ms)";
  assertEquals(readLine(NOTHING, line), { passed: 3, failed: 1, ignored: [], isComplete: true });
});

Deno.test("readLine() takes a closing line without steps", () => {
  assertEquals(readLine(NOTHING, "ok | 26 passed | 0 failed (777ms)"), {
    passed: 26,
    failed: 0,
    ignored: [],
    isComplete: true,
  });
});

Deno.test("readLine() collects ignored tests, with and without the file before the name", () => {
  const parallel = "./tests/a_test.ts => boot => login ... ignored (0ms)";
  const alone = "power off ... ignored (0ms)";
  const summary = readLine(readLine(NOTHING, parallel), alone);
  assertEquals(summary.ignored, ["boot => login", "power off"]);
});

Deno.test("readLine() ignores what tests print", () => {
  assertEquals(readLine(NOTHING, "hello | 3 passed"), NOTHING);
});
