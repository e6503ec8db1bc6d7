/**
 * Which drop-ins a service has, and whether it is masked: `NAME.toml.d` in each service folder, and
 * for an instance `NAME@ARGUMENT.toml.d` as well.
 *
 * Files are applied in the order of their names, wherever they lie. Of several with one name the
 * one for the instance counts, and of those the one in the folder that is searched first; so an
 * empty file takes back one of a later folder.
 */
import type { DropIn } from "../contract/drop_in.ts";
import type { DescriptionFiles } from "../contract/files.ts";
import { splitName, TOML_SUFFIX } from "../contract/names.ts";
import { type Problem, problem } from "../contract/problem.ts";
import { joinPath } from "../../paths.ts";

/** Ends the name of a folder with drop-ins. */
export const DROP_IN_SUFFIX = `${TOML_SUFFIX}.d`;

/** A file of this name among the drop-ins keeps the service from being started. */
export const MASK_NAME = "masked";

/** What lies beside a description. */
export interface Beside {
  readonly dropIns: readonly DropIn[];
  /** Drop-ins that cannot be read. */
  readonly problems: readonly Problem[];
  /** Path of the file that masks the service. */
  readonly mask: string | undefined;
}

const NOTHING: Beside = { dropIns: [], problems: [], mask: undefined };

/** Names of the folders with drop-ins for a service, the one that counts more first. */
export function dropInFolders(name: string): readonly string[] {
  const { base, argument } = splitName(name);
  const own = `${base}${DROP_IN_SUFFIX}`;
  const isFileName = argument !== undefined && !argument.includes("/");
  const folders = isFileName ? [`${base}@${argument}${DROP_IN_SUFFIX}`, own] : [own];
  // What is no name of a file is looked for nowhere else.
  return folders.filter((folder) => !folder.includes("/"));
}

/**
 * So many services are looked for by name in each service folder; for more of them the folders are
 * listed, once. One service must not cost the more the more files there are, and a boot is to pay a
 * few listings, not a question a service and folder.
 */
const ASKED_BY_NAME = 8;

/** The drop-ins in service folders, for the services of one load. */
export class DropInIndex {
  readonly #directories: readonly string[];
  readonly #files: DescriptionFiles;
  #askedCount = 0;
  /** By folder's name, the service folders that have one, in the order of the search. */
  #folders: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(directories: readonly string[], files: DescriptionFiles) {
    this.#directories = directories;
    this.#files = files;
  }

  beside(name: string): Beside {
    if (this.#askedCount++ >= ASKED_BY_NAME) this.#folders ??= this.#list();
    const known = this.#folders;
    if (known?.size === 0) return NOTHING;
    let mask: string | undefined;
    const paths = new Map<string, { readonly path: string; readonly directory: string }>();
    for (const folder of dropInFolders(name)) {
      const directories = known === undefined ? this.#directories : known.get(folder) ?? [];
      for (const directory of directories) {
        const listed = this.#files.list(joinPath(directory, folder));
        if (listed.kind === "unreadable") continue;
        for (const entry of listed.names) {
          const path = joinPath(joinPath(directory, folder), entry);
          if (entry === MASK_NAME) mask ??= path;
          else if (entry.endsWith(TOML_SUFFIX) && !entry.startsWith(".") && !paths.has(entry)) {
            paths.set(entry, { path, directory });
          }
        }
      }
    }
    if (mask === undefined && paths.size === 0) return NOTHING;
    const sorted = [...paths].sort(([one], [other]) => one < other ? -1 : 1);
    return { mask, ...this.#read(sorted.map(([, place]) => place)) };
  }

  #list(): ReadonlyMap<string, readonly string[]> {
    const folders = new Map<string, string[]>();
    for (const directory of this.#directories) {
      const listed = this.#files.list(directory);
      if (listed.kind === "unreadable") continue;
      for (const entry of listed.names) {
        if (!entry.endsWith(DROP_IN_SUFFIX)) continue;
        const known = folders.get(entry);
        if (known === undefined) folders.set(entry, [directory]);
        else known.push(directory);
      }
    }
    return folders;
  }

  #read(
    places: readonly { readonly path: string; readonly directory: string }[],
  ): Pick<Beside, "dropIns" | "problems"> {
    const dropIns: DropIn[] = [];
    const problems: Problem[] = [];
    for (const { path: file, directory } of places) {
      const read = this.#files.read(file);
      // A link to nowhere is as good as no file, as with descriptions.
      if (read.kind === "missing") continue;
      if (read.kind === "unreadable") {
        problems.push(problem({ file }, `Cannot read the drop-in: ${read.why}`));
        continue;
      }
      const { bytes, modifiedSeconds, modifiedNanoseconds } = read;
      dropIns.push({ file, directory, bytes, modifiedSeconds, modifiedNanoseconds });
    }
    return { dropIns, problems };
  }
}
