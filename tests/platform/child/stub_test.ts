/** The machine code of the child stub: the listing against an assembler, and its size. */
import { STUB_LISTING, stubCode } from "../../../platform/child/stub.ts";
import { assert, assertEquals } from "../../assert.ts";
import { testNeeding, tool } from "../../skip.ts";
import { assembleListing, ASSEMBLERS } from "../stub_assembler.ts";

for (const architecture of ["x86_64", "aarch64"] as const) {
  const { program } = ASSEMBLERS[architecture];
  const name = `stubCode() for ${architecture} is what an assembler makes of its listing`;
  testNeeding(name, [tool(program)], async () => {
    const code = stubCode(architecture);
    const assembled = await assembleListing(architecture, STUB_LISTING[architecture]);
    assertEquals([...code], [...assembled.subarray(0, code.length)]);
    assert(assembled.subarray(code.length).every((byte) => byte === 0), "padding only");
  });
}

Deno.test("stubCode() fits one page", () => {
  assertEquals(stubCode("x86_64").length, 353);
  assertEquals(stubCode("aarch64").length, 368);
});
