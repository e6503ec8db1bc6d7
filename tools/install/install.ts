/**
 * Carries out the plan of an installation, and undoes it.
 *
 * A list of what was installed is kept beside it. A file that exists and is not on it belongs to
 * somebody else (another init has programs and pages of the same names) and stays, unless all are
 * to be replaced.
 */
import { exists, replaceFile } from "../build/atomic_file.ts";
import { type Entry, MANIFEST_PATH } from "./plan.ts";

export interface InstallOptions {
  /**
   * Where the prefix is for now: with --destdir, below it. Absolute, without a slash at its end.
   */
  readonly root: string;
  readonly replacesForeign: boolean;
}

export interface InstallOutcome {
  /** Relative to the prefix. */
  readonly installed: readonly string[];
  /** Files of others, which stayed. */
  readonly kept: readonly string[];
}

/**
 * Installs all entries; each file is replaced at once, so that programs that run are not disturbed.
 *
 * @throws {Deno.errors.PermissionDenied} And others that the file system has.
 */
export async function install(
  entries: readonly Entry[],
  { root, replacesForeign }: InstallOptions,
): Promise<InstallOutcome> {
  const own = new Set(await readManifest(root));
  const installed: string[] = [];
  const kept: string[] = [];
  for (const entry of entries) {
    const path = `${root}/${entry.path}`;
    if (!replacesForeign && !own.has(entry.path) && await exists(path)) {
      kept.push(entry.path);
      continue;
    }
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true, mode: 0o755 });
    await replaceFile(path, (temporary) => make(entry, temporary));
    installed.push(entry.path);
  }
  await removeDropped(root, own, installed);
  await writeManifest(root, installed);
  return { installed, kept };
}

/**
 * Removes what was installed, and the folders that become empty.
 *
 * @returns Paths removed, relative to the prefix; undefined when nothing was installed there.
 */
export async function uninstall(root: string): Promise<readonly string[] | undefined> {
  const paths = await readManifest(root);
  if (paths.length === 0) return undefined;
  for (const path of [...paths, MANIFEST_PATH]) await removeFile(`${root}/${path}`);
  const folders = new Set([...paths, MANIFEST_PATH].flatMap(foldersOf));
  const deepestFirst = [...folders].sort((a, b) => b.length - a.length);
  for (const folder of deepestFirst) await removeIfEmpty(`${root}/${folder}`);
  return paths;
}

async function make(entry: Entry, path: string): Promise<void> {
  switch (entry.kind) {
    case "copy":
      await Deno.copyFile(entry.source, path);
      await Deno.chmod(path, entry.mode);
      break;
    case "text":
      await Deno.writeTextFile(path, entry.text);
      await Deno.chmod(path, 0o644);
      break;
    case "link":
      await Deno.symlink(entry.target, path);
      break;
  }
}

/** Files that an earlier version installed and this one does not have any more. */
async function removeDropped(
  root: string,
  before: ReadonlySet<string>,
  installed: readonly string[],
): Promise<void> {
  const now = new Set(installed);
  for (const path of before) {
    if (!now.has(path)) await removeFile(`${root}/${path}`);
  }
}

async function readManifest(root: string): Promise<readonly string[]> {
  try {
    const text = await Deno.readTextFile(`${root}/${MANIFEST_PATH}`);
    return text.split("\n").filter((line) => line !== "");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

async function writeManifest(root: string, paths: readonly string[]): Promise<void> {
  await replaceFile(
    `${root}/${MANIFEST_PATH}`,
    (temporary) => Deno.writeTextFile(temporary, paths.map((path) => `${path}\n`).join("")),
  );
}

async function removeFile(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** `a/b` and `a` of `a/b/c`. */
function foldersOf(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

async function removeIfEmpty(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch { /* others have something there */ }
}
