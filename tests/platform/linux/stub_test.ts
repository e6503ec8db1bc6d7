/** The machine code of the child stub: the listing against an assembler, and its size. */
import { STUB_LISTING, stubCode } from "../../../platform/linux/stub.ts";
import type { Architecture } from "../../../platform/linux/abi.ts";
import { assert, assertEquals } from "../../assert.ts";
import { testNeeding, tool } from "../../skip.ts";

interface Assembler {
  readonly program: string;
  readonly objcopy: string;
  readonly prologue: string;
}

const ASSEMBLERS: Readonly<Record<Architecture, Assembler>> = {
  x86_64: { program: "as", objcopy: "objcopy", prologue: ".intel_syntax noprefix\n" },
  aarch64: {
    program: "aarch64-linux-gnu-as",
    objcopy: "aarch64-linux-gnu-objcopy",
    prologue: "",
  },
};

/** The second column of a listing: labels and instructions. */
function assemblySource(architecture: Architecture): string {
  return STUB_LISTING[architecture].split("\n")
    .map((line) => line.replace(/;.*/, "").trim())
    .map((line) => line.endsWith(":") ? line : line.split(/\s+/).slice(1).join(" "))
    .join("\n");
}

async function assemble(architecture: Architecture): Promise<Uint8Array> {
  const { program, objcopy, prologue } = ASSEMBLERS[architecture];
  const folder = await Deno.makeTempDir();
  try {
    const source = `${folder}/stub.s`;
    await Deno.writeTextFile(source, `${prologue}${assemblySource(architecture)}\n`);
    for (
      const command of [
        [program, "-o", `${folder}/stub.o`, source],
        [objcopy, "-O", "binary", "-j", ".text", `${folder}/stub.o`, `${folder}/stub.bin`],
      ]
    ) {
      const [name = "", ...args] = command;
      const { success, stderr } = await new Deno.Command(name, { args }).output();
      assert(success, new TextDecoder().decode(stderr));
    }
    return await Deno.readFile(`${folder}/stub.bin`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

for (const architecture of ["x86_64", "aarch64"] as const) {
  const { program } = ASSEMBLERS[architecture];
  const name = `stubCode() for ${architecture} is what an assembler makes of its listing`;
  // Debian's cross tools are extra packages; a PC has no "as" for the other processor.
  testNeeding(name, [tool(program)], async () => {
    const code = stubCode(architecture);
    const assembled = await assemble(architecture);
    assertEquals([...code], [...assembled.subarray(0, code.length)]);
    assert(assembled.subarray(code.length).every((byte) => byte === 0), "padding only");
  });
}

Deno.test("stubCode() fits one page", () => {
  assertEquals(stubCode("x86_64").length, 272);
  assertEquals(stubCode("aarch64").length, 312);
});
