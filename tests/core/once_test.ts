import { once } from "../../core/once.ts";
import { assertEquals } from "../assert.ts";

Deno.test("once() makes the value at the first call, and gives the same at each", () => {
  let calls = 0;
  const table = once(() => ({ number: ++calls }));
  assertEquals(calls, 0);
  assertEquals([table() === table(), table().number, calls], [true, 1, 1]);
});
