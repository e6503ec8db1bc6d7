import { joinedBytes } from "../../../core/text/joined_bytes.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("joinedBytes() copies all parts in their order", () => {
  const part = Uint8Array.of(1, 2);
  const all = joinedBytes([part, Uint8Array.of(), Uint8Array.of(3)]);
  part[0] = 9;
  assertEquals(all, Uint8Array.of(1, 2, 3));
  assertEquals(joinedBytes([]).length, 0);
});
