import { kqueueEnvironment } from "../../../tools/test/kqueue.ts";
import { KQUEUE_FILES } from "../../../tools/test/selection.ts";
import { assert, assertEquals, assertIncludes, assertMatch } from "../../assert.ts";

Deno.test("kqueueEnvironment() takes the library that is named", async () => {
  using kqueue = await kqueueEnvironment("/lib/libkqueue.so.0");
  assert(kqueue.kind === "environment");
  assertEquals(kqueue.variables.DINIT_EVENT_BACKEND, "kqueue:/lib/libkqueue.so.0");
  assertMatch(kqueue.variables.DINIT_PROGRAM ?? "", /\/dist\/for-tests\/dinit$/);
});

Deno.test("kqueueEnvironment() without a compiler says what to install", async () => {
  using kqueue = await kqueueEnvironment(undefined, "/nonexistent/cc");
  assert(kqueue.kind === "none");
  assertIncludes(kqueue.why, "install a C compiler");
});

Deno.test("KQUEUE_FILES are all there", () => {
  for (const file of KQUEUE_FILES) {
    assert(Deno.statSync(new URL(`../../../${file}`, import.meta.url)).isFile, file);
  }
});
