/**
 * Keeps built images under .cache/vm/ and builds one anew only when something that goes into it has
 * changed: the list of files, a text, or a host file's size or modification time.
 */
import { writeCpio } from "./cpio.ts";
import type { ImageFile } from "./image_file.ts";

/** Folder for images, disks and logs; not under version control. */
export const CACHE_FOLDER = ".cache/vm";

/**
 * @param name Word for the file's name; an older image of the same name is removed.
 * @returns Path of an initramfs with these files.
 */
export async function cachedImage(name: string, files: readonly ImageFile[]): Promise<string> {
  Deno.mkdirSync(CACHE_FOLDER, { recursive: true });
  const file = `${name}-${await fingerprint(files)}.cpio`;
  const path = `${CACHE_FOLDER}/${file}`;
  const present = [...Deno.readDirSync(CACHE_FOLDER)].map((entry) => entry.name);
  if (present.includes(file)) return path;
  writeCpio(path, files);
  const image = new RegExp(`^${name}-[0-9a-f]{16}\\.cpio$`);
  for (const old of present) {
    if (image.test(old)) Deno.removeSync(`${CACHE_FOLDER}/${old}`);
  }
  return path;
}

/** Sixteen hexadecimal digits that change with anything that goes into the image. */
async function fingerprint(files: readonly ImageFile[]): Promise<string> {
  const parts = files.map((file) => {
    if (file.kind !== "copy") return file;
    const { size, mtime } = Deno.statSync(file.source);
    return { ...file, size, mtime: mtime?.getTime() };
  });
  const bytes = new TextEncoder().encode(JSON.stringify(parts));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
