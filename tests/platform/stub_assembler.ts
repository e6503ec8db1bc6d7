/** What an assembler makes of the listing of a stub, for comparing it with the listing's own bytes. */
import type { Architecture } from "../../platform/ffi/architecture.ts";
import { assert } from "../assert.ts";

interface Assembler {
  readonly program: string;
  readonly objcopy: string;
  readonly prologue: string;
}

/** Debian's cross tools are extra packages; a PC has no "as" for the other processor. */
export const ASSEMBLERS: Readonly<Record<Architecture, Assembler>> = {
  x86_64: { program: "as", objcopy: "objcopy", prologue: ".intel_syntax noprefix\n" },
  aarch64: {
    program: "aarch64-linux-gnu-as",
    objcopy: "aarch64-linux-gnu-objcopy",
    prologue: "",
  },
};

/** The second column of a listing: labels and instructions. */
function assemblySource(listing: string): string {
  return listing.split("\n")
    .map((line) => line.replace(/;.*/, "").trim())
    .map((line) => line.endsWith(":") ? line : line.split(/\s+/).slice(1).join(" "))
    .join("\n");
}

/** Assembles the second column of a listing. */
export async function assembleListing(
  architecture: Architecture,
  listing: string,
): Promise<Uint8Array> {
  const { program, objcopy, prologue } = ASSEMBLERS[architecture];
  const folder = await Deno.makeTempDir();
  try {
    const source = `${folder}/stub.s`;
    await Deno.writeTextFile(source, `${prologue}${assemblySource(listing)}\n`);
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
