/**
 * Where a service's description is looked up: directories in order, in each `BASE.toml` before
 * `BASE`.
 *
 * Only whole files override each other. A file that cannot be read is remembered while the search
 * goes on and counts only when no other directory has the service.
 */
import type { DescriptionSource } from "../contract/description.ts";
import { type DescriptionFiles } from "../contract/files.ts";
import { joinPath } from "../../paths.ts";
import type { DropIn, DropInFile } from "../contract/drop_in.ts";
import { DropInIndex } from "./drop_ins.ts";
import { meantService } from "./missing_service.ts";
import { splitName, TOML_SUFFIX } from "../contract/names.ts";
import { type Problem, problem, quote } from "../contract/problem.ts";

export type SearchResult =
  | {
    readonly kind: "found";
    readonly source: DescriptionSource;
    readonly bytes: Uint8Array;
    readonly dropIns: readonly DropIn[];
    /** Drop-ins that cannot be read among them: those are errors. */
    readonly problems: readonly Problem[];
  }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly problem: Problem };

/**
 * Finds and reads the file of a service, by the base of its name, and what lies beside it.
 *
 * @param index Of these directories, for those who look for many.
 */
export function findDescription(
  name: string,
  directories: readonly string[],
  files: DescriptionFiles,
  index = new DropInIndex(directories, files),
): SearchResult {
  const { base } = splitName(name);
  const { dropIns, problems, mask } = index.beside(name);
  let unreadable: Problem | undefined;
  for (const directory of directories) {
    const native = joinPath(directory, base);
    const toml = native + TOML_SUFFIX;
    // "web.toml" is the file of the service "web", never one of a service "web.toml".
    const candidates = base.endsWith(TOML_SUFFIX) ? [toml] : [toml, native];
    for (const file of candidates) {
      const read = files.read(file);
      if (read.kind === "missing") continue;
      if (read.kind === "unreadable") {
        unreadable ??= problem({ file }, `Cannot read the service description: ${read.why}`);
        continue;
      }
      const format = file === toml ? "toml" : "native";
      const { modifiedSeconds, modifiedNanoseconds } = read;
      const source: DescriptionSource = {
        ...{ file, directory, format, modifiedSeconds, modifiedNanoseconds },
        ...dropIns.length > 0 && { dropIns: dropIns.map(dropInFile) },
        ...mask !== undefined && { mask },
      };
      const doubles = format === "toml" ? doubled(toml, native, files) : [];
      return {
        kind: "found",
        source,
        bytes: read.bytes,
        dropIns,
        problems: problems.length === 0 ? doubles : [...doubles, ...problems],
      };
    }
  }
  return unreadable === undefined
    ? { kind: "missing" }
    : { kind: "unreadable", problem: unreadable };
}

function dropInFile({ file, modifiedSeconds, modifiedNanoseconds }: DropIn): DropInFile {
  return { file, modifiedSeconds, modifiedNanoseconds };
}

/** Whether there is something that the search would look at, readable or not. */
export function hasDescription(
  name: string,
  directories: readonly string[],
  files: DescriptionFiles,
): boolean {
  const { base } = splitName(name);
  return directories.some((directory) => {
    const native = joinPath(directory, base);
    return files.exists(native + TOML_SUFFIX) || files.exists(native);
  });
}

/** A warning when one directory has a service in both formats. A directory of that name is none. */
function doubled(toml: string, native: string, files: DescriptionFiles): readonly Problem[] {
  if (!files.exists(native) || files.read(native).kind !== "contents") return [];
  const message = `This file is used, and ${native} is ignored`;
  const hint = "Remove one of the two, or move it out of the directory";
  return [problem({ file: toml }, message, { severity: "warning", hint })];
}

/**
 * What to do about a service that was not found: a name that is near, or where it was looked for.
 */
export function missingHint(
  name: string,
  directories: readonly string[],
  files: DescriptionFiles,
): string {
  const meant = meantService(name, directories, files);
  switch (meant?.kind) {
    case "service":
      return `Did you mean ${quote(meant.name)}?`;
    case "file":
      return meant.fault;
    case undefined:
      return placesText(directories, files);
  }
}

/** That a directory is missing is told only when all are: of those by default some always are. */
function placesText(directories: readonly string[], files: DescriptionFiles): string {
  const faults: string[] = [];
  for (const directory of directories) {
    const listed = files.list(directory);
    if (listed.kind === "names") return `Directories searched: ${directories.join(", ")}`;
    faults.push(`${directory}: ${listed.why}`);
  }
  return `No directory with services can be read: ${faults.join("; ")}`;
}
