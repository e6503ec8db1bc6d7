/** What is to be converted: paths of the command line → conversions of what they lead to. */
import {
  type Conversion,
  convertCompose,
  convertCrontab,
  convertDirectory,
  type ConvertFiles,
  convertProcfile,
  convertSupervisord,
  convertUnits,
  kindOfFile,
  kindOfFolder,
  type ReadYaml,
  type SourceKind,
  unreadable,
} from "../../core/convert/mod.ts";
import { nameFault, problem, TOML_SUFFIX } from "../../core/description/mod.ts";
import { joinPath } from "../../core/paths.ts";
import { convertNative, type NativeSurroundings } from "./convert_native.ts";

/** Paths that are converted together, because they know of each other. */
export interface Source {
  readonly kind: SourceKind;
  readonly paths: readonly string[];
  /** They were found in a folder, not named. */
  readonly isSweep: boolean;
}

export type FoundSources =
  | { readonly kind: "sources"; readonly sources: readonly Source[]; readonly hasFolder: boolean }
  | { readonly kind: "faulty"; readonly path: string; readonly why: string };

/** @param from The kind that the paths are said to be; undefined: by name or contents. */
export function findSources(
  paths: readonly string[],
  from: SourceKind | undefined,
  files: ConvertFiles,
): FoundSources {
  const sources: Source[] = [];
  let hasFolder = false;
  for (const given of paths) {
    const path = given.length > 1 ? given.replace(/\/+$/, "") : given;
    if (files.list(path).kind !== "names") {
      sources.push({ kind: from ?? kindOfFile(path, files), paths: [path], isSweep: false });
      continue;
    }
    const found = kindOfFolder(path, files, (kind) => from === undefined || from === kind);
    if (found.kind === "source") {
      sources.push({ kind: found.source, paths: [path], isSweep: false });
      continue;
    }
    hasFolder = true;
    const inside = found.kind === "folder"
      ? { kind: found.source, paths: found.paths, isSweep: true }
      : nativeSources(path, files);
    if (inside.paths.length === 0 || (from !== undefined && inside.kind !== from)) {
      const what = from ?? "nothing";
      return {
        kind: "faulty",
        path,
        why: `there is ${what === "nothing" ? what : `no ${what}`} in it that can be converted`,
      };
    }
    sources.push(inside);
  }
  return { kind: "sources", sources: together(sources), hasFolder };
}

/** Every file of a folder whose name is that of a service. */
function nativeSources(directory: string, files: ConvertFiles): Source {
  const listed = files.list(directory);
  const names = listed.kind === "names" ? [...listed.names].sort() : [];
  const paths = names.filter((name) =>
    nameFault(name) === undefined && !name.endsWith(TOML_SUFFIX) && !name.includes("@")
  ).map((name) => joinPath(directory, name)).filter((path) => files.list(path).kind !== "names");
  return { kind: "dinit", paths, isSweep: true };
}

/** Units that were named one by one belong together: a socket and its service. */
function together(sources: readonly Source[]): readonly Source[] {
  const named = sources.filter(({ kind, isSweep }) => kind === "systemd" && !isSweep);
  const [first] = named;
  if (first === undefined) return sources;
  const joined = { ...first, paths: named.flatMap(({ paths }) => paths) };
  return sources.flatMap((source) =>
    source === first ? [joined] : named.includes(source) ? [] : [source]
  );
}

/** What conversions need besides the paths. */
export interface SourceSurroundings extends NativeSurroundings {
  /** A path from the root on, for descriptions that name their source's folder. */
  readonly absolute: (path: string) => string;
}

/** Converts what belongs together. @param readYaml Undefined: there is no YAML among it. */
export function convertSource(
  { kind, paths, isSweep }: Source,
  around: SourceSurroundings,
  readYaml: ReadYaml | undefined,
): readonly Conversion[] {
  const { files } = around;
  const whole = paths.map(around.absolute);
  switch (kind) {
    case "dinit":
      return paths.map((path) => convertNative(path, around));
    case "systemd":
      return [convertUnits(paths, { files, isSweep })];
    case "supervisord":
      return whole.map((path) => convertSupervisord(path, files));
    case "runit":
    case "s6":
      return whole.map((path) => serviceDirectory(path, kind, files));
    case "procfile":
      return whole.map((path) => convertProcfile(path, files));
    case "crontab":
      return whole.map((path) => convertCrontab(path, files));
    case "compose":
      return readYaml === undefined
        ? []
        : whole.map((path) => convertCompose(path, files, readYaml));
  }
}

/** A folder, or the run script in it. */
function serviceDirectory(path: string, kind: "runit" | "s6", files: ConvertFiles): Conversion {
  const directory = path.endsWith("/run") ? path.slice(0, -"/run".length) : path;
  if (files.list(directory).kind === "names") return convertDirectory(directory, kind, files);
  return unreadable(problem({ file: path }, "This is no folder of a service"));
}
