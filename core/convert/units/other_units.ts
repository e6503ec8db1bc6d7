/** Units that are no services → descriptions: targets, mounts, swap; and what becomes nothing. */
import { directoryPart } from "../../description/mod.ts";
import { joinPath } from "../../paths.ts";
import { type Conversion, skipped } from "../outcome.ts";
import type { ConvertFiles } from "../files.ts";
import type { Effect } from "../rows.ts";
import { UnitNames } from "./names/service_names.ts";
import { NOTHING, specialUnit } from "./names/special_units.ts";
import { isAfterEarly, type UnitContext } from "./rows/context.ts";
import { mountEffects, swapEffects } from "./rows/mounts.ts";
import { parseUnitName, type UnitName } from "./text/unit_name.ts";
import { loadUnit, unitsBeside, unitsIn } from "./unit_files.ts";
import {
  contextOf,
  notLoaded,
  notWritten,
  type ReadUnit,
  serviceNameOf,
  UnitPage,
} from "./unit_page.ts";

/** Whether the set does what the unit is for. */
export function isOwn({ full }: UnitName): boolean {
  return specialUnit(full) !== undefined;
}

/** Which service of the set does it. */
export function ownText({ full }: UnitName): string {
  const name = specialUnit(full) ?? NOTHING;
  return name === NOTHING ? "it is not needed" : `the set's service ${name} does its work`;
}

/** Targets, mounts, timers, and what becomes nothing. */
export function convertOther(
  path: string,
  name: UnitName,
  { files, isSweep }: { readonly files: ConvertFiles; readonly isSweep: boolean },
): Conversion {
  if (isSweep && isOwn(name)) return skipped(path, ownText(name), false);
  const loaded = loadUnit(path, name, files);
  if (loaded.kind !== "unit") return notLoaded(loaded);
  const service = serviceNameOf(name, new UnitNames(unitsBeside(path, files)));
  const internal = contextOf(loaded, "internal", service, files);
  switch (name.kind) {
    case "target":
      return writeTarget(loaded, internal, files);
    case "mount":
      return writeMount(loaded, contextOf(loaded, "scripted", service, files));
    case "automount":
      return writeAutomount(loaded, { service, files });
    case "swap":
      return writeSwap(loaded, contextOf(loaded, "scripted", service, files));
    case "slice":
    case "scope":
    case "device":
      return skipped(path, `a ${name.kind} is nothing that is started`, false);
    default:
      return notWritten(loaded, NO_COUNTERPART[name.kind] ?? "it has no counterpart");
  }
}

const NO_COUNTERPART: Readonly<Record<string, string>> = {
  path: "nothing here watches paths",
  timer: "nothing here starts services by the clock",
};

function writeTarget(loaded: ReadUnit, context: UnitContext, files: ConvertFiles): Conversion {
  const page = new UnitPage();
  page.lines(loaded.unit.lines, context, [{ kind: "set", key: "type", value: "internal" }]);
  for (const [kind, key] of [["requires", "depends-on"], ["wants", "waits-for"]] as const) {
    const services = unitsIn(kind, loaded.path, loaded.name, files).flatMap((unit) => {
      const named = context.names.named(unit);
      return named.kind === "service" && named.name !== context.service ? [named.name] : [];
    });
    if (services.length > 0) page.sheet.apply([{ kind: "add", key, values: services }]);
  }
  return page.conversion(context.service, loaded);
}

function writeMount(loaded: ReadUnit, context: UnitContext): Conversion {
  const page = new UnitPage();
  page.lines(loaded.unit.lines, context, [
    { kind: "set", key: "type", value: "scripted" },
    ...mountEffects(context),
  ]);
  mountDefaults(page);
  return page.conversion(context.service, loaded);
}

/** The mount of its name, which is then there from the start. */
function writeAutomount(
  automount: ReadUnit,
  { service, files }: { readonly service: string; readonly files: ConvertFiles },
): Conversion {
  const full = automount.name.full.replace(/automount$/, "mount");
  const path = joinPath(directoryPart(automount.path), full);
  const name = parseUnitName(full);
  const mount = name && loadUnit(path, name, files);
  if (mount?.kind !== "unit") return notWritten(automount, `its mount, ${path}, is not there`);
  const page = new UnitPage();
  const context = contextOf(mount, "scripted", service, files);
  page.lines(mount.unit.lines, context, [
    { kind: "set", key: "type", value: "scripted" },
    ...mountEffects(context),
  ]);
  page.heading(`From ${automount.name.full}.`);
  page.lines(automount.unit.lines, contextOf(automount, "scripted", service, files), []);
  mountDefaults(page);
  return page.conversion(context.service, mount, automount.warnings);
}

/** Swap is turned on once its device can be there. */
function writeSwap(loaded: ReadUnit, context: UnitContext): Conversion {
  const page = new UnitPage();
  page.lines(loaded.unit.lines, context, [
    { kind: "set", key: "type", value: "scripted" },
    ...swapEffects(context),
  ]);
  mountDefaults(page);
  if (isAfterEarly(context)) {
    page.sheet.apply([{ kind: "add", key: "after", values: ["local-fs"] }]);
  }
  return page.conversion(context.service, loaded);
}

function mountDefaults(page: UnitPage): void {
  page.defaults(
    [
      ["start-timeout", 90],
      ["stop-timeout", 90],
    ].flatMap(([key, value]): readonly Effect[] =>
      page.sheet.has(String(key)) ? [] : [{ kind: "set", key: String(key), value: value ?? 0 }]
    ).concat({ kind: "set", key: "restart", value: false }),
  );
}
