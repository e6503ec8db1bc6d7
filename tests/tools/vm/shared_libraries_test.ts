import { assertEquals, assertThrows } from "../../assert.ts";
import { parseLdd } from "../../../tools/vm/shared_libraries.ts";

Deno.test("parseLdd() keeps libraries and loader, and drops the vDSO", () => {
  const output = `\tlinux-vdso.so.1 (0x00007ffd1)
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f01)
\t/lib64/ld-linux-x86-64.so.2 (0x00007f02)
`;
  assertEquals(parseLdd(output, "program"), [
    "/lib/x86_64-linux-gnu/libc.so.6",
    "/lib64/ld-linux-x86-64.so.2",
  ]);
});

Deno.test("parseLdd() names a library that is missing", () => {
  assertThrows(() => parseLdd("\tlibx.so => not found\n", "program"), /"program".*libx\.so/);
});
