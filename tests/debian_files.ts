/**
 * Files of other Debian releases than the one at hand: packages are unpacked, nothing is installed
 * or configured.
 */
import { debianMirror, missingDebianTool } from "../tools/vm/images/debian_base.ts";
import { CACHE_FOLDER, cachedFile } from "../tools/vm/images/image_cache.ts";
import { type Need, surroundings, tool } from "./skip.ts";

const LIMIT_MS = 30_000;

/** What is wanted of a release. */
export interface DebianFiles {
  /** Word for the file in the cache. */
  readonly name: string;
  readonly suite: string;
  /** Debian's name of the processor. */
  readonly architecture: "amd64" | "arm64";
  /** With all that they depend on. */
  readonly packages: readonly string[];
  /** Shell pattern of the paths that are kept, as `./boot/vmlinuz-*`; absent: all. */
  readonly kept?: string;
}

/** What {@link debianFiles} needs. Once they have been there, the mirror is not asked any more. */
export async function debianNeeds(wanted: DebianFiles): Promise<readonly Need[]> {
  return [
    tool("mmdebstrap", missingDebianTool() === undefined),
    surroundings(
      `${wanted.suite} on the mirror ${debianMirror()}`,
      isCached(wanted) || await has(wanted.suite),
    ),
  ];
}

/** @returns Path of a tarball. @throws {Error} When mmdebstrap fails. */
export function debianFiles(wanted: DebianFiles): Promise<string> {
  const { suite, architecture, packages, kept } = wanted;
  const args = [
    ...["--variant=extract", "--quiet", `--architectures=${architecture}`],
    ...[`--include=${packages.join(",")}`, "--format=tar", suite],
  ];
  const source = `deb ${debianMirror()} ${suite} main`;
  const ingredients = { args, source, kept };
  return cachedFile(
    { name: cacheName(wanted), extension: "tar", ingredients },
    async (path) => {
      await run("mmdebstrap", ...args, path, source);
      if (kept !== undefined) {
        const script = 'tar --wildcards -xf "$1" -C "$2" "$3" && tar -cf "$1" -C "$2" .';
        const folder = await Deno.makeTempDir({ prefix: "dinit-debian-" });
        try {
          await run("sh", "-c", script, "sh", path, folder, kept);
        } finally {
          await Deno.remove(folder, { recursive: true });
        }
      }
    },
  );
}

/**
 * Unpacks them.
 *
 * @param folder Is made.
 * @returns The folder.
 * @throws {Error} When mmdebstrap or tar fails.
 */
export async function unpackDebianFiles(wanted: DebianFiles, folder: string): Promise<string> {
  const tarball = await debianFiles(wanted);
  await Deno.mkdir(folder);
  await run("tar", "-xf", tarball, "-C", folder);
  return folder;
}

async function run(program: string, ...args: readonly string[]): Promise<void> {
  const { code } = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  if (code !== 0) throw new Error(`Cannot unpack: ${program} ended with status ${code}`);
}

function cacheName({ name, suite, architecture }: DebianFiles): string {
  return `debian-${name}-${suite}-${architecture}`;
}

function isCached(wanted: DebianFiles): boolean {
  try {
    return [...Deno.readDirSync(CACHE_FOLDER)].some(({ name }) =>
      name.startsWith(`${cacheName(wanted)}-`)
    );
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
