/**
 * What presets have switched on. systemd follows them at a machine's first boot, and packages when
 * they are installed; afterwards only the links count. So for a machine that has never booted, such
 * as a new image, they say what is on.
 *
 * Source: systemd.preset(5); machine-id(5), "First Boot Semantics".
 */
import { nameLike } from "../../conditions/glob.ts";
import {
  type ConvertFiles,
  namesIn,
  parseUnitName,
  readText,
  SYSTEM_UNIT_FOLDERS,
} from "../../convert/mod.ts";
import { joinPath } from "../../paths.ts";
import { linesOf } from "../machine_files.ts";

/** The first folder that has a file of a name wins. */
const FOLDERS = ["/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"]
  .map((folder) => `${folder}/systemd/system-preset`);

interface Rule {
  readonly isOn: boolean;
  readonly pattern: string;
}

/** Names of all files, in the order in which they count. */
export function presetFiles(files: ConvertFiles): readonly string[] {
  const names = FOLDERS.flatMap((folder) => namesIn(folder, files));
  return [...new Set(names)].filter((name) => name.endsWith(".preset")).sort();
}

/** Units with a section [Install] that the first boot switches on; none when that has been. */
export function presetUnits(files: ConvertFiles): readonly string[] {
  if (!isBeforeFirstBoot(files)) return [];
  const rules = rulesOf(files);
  const units = SYSTEM_UNIT_FOLDERS.flatMap((folder) =>
    namesIn(folder, files).map((name) => ({ name, path: joinPath(folder, name) }))
  );
  const seen = new Set<string>();
  return units.flatMap(({ name, path }) => {
    // A template needs an argument, and a link is another name.
    const isUnit = parseUnitName(name) !== undefined && !name.includes("@.") && !seen.has(name);
    seen.add(name);
    if (!isUnit || files.linkTarget(path) !== undefined) return [];
    const read = readText(path, files);
    const canBeOn = read.kind === "text" && /^\[Install\]\s*$/m.test(read.text);
    return canBeOn && isOn(name, rules) ? [name] : [];
  });
}

/** Whether the machine has no number yet. An empty file is for the next boot to fill, no more. */
function isBeforeFirstBoot(files: ConvertFiles): boolean {
  const read = readText("/etc/machine-id", files);
  return read.kind === "missing" || read.kind === "text" && read.text.trim() === "uninitialized";
}

function rulesOf(files: ConvertFiles): readonly Rule[] {
  return presetFiles(files).flatMap((name) => {
    const folder = FOLDERS.find((each) => files.exists(joinPath(each, name)));
    if (folder === undefined) return [];
    return linesOf(joinPath(folder, name), files).flatMap((line): readonly Rule[] => {
      const [verb, pattern] = line.split(/\s+/);
      if (pattern === undefined || verb !== "enable" && verb !== "disable") return [];
      return [{ isOn: verb === "enable", pattern }];
    });
  });
}

/** The first rule that fits; without one it is on. */
function isOn(name: string, rules: readonly Rule[]): boolean {
  return rules.find(({ pattern }) => nameLike(pattern).test(name))?.isOn ?? true;
}
