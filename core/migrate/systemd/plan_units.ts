/** Units that are on → what becomes of each, and the descriptions of those that are converted. */
import {
  type Conversion,
  type ConvertedFile,
  type ConvertFiles,
  convertUnits,
  loadFaults,
  NOTHING,
  specialUnit,
  WITH_FOLDER,
} from "../../convert/mod.ts";
import { isThere } from "../machine_files.ts";
import { type Finding, item, type Losses, type PlanItem, type PlannedFile } from "../plan.ts";
import { withAliases } from "../set_files.ts";
import { partOfSystemd, unitRow } from "./unit_rows.ts";
import type { WantedUnit } from "./wanted_units.ts";

/** Kinds that something can become of. */
const CONVERTED_KINDS: ReadonlySet<string> = new Set([
  "service",
  "socket",
  "timer",
  "target",
  "mount",
  "automount",
  "path",
  "swap",
]);

/** Units that become a part of another one's description. */
const PARTS: ReadonlySet<string> = new Set(["socket", "timer", "path", "automount"]);

const LOGIND = "systemd-logind.service";
const LOGIND_OF_SERVER = item(
  "service",
  LOGIND,
  "not-needed",
  "logins work without it; who wants sessions and /run/user: docs/desktops.md",
);

/** What is said of a unit before it is converted. */
interface Judged {
  readonly unit: WantedUnit;
  /** undefined: it is to be converted. */
  readonly item: PlanItem | undefined;
}

/** Looks at all units; those without a meaning of their own are left out. */
export function planUnits(
  units: readonly WantedUnit[],
  files: ConvertFiles,
  { hasDesktop }: { readonly hasDesktop: boolean },
): Finding {
  const judged = units.filter((unit) => !isPlumbing(unit)).map((unit): Judged => ({
    unit,
    item: unit.name.full === LOGIND && !hasDesktop ? LOGIND_OF_SERVER : known(unit, files),
  }));
  const paths = judged.flatMap(({ unit, item }) => item === undefined ? [unit.path ?? ""] : []);
  const conversion = convertUnits(paths, { files, isSweep: true });
  const converted = new Map<string, ConvertedFile>();
  for (const file of conversion.files) {
    if (loadFaults(file).length === 0) converted.set(nameIn(file.source), file);
  }
  const only = standIns(judged, converted);
  for (const { parent } of only.values()) converted.delete(parent);
  for (const { child, file } of only.values()) converted.set(child, file);
  return {
    items: judged.map(({ unit, item }) =>
      item ?? standInItem(unit, only.get(unit.name.full)) ?? fate(unit, converted, conversion)
    ),
    files: [...converted.values()].flatMap((file) => filesOf(file, judged)),
    problems: conversion.problems,
  };
}

/** The one unit that another stands for. */
interface StandIn {
  readonly parent: string;
  readonly child: string;
  readonly file: ConvertedFile;
}

/**
 * A unit that only stands for what a generator ties to it: where that is one, it takes the name, so
 * that who restarts the one restarts the other. By the name of the unit that is replaced.
 */
function standIns(
  judged: readonly Judged[],
  converted: ReadonlyMap<string, ConvertedFile>,
): ReadonlyMap<string, StandIn> {
  const found = new Map<string, StandIn>();
  const parents = new Set(judged.flatMap(({ unit }) => unit.generatedBy ?? []));
  for (const parent of parents) {
    const children = judged.filter(({ unit }) => unit.generatedBy === parent)
      .flatMap(({ unit: { name } }) => converted.has(name.full) ? [name.full] : []);
    const [child, another] = children;
    const file = child === undefined ? undefined : converted.get(child);
    const alias = converted.get(parent)?.service;
    if (child === undefined || another !== undefined || !file || alias === undefined) continue;
    const text = file.text.replace(`before = ["${alias}"]\n`, "");
    found.set(parent, { parent, child, file: { ...file, text: withAliases(text, [alias]) } });
  }
  return found;
}

function standInItem({ name }: WantedUnit, standIn: StandIn | undefined): PlanItem | undefined {
  if (standIn === undefined) return undefined;
  const { service } = standIn.file;
  return item(name.kind, name.full, "converted", `it is another name of ${service}`, service);
}

function nameIn(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Targets that systemd brings are order and nothing else; slices and devices are no work. */
function isPlumbing({ name, path, loaded }: WantedUnit): boolean {
  if (name.kind === "slice" || name.kind === "scope" || name.kind === "device") return true;
  if (loaded === undefined && path === undefined) {
    return specialUnit(name.full) !== undefined ||
      name.kind === "target" || name.kind === "mount" || isOwnOfSystemd(name.full);
  }
  return name.kind === "target" &&
    (specialUnit(name.full) !== undefined || !isOfPerson(path ?? ""));
}

/** systemd's own units name each other whether they are installed or not. */
function isOwnOfSystemd(full: string): boolean {
  return full.startsWith("systemd-") || unitRow(full) !== undefined;
}

function isOfPerson(path: string): boolean {
  return path.startsWith("/etc/");
}

function known(unit: WantedUnit, files: ConvertFiles): PlanItem | undefined {
  const { name: { full, kind }, loaded } = unit;
  if (loaded?.kind === "masked") return item(kind, full, "not-needed", loaded.why);
  const row = unitRow(full);
  if (row !== undefined) return item(kind, full, row.standing, row.why, row.service);
  const special = specialUnit(full);
  if (special === NOTHING) return item(kind, full, "not-needed", "its order is there without it");
  if (special !== undefined) {
    return item(kind, full, "set", `the set's ${special} does it`, special);
  }
  const part = partOfSystemd(full);
  if (part !== undefined) return item(kind, full, part.standing, part.why);
  if (loaded === undefined) return item(kind, full, "not-needed", "there is no such unit");
  const job = kind === "timer" ? cronJob(unit, files) : undefined;
  if (job !== undefined) return item(kind, full, "not-needed", `cron does it, by ${job}`);
  if (CONVERTED_KINDS.has(kind)) return undefined;
  return item(kind, full, "by-hand", "it has no counterpart");
}

const CRON_FOLDERS = ["cron.hourly", "cron.daily", "cron.weekly", "cron.monthly", "cron.d"];

/** Debian's packages bring a job for cron as well, which does nothing where systemd runs. */
function cronJob({ name: { prefix } }: WantedUnit, files: ConvertFiles): string | undefined {
  return CRON_FOLDERS.map((folder) => `/etc/${folder}/${prefix}`)
    .find((path) => isThere(path, files));
}

function fate(
  unit: WantedUnit,
  converted: ReadonlyMap<string, ConvertedFile>,
  conversion: Conversion,
): PlanItem {
  const { name: { full, kind }, path = "" } = unit;
  const file = converted.get(full);
  if (file !== undefined) {
    const losses = lossesOf(full, conversion);
    const isWhole = losses.much + losses.some + losses.little === 0;
    const why = isWhole ? "all of it has a counterpart" : lossText(losses);
    const item = { kind, name: full, standing: "converted", service: file.service } as const;
    return { ...item, why, losses: isWhole ? undefined : losses };
  }
  const home = homeOf(unit, converted);
  if (home !== undefined) {
    return item(kind, full, "converted", `it became a part of ${home.service}`, home.service);
  }
  const skipped = conversion.skipped.find((each) => each.file === path);
  if (skipped !== undefined) {
    return item(kind, full, skipped.isLoss ? "by-hand" : "not-needed", skipped.why);
  }
  const fault = conversion.problems.find((each) => each.file === path);
  return item(kind, full, "by-hand", fault?.message ?? "it cannot be converted");
}

/** The service that a socket or timer became a part of. */
function homeOf(
  { name: { full, kind, prefix }, loaded }: WantedUnit,
  converted: ReadonlyMap<string, ConvertedFile>,
): ConvertedFile | undefined {
  if (loaded?.kind !== "unit" || !PARTS.has(kind)) return undefined;
  const key = { socket: "Socket.Service", timer: "Timer.Unit", path: "Path.Unit" }[kind as string];
  const given = key === undefined ? undefined : loaded.unit.values.get(key)?.at(-1);
  const service = given ?? `${prefix}.${kind === "automount" ? "mount" : "service"}`;
  const file = converted.get(service) ?? converted.get(full.replace(/\.\w+$/, ".service"));
  return file?.text.includes(`From ${full}.`) === true ? file : undefined;
}

function lossesOf(full: string, { lines }: Conversion): Losses {
  const own = lines.filter(({ file }) => {
    const parts = file.split("/");
    return [full, full.replace(/@.*\./, "@.")].some((name) =>
      parts.at(-1) === name || parts.at(-2) === `${name}.d`
    );
  });
  const count = (weight: keyof Losses): number =>
    own.filter((line) => line.fate === "lost" && line.weight === weight).length;
  return { much: count("much"), some: count("some"), little: count("little") };
}

function lossText({ much, some, little }: Losses): string {
  const counts = [[much, "much"], [some, "some"], [little, "little"]] as const;
  const parts = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return `lines without a counterpart: ${parts.join(", ")}; the description says LOST where`;
}

/** The description, and the link that has it started. */
function filesOf(
  { service, source, text }: ConvertedFile,
  judged: readonly Judged[],
): readonly PlannedFile[] {
  const isOn = judged.some(({ unit, item }) => {
    if (item !== undefined || !unit.isOn) return false;
    const { full, kind, prefix } = unit.name;
    if (full === nameIn(source)) return true;
    const isPart = PARTS.has(kind) && text.includes(`From ${full}.`);
    return isPart || (kind === "timer" && source.endsWith(`/${prefix}.service`));
  });
  return [
    { path: `${service}.toml`, content: { kind: "text", text, mode: 0o644 } },
    ...isOn ? [linkFile(`${homeFolder(text)}/${service}`, `../${service}.toml`)] : [],
  ];
}

/** The folder of links in which the converter says that it belongs: `[meta] enable-via`. */
function homeFolder(text: string): string {
  const via = /^enable-via = "([a-z-]+)"$/m.exec(text)?.[1];
  return `${via !== undefined && WITH_FOLDER.has(via) ? via : "boot"}.d`;
}

function linkFile(path: string, target: string): PlannedFile {
  return { path, content: { kind: "link", target } };
}
