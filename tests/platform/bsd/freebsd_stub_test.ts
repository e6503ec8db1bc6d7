/** The machine code of FreeBSD's child stub: the listing against an assembler, its size, its first bytes. */
import { FREEBSD_STUB_LISTING, freebsdStubCode } from "../../../platform/freebsd/freebsd_stub.ts";
import { assert, assertEquals } from "../../assert.ts";
import { testNeeding, tool } from "../../skip.ts";
import { assembleListing, ASSEMBLERS } from "../stub_assembler.ts";

for (const architecture of ["x86_64", "aarch64"] as const) {
  const { program } = ASSEMBLERS[architecture];
  const name = `freebsdStubCode() for ${architecture} is what an assembler makes of its listing`;
  testNeeding(name, [tool(program)], async () => {
    const code = freebsdStubCode(architecture);
    const assembled = await assembleListing(architecture, FREEBSD_STUB_LISTING[architecture]);
    assertEquals([...code], [...assembled.subarray(0, code.length)]);
    assert(assembled.subarray(code.length).every((byte) => byte === 0), "padding only");
  });
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

Deno.test("freebsdStubCode() begins with fork by number 2 and looks at the carry flag", () => {
  // mov eax, 2; syscall; jc; test eax, eax; jz; ret; neg eax; ret
  assertEquals(
    hex(freebsdStubCode("x86_64").subarray(0, 17)),
    "b8020000000f05720585c07404c3f7d8c3",
  );
  // mov x8, #2; svc; b.cs; cbz x0; ret
  assertEquals(
    hex(freebsdStubCode("aarch64").subarray(4, 24)),
    "480080d2010000d462000054800000b4c0035fd6",
  );
});

Deno.test("freebsdStubCode() fits one page", () => {
  assert(freebsdStubCode("x86_64").length < 4096);
  assert(freebsdStubCode("aarch64").length < 4096);
});
