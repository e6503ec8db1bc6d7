/**
 * Which units systemd would start at a boot: followed from the default target by `.wants` and
 * `.requires` folders, and by what units themselves say. Nothing of it asks a manager, so it works
 * on
 * the root of another machine, and on one where systemd is gone and only packages' units are left.
 *
 * Source: systemd.unit(5), "Description" and [Unit]; bootup(7); systemd.special(7).
 */
import {
  baseName,
  type ConvertFiles,
  type LoadedUnit,
  loadUnit,
  namesIn,
  parseUnitName,
  SYSTEM_UNIT_FOLDERS,
  type UnitName,
} from "../../convert/mod.ts";
import { joinPath } from "../../paths.ts";
import { endOfLinks, isThere } from "../machine_files.ts";
import { generatedUnits } from "./generated_units.ts";

/** A unit that is started, or would be were it not masked. */
export interface WantedUnit {
  readonly name: UnitName;
  /** Where it lies; undefined: only folders name it. */
  readonly path: string | undefined;
  readonly loaded: Extract<LoadedUnit, { readonly kind: "unit" | "masked" }> | undefined;
  /** A target wants it, so it is on by itself, and not only because another unit needs it. */
  readonly isOn: boolean;
  /** The unit that a generator of a package ties it to. */
  readonly generatedBy: string | undefined;
  /** Other names that lead to it. */
  readonly aliases: readonly string[];
}

/** Wanted at each boot, whether a file says so or not. */
const ALWAYS = [
  ...["multi-user.target", "basic.target", "sysinit.target", "local-fs.target", "remote-fs.target"],
  ...["sockets.target", "timers.target", "paths.target", "getty.target", "swap.target"],
];

/** What a unit has started with it. */
const STARTING = ["Wants", "Requires", "BindsTo", "Requisite", "Upholds"];

/**
 * @param more Units that count as on, whatever the machine says.
 * @returns In the order in which they were found, so that a plan reads from the boot on.
 */
export function wantedUnits(
  files: ConvertFiles,
  more: readonly string[] = [],
): readonly WantedUnit[] {
  const aliases = aliasesOf(files);
  const found = new Map<string, WantedUnit>();
  const waiting: { full: string; isOn: boolean; generatedBy?: string }[] = [
    ...[defaultTarget(files), ...ALWAYS].map((full) => ({ full, isOn: false })),
    ...more.map((full) => ({ full, isOn: true })),
  ];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const name = canonical(next.full, aliases);
    if (name === undefined) continue;
    const known = found.get(name.full);
    if (known !== undefined) {
      if (next.isOn && !known.isOn) found.set(name.full, { ...known, isOn: true });
      continue;
    }
    const path = unitPath(name, files);
    const loaded = path === undefined ? undefined : usable(loadUnit(path, name, files));
    const names = [...aliases].filter(([, target]) => target === name.full).map(([alias]) => alias);
    const { isOn, generatedBy } = next;
    found.set(name.full, { name, path, loaded, isOn, generatedBy, aliases: names });
    const isTarget = name.kind === "target";
    for (const full of wantedByFolders(name, files)) waiting.push({ full, isOn: isTarget });
    for (const full of loaded?.kind === "unit" ? generatedUnits(name.full, files) : []) {
      waiting.push({ full, isOn: true, generatedBy: name.full });
    }
    if (loaded?.kind !== "unit") continue;
    const said = STARTING.flatMap((key) => loaded.unit.values.get(`Unit.${key}`) ?? []);
    for (const full of said.flatMap((value) => value.split(/\s+/))) {
      waiting.push({ full, isOn: isTarget });
    }
  }
  return [...found.values()];
}

function usable(loaded: LoadedUnit): WantedUnit["loaded"] {
  return loaded.kind === "unit" || loaded.kind === "masked" ? loaded : undefined;
}

function defaultTarget(files: ConvertFiles): string {
  for (const folder of SYSTEM_UNIT_FOLDERS) {
    const path = joinPath(folder, "default.target");
    if (isThere(path, files)) return baseName(endOfLinks(path, files));
  }
  return "multi-user.target";
}

/** Links between units of one kind: by the name of the link, that of the unit. */
function aliasesOf(files: ConvertFiles): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  for (const folder of SYSTEM_UNIT_FOLDERS) {
    for (const name of namesIn(folder, files)) {
      const path = joinPath(folder, name);
      if (aliases.has(name) || files.linkTarget(path) === undefined) continue;
      const [link, target] = [
        parseUnitName(name),
        parseUnitName(baseName(endOfLinks(path, files))),
      ];
      if (link === undefined || target === undefined || link.kind !== target.kind) continue;
      if (link.full !== target.full) aliases.set(link.full, target.full);
    }
  }
  return aliases;
}

/** The unit that a name leads to. */
function canonical(full: string, aliases: ReadonlyMap<string, string>): UnitName | undefined {
  const name = parseUnitName(aliases.get(full) ?? full);
  // A template alone is nothing that can be started.
  return name?.instance === "" ? undefined : name;
}

/** Where a unit, or the template of an instance, lies. */
function unitPath(name: UnitName, files: ConvertFiles): string | undefined {
  const template = name.instance === undefined ? [] : [`${name.prefix}@.${name.kind}`];
  for (const candidate of [name.full, ...template]) {
    for (const folder of SYSTEM_UNIT_FOLDERS) {
      if (isThere(joinPath(folder, candidate), files)) return joinPath(folder, name.full);
    }
  }
  return undefined;
}

function wantedByFolders({ full }: UnitName, files: ConvertFiles): readonly string[] {
  const names = SYSTEM_UNIT_FOLDERS.flatMap((folder) =>
    ["wants", "requires"].flatMap((kind) => namesIn(joinPath(folder, `${full}.${kind}`), files))
  );
  return [...new Set(names)].sort();
}
