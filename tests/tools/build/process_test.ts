import { run } from "../../../tools/build/process.ts";
import { assertEquals, assertRejects } from "../../assert.ts";

Deno.test("run() gives the output back, with directory and environment as told", async () => {
  const options = { directory: "/", environment: { WORD: "seen" } };
  const output = await run(["/bin/sh", "-c", "pwd; echo $WORD"], options);
  assertEquals(new TextDecoder().decode(output), "/\nseen\n");
});

Deno.test("run() tells what a program that failed said, and which is not there", async () => {
  await assertRejects(
    () => run(["/bin/sh", "-c", "echo wrong >&2; exit 3"]),
    /ended with status 3:\nwrong/,
  );
  await assertRejects(() => run(["/nonexistent"]), /Cannot run "\/nonexistent"/);
});

Deno.test("run() kills a program that takes too long", async () => {
  await assertRejects(() => run(["/bin/sleep", "1000"], { limitMs: 50 }), /was killed after 50 ms/);
});
