/**
 * The sets of services/, put together. What several sets have in common lies once, in
 * services/shared/; `services/sets.json` names the folders that make a set. A set is all their
 * files side by side: no path may be in two of them, so that their order has no meaning.
 */
import sets from "../../services/sets.json" with { type: "json" };

/** A set of services/sets.json. */
export type SetName = keyof typeof sets;

/** A file of a set, where its path is relative to the set's folder. */
export type SetEntry =
  | {
    readonly kind: "copy";
    readonly path: string;
    /** Absolute. */
    readonly source: string;
    /** Permission bits: 0755 for what can be run, 0644 for all else. */
    readonly mode: number;
  }
  /** A symbolic link. */
  | { readonly kind: "link"; readonly path: string; readonly target: string };

/** The folder services/ itself, without a slash at its end. */
export const SERVICES = new URL("../../services", import.meta.url).pathname;

/** All sets, sorted. */
export const SET_NAMES = (Object.keys(sets) as SetName[]).sort();

/** Whether there is a set of this name. */
export function isSetName(name: string): name is SetName {
  return Object.hasOwn(sets, name);
}

/** Folders below services/ that make the set. */
export function foldersOfSet(name: SetName): readonly string[] {
  return sets[name];
}

/** All files of a set, sorted by path. */
export function setEntries(name: SetName): readonly SetEntry[] {
  return compose(foldersOfSet(name).map((folder) => `${SERVICES}/${folder}`));
}

/**
 * All files of the folders side by side, sorted by path.
 *
 * @param folders Absolute.
 * @throws {Error} When two folders have a file of the same path.
 */
export function compose(folders: readonly string[]): readonly SetEntry[] {
  const folderOf = new Map<string, string>();
  const entries = folders.flatMap((folder) => {
    const found = entriesBelow(folder, "");
    for (const { path } of found) {
      const other = folderOf.get(path);
      if (other !== undefined) {
        throw new Error(`Cannot compose a set: "${path}" is in ${other} and in ${folder}`);
      }
      folderOf.set(path, folder);
    }
    return found;
  });
  return entries.sort((a, b) => a.path < b.path ? -1 : 1);
}

function entriesBelow(folder: string, within: string): readonly SetEntry[] {
  return [...Deno.readDirSync(`${folder}/${within}`)].flatMap((entry): readonly SetEntry[] => {
    const path = within + entry.name;
    const source = `${folder}/${path}`;
    if (entry.isDirectory) return entriesBelow(folder, `${path}/`);
    if (entry.isSymlink) return [{ kind: "link", path, target: Deno.readLinkSync(source) }];
    const isExecutable = ((Deno.statSync(source).mode ?? 0) & 0o111) !== 0;
    return [{ kind: "copy", path, source, mode: isExecutable ? 0o755 : 0o644 }];
  });
}
