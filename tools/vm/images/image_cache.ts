/**
 * Keeps built images under .cache/vm/ and builds one anew only when something that goes into it has
 * changed: the list of files, a text, or what is in a file of the host.
 */
import { writeCpio } from "./cpio.ts";
import type { ImageFile } from "./image_file.ts";

/** Folder for images, disks and logs; not under version control. */
export const CACHE_FOLDER = ".cache/vm";

/** What tells one version of a cached file from another. */
export interface CachedFile {
  /** Word for the file's name; an older version of the same name is removed. */
  readonly name: string;
  /** `cpio`, `tar`, `ext4`: the end of the file's name. */
  readonly extension: string;
  /** Plain data, compared by its JSON. */
  readonly ingredients: unknown;
}

/**
 * A file that is made once for the same ingredients.
 *
 * @param make Is given a path beside the final one, and leaves the complete file there: a build
 *   that breaks off leaves nothing, and two builds at a time do not meet.
 * @returns Its path.
 */
export async function cachedFile(
  { name, extension, ingredients }: CachedFile,
  make: (unfinished: string) => void | Promise<void>,
): Promise<string> {
  Deno.mkdirSync(CACHE_FOLDER, { recursive: true });
  const file = `${name}-${await fingerprint(json(ingredients))}.${extension}`;
  const path = `${CACHE_FOLDER}/${file}`;
  const present = [...Deno.readDirSync(CACHE_FOLDER)].map((entry) => entry.name);
  if (present.includes(file)) return path;
  const unfinished = Deno.makeTempFileSync({ dir: CACHE_FOLDER, prefix: "unfinished-" });
  try {
    await make(unfinished);
    Deno.renameSync(unfinished, path);
  } catch (error) {
    Deno.removeSync(unfinished);
    throw error;
  }
  const version = new RegExp(`^${name}-[0-9a-f]{16}\\.${extension}$`);
  for (const old of present) {
    if (version.test(old)) removeIfThere(`${CACHE_FOLDER}/${old}`);
  }
  return path;
}

/**
 * @param name As for {@linkcode CachedFile}.
 * @returns Path of an initramfs with these files.
 */
export async function cachedImage(name: string, files: readonly ImageFile[]): Promise<string> {
  return await cachedFile(
    { name, extension: "cpio", ingredients: await fileIngredients(files) },
    (unfinished) => writeCpio(unfinished, files),
  );
}

/**
 * The list of files, with what is in those of the host: a program that was built anew is often the
 * same, and only its time differs.
 *
 * @throws {Deno.errors.NotFound} When a file to be copied is missing.
 */
export function fileIngredients(files: readonly ImageFile[]): Promise<unknown> {
  return Promise.all(
    files.map(async (file) =>
      file.kind === "copy"
        ? { ...file, contents: await fingerprint(Deno.readFileSync(file.source)) }
        : file
    ),
  );
}

/** Sixteen hexadecimal digits. */
async function fingerprint(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    // Another build of the same name was faster.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function json(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}
