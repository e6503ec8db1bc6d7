/**
 * Root file systems of other Debian releases than the one at hand, for their C library: packages
 * are unpacked, nothing is installed or configured.
 */
import { debianMirror, missingDebianTool } from "../../../tools/vm/debian_base.ts";
import { CACHE_FOLDER, cachedFile } from "../../../tools/vm/image_cache.ts";
import { type Need, surroundings, tool } from "../../skip.ts";

/** base-files has the links /bin and /lib of later releases. */
const PACKAGES = ["base-files", "coreutils", "dash", "libc6", "libgcc-s1"];

const LIMIT_MS = 30_000;

/** What {@link debianRoot} needs. Once it has been there, the mirror is not asked any more. */
export async function debianRootNeeds(suite: string): Promise<readonly Need[]> {
  return [
    tool("mmdebstrap", missingDebianTool() === undefined),
    surroundings(`${suite} on the mirror ${debianMirror()}`, isCached(suite) || await has(suite)),
  ];
}

/** @returns Path of a tarball. @throws {Error} When mmdebstrap fails. */
export function debianRoot(suite: string): Promise<string> {
  const args = [
    ...["--variant=extract", "--quiet", `--include=${PACKAGES.join(",")}`, "--format=tar", suite],
  ];
  const source = `deb ${debianMirror()} ${suite} main`;
  const ingredients = { args, source };
  return cachedFile({ name: nameOf(suite), extension: "tar", ingredients }, async (path) => {
    const { code } = await new Deno.Command("mmdebstrap", {
      args: [...args, path, source],
      stdin: "null",
      stdout: "inherit",
      stderr: "inherit",
    }).output();
    if (code !== 0) throw new Error(`Cannot unpack ${suite}: mmdebstrap ended with status ${code}`);
  });
}

function nameOf(suite: string): string {
  return `debian-root-${suite}`;
}

function isCached(suite: string): boolean {
  try {
    return [...Deno.readDirSync(CACHE_FOLDER)].some(({ name }) => name.startsWith(nameOf(suite)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** In CI a mirror that does not answer is a failure, not a reason to skip. */
async function has(suite: string): Promise<boolean> {
  try {
    const release = `${debianMirror()}dists/${suite}/InRelease`;
    const { status, body } = await fetch(release, { signal: AbortSignal.timeout(LIMIT_MS) });
    await body?.cancel();
    return status !== 404;
  } catch {
    return Deno.env.get("CI") === "true";
  }
}
