/** The kernel of a Debian release, for machines in QEMU. */
import { type DebianFiles, unpackDebianFiles } from "../../debian_files.ts";
import { kernelFiles } from "../../debian_releases.ts";

/**
 * @param folder Gets the folder `kernel`.
 * @returns Path of the kernel's image.
 * @throws {Error} When it cannot be unpacked, or the package has none.
 */
export async function debianKernel(
  suite: string,
  architecture: DebianFiles["architecture"],
  folder: string,
): Promise<string> {
  const unpacked = await unpackDebianFiles(kernelFiles(suite, architecture), `${folder}/kernel`);
  const [image] = [...Deno.readDirSync(`${unpacked}/boot`)].map(({ name }) => name);
  if (image === undefined) throw new Error(`The kernel's package of "${suite}" has no image`);
  return `${unpacked}/boot/${image}`;
}
