/**
 * Unit files → descriptions. A socket and its service become one description, which is written at
 * the service's place; every other unit is one by itself.
 */
import { directoryPart, problem, type ServiceType } from "../../description/mod.ts";
import { joinPath } from "../../paths.ts";
import { type ConvertFiles, readText } from "../files.ts";
import {
  type Conversion,
  type ConvertedFile,
  joined,
  type LineFate,
  skipped,
  unreadable,
} from "../outcome.ts";
import { directiveText, fateWithout, Page, type Place } from "../page.ts";
import { type Effect, irrelevant, lost } from "../rows.ts";
import { parseBoolean, type UnitContext } from "./rows/context.ts";
import { directive } from "./rows/directives.ts";
import type { FatedLine } from "./effective.ts";
import type { Assignment } from "./text/syntax.ts";
import { mountEffects } from "./rows/mounts.ts";
import { HAS_TIMERS } from "./rows/timers.ts";
import { serviceDefaults, typeOf } from "./service_type.ts";
import { UnitNames } from "./names/service_names.ts";
import { NOTHING, specialUnit } from "./names/special_units.ts";
import { parseUnitName, serviceNameOfPrefix, type UnitName } from "./text/unit_name.ts";
import {
  type LoadedUnit,
  loadUnit,
  meantUnitName,
  unitNameOf,
  unitsBeside,
  unitsIn,
} from "./unit_files.ts";

type ReadUnit = Extract<LoadedUnit, { readonly kind: "unit" }>;

export interface UnitOptions {
  readonly files: ConvertFiles;
  /** The files were found in a folder: what systemd itself ships there is left out. */
  readonly isSweep: boolean;
}

/** Converts units, each given by its path. */
export function convertUnits(
  paths: readonly string[],
  { files, isSweep }: UnitOptions,
): Conversion {
  const parts: Conversion[] = [];
  const groups = new Map<string, UnitGroup>();
  const group = (service: string) => {
    const there = groups.get(service) ?? { service, sockets: [], timers: [] };
    groups.set(service, there);
    return there;
  };
  for (const path of paths) {
    const name = nameOf(path, files);
    if (name === undefined) {
      parts.push(unreadable(problem({ file: path }, "The file's name is none of a unit", {
        hint: "A unit's name ends in its kind: NAME.service, NAME.socket, NAME.target",
      })));
    } else if (name.kind === "service") {
      if (isSweep && isOwn(name)) parts.push(skipped(path, ownText(name), false));
      else group(path);
    } else if (name.kind === "socket") {
      const loaded = loadUnit(path, name, files);
      const service = loaded.kind === "unit" ? serviceOfSocket(loaded, isSweep, files) : undefined;
      if (service !== undefined && loaded.kind === "unit") group(service).sockets.push(loaded);
      else parts.push(loaded.kind === "unit" ? besideService(loaded) : notLoaded(loaded));
    } else if (name.kind === "timer" && HAS_TIMERS) {
      const loaded = loadUnit(path, name, files);
      if (loaded.kind === "unit") group(serviceOfTimer(loaded)).timers.push(loaded);
      else parts.push(notLoaded(loaded));
    } else {
      parts.push(convertOther(path, name, { files, isSweep }));
    }
  }
  for (const unitGroup of groups.values()) parts.push(convertService(unitGroup, files));
  return joined(parts);
}

/** A service by its path, and what becomes part of it. */
interface UnitGroup {
  readonly service: string;
  readonly sockets: ReadUnit[];
  readonly timers: ReadUnit[];
}

function serviceOfTimer({ name, path, unit }: ReadUnit): string {
  const given = unit.values.get("Timer.Unit")?.at(-1) ??
    `${name.full.slice(0, -"timer".length)}service`;
  return joinPath(directoryPart(path), given);
}

/** By its file's name, or else by what is in it. */
function nameOf(path: string, files: ConvertFiles): UnitName | undefined {
  const name = unitNameOf(path);
  if (name !== undefined) return name;
  const read = readText(path, files);
  return read.kind === "text" ? meantUnitName(path, read.text) : undefined;
}

/** Whether the set does what the unit is for. */
function isOwn({ full }: UnitName): boolean {
  return specialUnit(full) !== undefined;
}

function ownText({ full }: UnitName): string {
  const name = specialUnit(full) ?? NOTHING;
  return name === NOTHING ? "it is not needed" : `the set's service ${name} does its work`;
}

function notLoaded(loaded: Exclude<LoadedUnit, ReadUnit>): Conversion {
  switch (loaded.kind) {
    case "masked":
      return skipped(loaded.path, loaded.why, false);
    case "missing":
      return unreadable(problem({ file: loaded.path }, "There is no such file"));
    case "faulty":
      return unreadable(...loaded.problems);
  }
}

/**
 * The path of the service that a socket belongs to. Of two that lie in a folder the service alone
 * is taken if it can be enabled by itself and does not ask for its socket: undefined.
 */
function serviceOfSocket(
  socket: ReadUnit,
  isSweep: boolean,
  files: ConvertFiles,
): string | undefined {
  const { name, path } = socket;
  const given = socket.unit.values.get("Socket.Service")?.at(-1);
  const isEach = parseBoolean(socket.unit.values.get("Socket.Accept")?.at(-1) ?? "no") === true;
  const full = given ?? `${name.prefix}${isEach ? "@" : ""}.service`;
  const servicePath = joinPath(directoryPart(path), full);
  if (!isSweep) return servicePath;
  const serviceName = unitNameOf(servicePath);
  const service = serviceName && loadUnit(servicePath, serviceName, files);
  if (service?.kind !== "unit") return servicePath;
  const { values } = service.unit;
  const asks = ["Unit.Requires", "Unit.BindsTo", "Service.Sockets"].some((key) =>
    values.get(key)?.some((value) => value.split(/\s+/).includes(name.full))
  );
  return asks || !values.has("Install.WantedBy") ? servicePath : undefined;
}

function besideService({ path, name }: ReadUnit): Conversion {
  const why = `its service can be enabled by itself; name ${name.full} to have it start on demand`;
  return skipped(path, why, false);
}

/** Names and types for the rows. */
function contextOf(
  { name, path, unit: { values } }: ReadUnit,
  type: ServiceType,
  service: string,
  files: ConvertFiles,
): UnitContext {
  return {
    unit: name,
    scope: /\/systemd\/user(\/|$)/.test(directoryPart(path)) ? "user" : "system",
    service,
    names: new UnitNames(unitsBeside(path, files)),
    type,
    all: (section, directive) => values.get(`${section}.${directive}`) ?? [],
    last: (section, directive) => values.get(`${section}.${directive}`)?.at(-1),
  };
}

/** An instance has its argument filled in, so it cannot have the name of its template. */
function serviceNameOf(name: UnitName, names: UnitNames): string {
  const base = names.baseOf(name);
  return name.instance === undefined || name.instance === ""
    ? base
    : `${base}-${serviceNameOfPrefix(name.instance)}`;
}

function convertService(
  { service: path, sockets, timers }: UnitGroup,
  files: ConvertFiles,
): Conversion {
  const name = nameOf(path, files);
  const loaded = name && loadUnit(path, name, files);
  if (loaded?.kind !== "unit") {
    const [socket] = [...sockets, ...timers];
    if (socket !== undefined && (loaded === undefined || loaded.kind === "missing")) {
      return notWritten(socket, `its service, ${path}, is not there`);
    }
    return loaded === undefined ? unreadable() : notLoaded(loaded);
  }
  const each = sockets.find(({ unit }) =>
    parseBoolean(unit.values.get("Socket.Accept")?.at(-1) ?? "no") === true
  );
  if (each !== undefined) {
    return notWritten(each, "a process for each connection (Accept=yes) has no counterpart");
  }
  const service = serviceNameOf(loaded.name, new UnitNames(unitsBeside(path, files)));
  // A run by the clock is one of a process.
  const type = timers.length > 0 ? "process" : typeOf(loaded.unit.values);
  const all = [...sockets, ...askedSockets(loaded, sockets, files)];
  const context = contextOf(loaded, type, service, files);
  const page = new UnitPage();
  page.lines(loaded.unit.lines, context, [{ kind: "set", key: "type", value: type }]);
  for (const socket of all) {
    page.heading(`From ${socket.name.full}.`);
    page.lines(socket.unit.lines, contextOf(socket, type, service, files), []);
  }
  if (sockets.length > 0) page.sheet.apply([activation(type, page.sheet.has("socket"))]);
  for (const timer of timers) {
    page.heading(`From ${timer.name.full}.`);
    page.lines(timer.unit.lines, contextOf(timer, type, service, files), []);
  }
  page.defaults(serviceDefaults(context, (key) => page.sheet.has(key)));
  return page.conversion(service, loaded, [...all, ...timers].flatMap(({ warnings }) => warnings));
}

/** @param opens Whether there is a socket that is opened for the service. */
function activation(type: ServiceType, opens: boolean): Effect {
  return type === "process" && opens
    ? { kind: "set", key: "socket-activation", value: "on-demand" }
    : lost("the service starts at once, not on demand", "some");
}

/** Sockets beside a service that it cannot do without. */
function askedSockets(
  { path, unit: { values } }: ReadUnit,
  given: readonly ReadUnit[],
  files: ConvertFiles,
): readonly ReadUnit[] {
  const words = ["Unit.Requires", "Unit.BindsTo", "Service.Sockets"]
    .flatMap((key) => values.get(key) ?? []).flatMap((value) => value.split(/\s+/));
  return [...new Set(words)].flatMap((word) => {
    const name = parseUnitName(word);
    if (name?.kind !== "socket" || given.some((socket) => socket.name.full === word)) return [];
    const loaded = loadUnit(joinPath(directoryPart(path), word), name, files);
    return loaded.kind === "unit" ? [loaded] : [];
  });
}

/** Targets, mounts, timers, and what becomes nothing. */
function convertOther(
  path: string,
  name: UnitName,
  { files, isSweep }: UnitOptions,
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
  automount: "nothing here mounts on demand",
  swap: "the set's service swap turns on what /etc/fstab names",
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
  page.defaults(
    [
      ["start-timeout", 90],
      ["stop-timeout", 90],
    ].flatMap(([key, value]): readonly Effect[] =>
      page.sheet.has(String(key)) ? [] : [{ kind: "set", key: String(key), value: value ?? 0 }]
    ).concat({ kind: "set", key: "restart", value: false }),
  );
  return page.conversion(context.service, loaded);
}

/** All that a unit says is lost, but for what says nothing by itself. */
function notWritten({ path, unit }: ReadUnit, why: string): Conversion {
  const lines = unit.lines.flatMap((line): readonly LineFate[] => {
    if (line.kind !== "effective") return [];
    const { section } = line.assignment;
    const place = placeOf(line.assignment);
    const isPart = section === "Unit" || section === "Install";
    return [fateWithout(isPart ? irrelevant(why) : lost(why, "much"), place)];
  });
  return { ...skipped(path, why, true), lines };
}

/** A description that is made of a unit's lines. */
class UnitPage extends Page {
  /** @param head Written where the first section begins. */
  lines(lines: readonly FatedLine[], context: UnitContext, head: readonly Effect[]): void {
    let isBegun = false;
    for (const line of lines) {
      switch (line.kind) {
        case "blank":
          this.sheet.blank();
          break;
        case "comment":
          this.sheet.comment(withHash(line.text));
          break;
        case "section":
          if (!isBegun) this.sheet.apply(head);
          isBegun = true;
          break;
        case "file":
          this.heading(`From ${line.file}.`);
          break;
        case "empty":
          this.note(placeOf(line.assignment), "it empties what stands before it");
          break;
        case "replaced":
          this.note(placeOf(line.assignment), "a later line counts instead");
          break;
        case "effective": {
          const { section, name, value, inner } = line.assignment;
          for (const comment of inner) this.sheet.comment(withHash(comment));
          this.directive(directive(section, name), value, context, placeOf(line.assignment));
        }
      }
    }
    if (!isBegun) this.sheet.apply(head);
  }

  /** What a unit need not say. */
  defaults(effects: readonly Effect[]): void {
    if (effects.length === 0) return;
    // Elements of a list go where the list is.
    const isList = effects.every(({ kind }) => kind === "add");
    if (!isList) this.heading("What systemd does where a unit says nothing.");
    this.sheet.apply(effects);
  }

  conversion(
    service: string,
    { path, warnings }: ReadUnit,
    more: ReadUnit["warnings"] = [],
  ): Conversion {
    const file: ConvertedFile = { service, source: path, text: this.sheet.text() };
    return { files: [file], lines: this.fates, skipped: [], problems: [...warnings, ...more] };
  }
}

/** Comments of units may begin with a semicolon. */
function withHash(comment: string): string {
  return comment.replace(/^;\s?/, "# ");
}

function placeOf({ file, line, name, value }: Assignment): Place {
  return { file, line, directive: directiveText(name, value) };
}
