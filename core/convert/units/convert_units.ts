/**
 * Unit files → descriptions. A socket and its service become one description, which is written at
 * the service's place; every other unit is one by itself.
 */
import { directoryPart, problem, type ServiceType } from "../../description/mod.ts";
import { joinPath } from "../../paths.ts";
import { type ConvertFiles, readText } from "../files.ts";
import { type Conversion, joined, skipped, unreadable } from "../outcome.ts";
import { type Effect, lost } from "../rows.ts";
import { convertOther, isOwn, ownText } from "./other_units.ts";
import { parseBoolean } from "./rows/context.ts";
import { hasConditionsOnly } from "./rows/paths.ts";
import { HAS_TIMERS } from "./rows/timers.ts";
import { serviceDefaults, typeOf } from "./service_type.ts";
import { UnitNames } from "./names/service_names.ts";
import { parseUnitName, type UnitName } from "./text/unit_name.ts";
import { loadUnit, meantUnitName, unitNameOf, unitsBeside } from "./unit_files.ts";
import {
  contextOf,
  notLoaded,
  notWritten,
  type ReadUnit,
  serviceNameOf,
  UnitPage,
} from "./unit_page.ts";

export interface UnitOptions {
  readonly files: ConvertFiles;
  /** The files were found in a folder: what systemd itself ships there is left out. */
  readonly isSweep: boolean;
}

/** Converts units, each given by its path. */
export function convertUnits(
  given: readonly string[],
  { files, isSweep }: UnitOptions,
): Conversion {
  // A mount that is to be mounted on demand is written with what demands it.
  const paths = given.filter((path) =>
    !path.endsWith(".mount") || !given.includes(path.replace(/mount$/, "automount"))
  );
  const parts: Conversion[] = [];
  const groups = new Map<string, UnitGroup>();
  const group = (service: string) => {
    const there = groups.get(service) ?? { service, sockets: [], timers: [], paths: [] };
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
    } else if (name.kind === "path" && HAS_TIMERS) {
      const loaded = loadUnit(path, name, files);
      if (loaded.kind === "unit") group(serviceOfTimer(loaded)).paths.push(loaded);
      else parts.push(notLoaded(loaded));
    } else {
      parts.push(convertOther(path, name, { files, isSweep }));
    }
  }
  for (const unitGroup of groups.values()) {
    const { paths, ...rest } = unitGroup;
    const taken = paths.filter((path) => isTaken(path, unitGroup, files));
    for (const path of paths) if (!taken.includes(path)) parts.push(notWritten(path, WATCHES));
    // A path that starts nothing may name a service that nobody asked for.
    const isAsked = rest.sockets.length + rest.timers.length + taken.length > 0 ||
      given.includes(rest.service);
    if (isAsked || isUnit(rest.service, files)) {
      parts.push(convertService({ ...rest, paths: taken }, files));
    }
  }
  return joined(parts);
}

/** A service by its path, and what becomes part of it. */
interface UnitGroup {
  readonly service: string;
  readonly sockets: ReadUnit[];
  readonly timers: ReadUnit[];
  /** What is looked at to start it. */
  readonly paths: ReadUnit[];
}

const WATCHES = "nothing here watches paths: its service starts by its own means, or by hand";

function isUnit(path: string, files: ConvertFiles): boolean {
  const name = unitNameOf(path);
  return name !== undefined && loadUnit(path, name, files).kind === "unit";
}

/**
 * Whether a path unit becomes a timer of its service: it asks for what conditions can ask, and
 * nothing else starts the service.
 */
function isTaken(
  path: ReadUnit,
  { service, sockets, timers, paths }: UnitGroup,
  files: ConvertFiles,
): boolean {
  const name = nameOf(service, files);
  const loaded = name && loadUnit(service, name, files);
  return hasConditionsOnly(path.unit.values) && sockets.length + timers.length === 0 &&
    paths.length === 1 && loaded?.kind === "unit" && !loaded.unit.values.has("Install.WantedBy");
}

function serviceOfTimer({ name, path, unit }: ReadUnit): string {
  const section = name.kind === "path" ? "Path" : "Timer";
  const given = unit.values.get(`${section}.Unit`)?.at(-1) ??
    `${name.full.slice(0, -name.kind.length)}service`;
  return joinPath(directoryPart(path), given);
}

/** By its file's name, or else by what is in it. */
function nameOf(path: string, files: ConvertFiles): UnitName | undefined {
  const name = unitNameOf(path);
  if (name !== undefined) return name;
  const read = readText(path, files);
  return read.kind === "text" ? meantUnitName(path, read.text) : undefined;
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

function convertService(
  { service: path, sockets, timers, paths }: UnitGroup,
  files: ConvertFiles,
): Conversion {
  const name = nameOf(path, files);
  const loaded = name && loadUnit(path, name, files);
  if (loaded?.kind !== "unit") {
    const [socket] = [...sockets, ...timers, ...paths];
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
  const clocks = [...timers, ...paths];
  const type = clocks.length > 0 ? "process" : typeOf(loaded.unit.values);
  const all = [...sockets, ...askedSockets(loaded, sockets, files)];
  const context = contextOf(loaded, type, service, files);
  const page = new UnitPage();
  page.lines(loaded.unit.lines, context, [{ kind: "set", key: "type", value: type }]);
  for (const socket of all) {
    page.heading(`From ${socket.name.full}.`);
    page.lines(socket.unit.lines, contextOf(socket, type, service, files), []);
  }
  if (sockets.length > 0) page.sheet.apply([activation(type, page.sheet.has("socket"))]);
  for (const timer of clocks) {
    page.heading(`From ${timer.name.full}.`);
    page.lines(timer.unit.lines, contextOf(timer, type, service, files), []);
  }
  page.defaults(serviceDefaults(context, (key) => page.sheet.has(key)));
  return page.conversion(service, loaded, [...all, ...clocks].flatMap(({ warnings }) => warnings));
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
