/** What kinds of files are converted, and how each is recognised by its name or what is in it. */
import { joinPath } from "../paths.ts";
import { directoryKind, isServiceDirectory } from "./directories/convert_directory.ts";
import { isCrontab, namesUsers } from "./crontab/crontab_lines.ts";
import { baseName, type ConvertFiles, namesIn, readText } from "./files.ts";
import { isProcfile } from "./procfile/convert_procfile.ts";
import { looksLikeUnit, unitNameOf } from "./units/unit_files.ts";

/** `dinit`: upstream's own format. */
export const SOURCE_KINDS = [
  "dinit",
  "systemd",
  "supervisord",
  "runit",
  "s6",
  "procfile",
  "compose",
  "crontab",
] as const;

export type SourceKind = (typeof SOURCE_KINDS)[number];

/** What a path leads to. */
export type Recognised =
  | { readonly kind: "source"; readonly source: SourceKind }
  /** A folder that holds sources of one kind, by their paths. */
  | { readonly kind: "folder"; readonly source: SourceKind; readonly paths: readonly string[] }
  /** A folder in which nothing is recognised. */
  | { readonly kind: "nothing" };

/** Recognises a file. */
export function kindOfFile(path: string, files: ConvertFiles): SourceKind {
  const name = baseName(path);
  if (unitNameOf(path) !== undefined) return "systemd";
  if (/^supervisord?.*\.(conf|ini)$/.test(name)) return "supervisord";
  if (/^Procfile(\.|$)/.test(name)) return "procfile";
  const read = readText(path, files);
  const text = read.kind === "text" ? read.text : "";
  if (/\.ya?ml$/.test(name)) return "compose";
  if (looksLikeUnit(text)) return "systemd";
  if (name === "crontab" || namesUsers(path) || isCrontab(text)) return "crontab";
  if (/^\s*\[(program:.+|supervisord|group:.+)\]/m.test(text)) return "supervisord";
  return "dinit";
}

/**
 * Recognises a folder: one service, or many things of one kind.
 *
 * @param isMeant Whether a kind is asked for; the first that the folder has is taken otherwise.
 */
export function kindOfFolder(
  path: string,
  files: ConvertFiles,
  isMeant: (kind: SourceKind) => boolean,
): Recognised {
  if (isServiceDirectory(path, files)) {
    const source = directoryKind(path, files);
    if (isMeant(source)) return { kind: "source", source };
  }
  const paths = namesIn(path, files).map((name) => joinPath(path, name));
  const isFolder = (each: string): boolean => files.list(each).kind === "names";
  const units = paths.filter((each) => unitNameOf(each) !== undefined && !isFolder(each));
  if (units.length > 0 && isMeant("systemd")) {
    return { kind: "folder", source: "systemd", paths: units };
  }
  const directories = paths.filter((each) => isFolder(each) && isServiceDirectory(each, files));
  const isS6 = directories.some((each) => directoryKind(each, files) === "s6");
  if (directories.length > 0 && isMeant(isS6 ? "s6" : "runit")) {
    return { kind: "folder", source: isS6 ? "s6" : "runit", paths: directories };
  }
  const plain = paths.filter((each) => !isFolder(each));
  for (const source of ["compose", "procfile", "supervisord", "crontab"] as const) {
    const named = plain.filter((each) => isNamedAs(source, each, files));
    if (named.length > 0 && isMeant(source)) return { kind: "folder", source, paths: named };
  }
  return { kind: "nothing" };
}

function isNamedAs(source: SourceKind, path: string, files: ConvertFiles): boolean {
  const name = baseName(path);
  switch (source) {
    case "compose":
      return /^(docker-)?compose.*\.ya?ml$/.test(name);
    case "procfile": {
      if (!/^Procfile(\.|$)/.test(name)) return false;
      const read = readText(path, files);
      return read.kind === "text" && isProcfile(read.text);
    }
    case "crontab":
      return name === "crontab" || namesUsers(path);
    default:
      return /^supervisord\.conf$/.test(name);
  }
}
