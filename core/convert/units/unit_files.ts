/**
 * A unit as it lies in files: its own, drop-ins, the folders that say what it wants. Source:
 * systemd.unit(5), "Description" and "Unit file load path".
 */
import { directoryPart, type Problem } from "../../description/mod.ts";
import { joinPath } from "../../paths.ts";
import { baseName, binaryProblem, type ConvertFiles, namesIn } from "../files.ts";
import { type EffectiveUnit, effectiveUnit, type UnitPart } from "./effective.ts";
import { parseUnit } from "./text/syntax.ts";
import { parseUnitName, type UnitName } from "./text/unit_name.ts";

/** Folders of the system's units, those that count most first. */
export const SYSTEM_UNIT_FOLDERS: readonly string[] = [
  ...["/etc/systemd/system", "/run/systemd/system"],
  ...["/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"],
];

export type LoadedUnit =
  | {
    readonly kind: "unit";
    readonly name: UnitName;
    readonly path: string;
    readonly unit: EffectiveUnit;
    readonly warnings: readonly Problem[];
  }
  | { readonly kind: "masked"; readonly path: string; readonly why: string }
  | { readonly kind: "missing"; readonly path: string }
  | { readonly kind: "faulty"; readonly problems: readonly Problem[] };

/** Reads a unit with its drop-ins. */
export function loadUnit(path: string, name: UnitName, files: ConvertFiles): LoadedUnit {
  const main = mainFile(path, name, files);
  if (main === undefined) return { kind: "missing", path };
  if (files.linkTarget(main) === "/dev/null") {
    return { kind: "masked", path, why: "it is masked, so systemd never starts it" };
  }
  const read = readPart(main, files);
  if (read.kind === "faulty") return read;
  if (read.isEmpty) return { kind: "masked", path, why: "it is empty, which masks the unit" };
  const parts = [read.part];
  const warnings = [...read.warnings];
  for (const file of dropIns(path, name, files)) {
    const dropIn = readPart(file, files);
    if (dropIn.kind === "faulty") return dropIn;
    parts.push(dropIn.part);
    warnings.push(...dropIn.warnings);
  }
  return { kind: "unit", name, path, unit: effectiveUnit(parts), warnings };
}

/** The file itself, or for an instance that of its template. */
function mainFile(path: string, name: UnitName, files: ConvertFiles): string | undefined {
  const isThere = (candidate: string): boolean =>
    files.linkTarget(candidate) !== undefined || files.read(candidate).kind !== "missing";
  if (isThere(path)) return path;
  if (name.instance === undefined || name.instance === "") return undefined;
  const template = joinPath(directoryPart(path), `${name.prefix}@.${name.kind}`);
  return isThere(template) ? template : undefined;
}

function readPart(file: string, files: ConvertFiles):
  | {
    readonly kind: "part";
    readonly part: UnitPart;
    readonly isEmpty: boolean;
    readonly warnings: readonly Problem[];
  }
  | { readonly kind: "faulty"; readonly problems: readonly Problem[] } {
  const read = files.read(file);
  if (read.kind !== "contents") {
    const why = read.kind === "missing" ? "it leads nowhere" : read.why;
    const message = `Cannot read the file: ${why}`;
    return {
      kind: "faulty",
      problems: [{ ...NOWHERE, file, message }],
    };
  }
  const nul = read.bytes.indexOf(0);
  if (nul >= 0) return { kind: "faulty", problems: [binaryProblem(read.bytes, nul, file)] };
  const parsed = parseUnit(read.bytes, file);
  if (parsed.kind === "faulty") return { kind: "faulty", problems: [parsed.problem] };
  const { lines, warnings } = parsed;
  return { kind: "part", part: { file, lines }, isEmpty: read.bytes.length === 0, warnings };
}

const NOWHERE = {
  severity: "error",
  line: undefined,
  column: undefined,
  lineText: undefined,
  hint: undefined,
} as const;

/** Folders that hold what belongs to a unit: its own, and where administrators write. */
function foldersFor(path: string): readonly string[] {
  const own = directoryPart(path);
  return SYSTEM_UNIT_FOLDERS.includes(own) ? SYSTEM_UNIT_FOLDERS : [own];
}

/**
 * Drop-ins in the order in which they count: by file name, one of each name, and of two that of the
 * first folder; those for all units of a kind before those for a prefix before the unit's own.
 */
function dropIns(path: string, name: UnitName, files: ConvertFiles): readonly string[] {
  const found = new Map<string, string>();
  for (const names of dropInNames(name)) {
    for (const folder of foldersFor(path)) {
      const directory = joinPath(folder, names);
      for (const file of namesIn(directory, files)) {
        if (!file.endsWith(".conf") || found.has(file)) continue;
        found.set(file, joinPath(directory, file));
      }
    }
  }
  return [...found].sort(([left], [right]) => left < right ? -1 : 1).map(([, file]) => file)
    .filter((file) => files.linkTarget(file) !== "/dev/null");
}

/** `foo-bar.service` takes those of `foo-bar.service.d`, `foo-.service.d` and `service.d`. */
function dropInNames({ full, kind, prefix, instance }: UnitName): readonly string[] {
  const names = [`${full}.d`];
  if (instance !== undefined && instance !== "") names.push(`${prefix}@.${kind}.d`);
  const parts = prefix.split("-");
  for (let length = parts.length - 1; length > 0; length--) {
    names.push(`${parts.slice(0, length).join("-")}-.${kind}.d`);
  }
  return [...names, `${kind}.d`];
}

/** Units that stand in `NAME.wants/` or `NAME.requires/`. */
export function unitsIn(
  kind: "wants" | "requires",
  path: string,
  { full }: UnitName,
  files: ConvertFiles,
): readonly string[] {
  const names = foldersFor(path).flatMap((folder) =>
    namesIn(joinPath(folder, `${full}.${kind}`), files)
  );
  return [...new Set(names)].filter((name) => parseUnitName(name) !== undefined).sort();
}

/** All units in the folder of a path, for names that must differ. */
export function unitsBeside(path: string, files: ConvertFiles): readonly string[] {
  return namesIn(directoryPart(path), files).filter((name) => parseUnitName(name) !== undefined);
}

/** The name of the unit in a file; undefined: its file's name is none of a unit. */
export function unitNameOf(path: string): UnitName | undefined {
  return parseUnitName(baseName(path));
}

/** Sections that a unit of each kind has, and no other. */
const OWN_SECTION = /^\[(Service|Socket|Target|Timer|Mount|Path|Automount|Swap)\]\s*$/m;

/** Whether a text is that of a unit, whatever its file is called. */
export function looksLikeUnit(text: string): boolean {
  const first = text.split("\n").find((line) => !/^\s*([#;].*)?$/.test(line)) ?? "";
  const isSection = /^\[(Unit|Install)\]\s*$/.test(first) || OWN_SECTION.test(first);
  return isSection && /^[A-Z][A-Za-z]+\s*=/m.test(text);
}

/** The name that a unit in a file of another name may have: that file's, and its kind behind it. */
export function meantUnitName(path: string, text: string): UnitName | undefined {
  const kind = OWN_SECTION.exec(text)?.[1]?.toLowerCase() ?? "target";
  return unitNameOf(path) ?? parseUnitName(`${baseName(path)}.${kind}`);
}
