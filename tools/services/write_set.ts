/** Writes a set of services/ into a folder, where it is complete. */
import type { SetEntry } from "./composition.ts";

/**
 * Writes the files, and makes the folders above them. Other files of the folder stay.
 *
 * @returns Paths that are taken already; if there are any, nothing is written.
 * @throws {Deno.errors.PermissionDenied} And others that the file system has.
 */
export function writeSet(entries: readonly SetEntry[], folder: string): readonly string[] {
  const taken = entries.map(({ path }) => path).filter((path) => isTaken(`${folder}/${path}`));
  if (taken.length > 0) return taken;
  for (const entry of entries) {
    const path = `${folder}/${entry.path}`;
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true, mode: 0o755 });
    if (entry.kind === "link") {
      Deno.symlinkSync(entry.target, path);
    } else {
      Deno.copyFileSync(entry.source, path);
      Deno.chmodSync(path, entry.mode);
    }
  }
  return [];
}

/** Whether anything is at the path, be it a link that leads nowhere. */
function isTaken(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
