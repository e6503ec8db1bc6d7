/**
 * The block of a service's name, of what there is of it, and of its description: four bytes that
 * the others are held against, then JSON.
 *
 * Of the description only that is written which differs from a usual one. What is usual the header
 * says, so that a later version may think otherwise.
 */
import type {
  BrokenService,
  DescriptionSource,
  ServiceDescription,
} from "../description/contract/description.ts";
import { PLAIN_DESCRIPTION } from "../plain_values.ts";
import { LOADED, NAMED, type Presence, type ServiceRecord } from "../service/record/record.ts";
import type { ServiceName } from "../types.ts";
import { isObject, putCheckedJson, readCheckedJson } from "./json_block.ts";
import type { KeptBlocks } from "./kept_blocks.ts";
import { KIND } from "./kinds.ts";
import { fromPlain, toPlain } from "./plain_json.ts";

/** A description without its name. */
export type UsualDescription = Omit<ServiceDescription, "name">;

/** A supervised process of which nothing is said but that. */
export const USUAL: UsualDescription = {
  ...PLAIN_DESCRIPTION,
  source: {
    file: "",
    directory: "/etc/dinit.d",
    format: "toml",
    modifiedSeconds: 0,
    modifiedNanoseconds: 0,
  },
  type: "process",
  workingDirectory: "/etc/dinit.d",
  restart: "always",
  restartDelayMs: 200,
  restartLimitIntervalMs: 10_000,
  restartLimitCount: 3,
  activationLimitCount: 20,
  activationLimitIntervalMs: 10_000,
  startTimeoutMs: 60_000,
  stopTimeoutMs: 10_000,
  termSignal: "TERM",
};

/** What {@link readDescription} finds of a service. */
export interface WrittenDescription {
  readonly name: ServiceName;
  readonly presence: Presence;
  readonly description: ServiceDescription;
}

/** What is written of a service once, and not after every turn. */
export type Described = Pick<ServiceRecord, "id" | "name" | "presence" | "description">;

/** @returns False when there is no room left. */
export function putDescription(blocks: KeptBlocks, service: Described): boolean {
  return putCheckedJson(blocks, KIND.description, service.id, differences(service, USUAL));
}

/** So many share what a block costs; one of them that changes gets a block of its own. */
const SERVICES_IN_A_BLOCK = 64;

/**
 * The descriptions of all services there are by now, which takes half the time and two thirds of
 * the room of a block for each: the directory that the first one is from is usual for the others.
 * A later block of one of them takes precedence, and those of services that are gone are left
 * there.
 *
 * @param services In ascending order of their numbers.
 * @returns False when there is no room left.
 */
export function putDescriptions(blocks: KeptBlocks, services: readonly Described[]): boolean {
  for (let at = 0; at < services.length; at += SERVICES_IN_A_BLOCK) {
    const part = services.slice(at, at + SERVICES_IN_A_BLOCK);
    const [first] = part;
    if (first === undefined) break;
    const usual = inPlaceOf(first.description);
    const { directory } = usual.source;
    const { workingDirectory } = usual;
    const items = part.map((service) => [service.id, differences(service, usual)]);
    const block = { directory, workingDirectory, items };
    if (!putCheckedJson(blocks, KIND.descriptions, first.id, block)) return false;
  }
  return true;
}

/** What is usual of those that are found where this one was. */
function inPlaceOf(
  { source: { directory }, workingDirectory }: Pick<
    ServiceDescription,
    "source" | "workingDirectory"
  >,
  usual: UsualDescription = USUAL,
): UsualDescription {
  return { ...usual, source: { ...usual.source, directory }, workingDirectory };
}

/**
 * What is not as usual, as plain values; undefined: it is, and JSON leaves it out. Each member by
 * its name: a thousand services are loaded at once, and a loop over the names takes three times as
 * long.
 */
function differences(
  { name, presence, description: d }: Described,
  u: UsualDescription,
): Record<"name" | "presence" | keyof UsualDescription, unknown> {
  return {
    name,
    presence: presence.kind === "loaded" ? undefined : toPlain(presence),
    source: sourceDifferences(d.source, u.source),
    type: d.type === u.type ? undefined : d.type,
    aliases: unlessEmpty(d.aliases),
    summary: d.summary,
    documentation: unlessEmpty(d.documentation),
    command: unlessEmpty(d.command),
    stopCommand: unlessEmpty(d.stopCommand),
    startPre: unlessEmpty(d.startPre),
    startPost: unlessEmpty(d.startPost),
    stopPost: unlessEmpty(d.stopPost),
    refresh: d.refresh.kind === "none" ? undefined : d.refresh,
    workingDirectory: d.workingDirectory === u.workingDirectory ? undefined : d.workingDirectory,
    environment: d.environment === u.environment ? undefined : toPlain(d.environment),
    folders: unlessEmpty(d.folders),
    attributes: memberDifferences(d.attributes, u.attributes),
    conditions: unlessEmpty(d.conditions),
    assertions: unlessEmpty(d.assertions),
    requiresMountsFor: unlessEmpty(d.requiresMountsFor),
    dependencies: unlessEmpty(d.dependencies),
    conflicts: unlessEmpty(d.conflicts),
    after: unlessEmpty(d.after),
    before: unlessEmpty(d.before),
    chainTo: d.chainTo,
    onFailure: d.onFailure,
    consumerOf: d.consumerOf,
    restart: d.restart === u.restart ? undefined : d.restart,
    successStatus: unlessEmpty(d.successStatus),
    restartPreventStatus: unlessEmpty(d.restartPreventStatus),
    restartForceStatus: unlessEmpty(d.restartForceStatus),
    smoothRecovery: d.smoothRecovery === u.smoothRecovery ? undefined : d.smoothRecovery,
    restartDelayMs: d.restartDelayMs === u.restartDelayMs ? undefined : d.restartDelayMs,
    backoff: d.backoff,
    restartLimitIntervalMs: d.restartLimitIntervalMs === u.restartLimitIntervalMs
      ? undefined
      : d.restartLimitIntervalMs,
    restartLimitCount: d.restartLimitCount === u.restartLimitCount
      ? undefined
      : d.restartLimitCount,
    activationLimitCount: d.activationLimitCount === u.activationLimitCount
      ? undefined
      : d.activationLimitCount,
    activationLimitIntervalMs: d.activationLimitIntervalMs === u.activationLimitIntervalMs
      ? undefined
      : d.activationLimitIntervalMs,
    startTimeoutMs: d.startTimeoutMs === u.startTimeoutMs ? undefined : d.startTimeoutMs,
    stopTimeoutMs: d.stopTimeoutMs === u.stopTimeoutMs ? undefined : d.stopTimeoutMs,
    termSignal: d.termSignal === u.termSignal ? undefined : d.termSignal,
    pidFile: d.pidFile,
    readyNotification: d.readyNotification.kind === "none" ? undefined : d.readyNotification,
    readiness: d.readiness,
    liveness: d.liveness,
    killTree: d.killTree === u.killTree ? undefined : d.killTree,
    cgroup: d.cgroup,
    delegate: d.delegate === u.delegate ? undefined : d.delegate,
    oomPolicy: d.oomPolicy,
    devices: d.devices === undefined ? undefined : toPlain(d.devices),
    sandbox: d.sandbox,
    watchdogTimeoutMs: d.watchdogTimeoutMs === u.watchdogTimeoutMs
      ? undefined
      : d.watchdogTimeoutMs,
    log: d.log.kind === "none" ? undefined : toPlain(d.log),
    logCopies: memberDifferences(d.logCopies, u.logCopies),
    logRate: d.logRate,
    console: d.console === u.console ? undefined : d.console,
    sockets: d.sockets.length === 0 ? undefined : toPlain(d.sockets),
    startsOnDemand: d.startsOnDemand === u.startsOnDemand ? undefined : d.startsOnDemand,
    timer: d.timer === undefined ? undefined : toPlain(d.timer),
    options: memberDifferences(d.options, u.options),
    enableVia: d.enableVia,
  };
}

/** What is not said of a description is usual: lists are then empty. */
function unlessEmpty(items: readonly unknown[]): readonly unknown[] | undefined {
  return items.length === 0 ? undefined : items;
}

function sourceDifferences(
  d: DescriptionSource,
  u: DescriptionSource,
): Record<keyof DescriptionSource, unknown> {
  return {
    file: d.file,
    directory: d.directory === u.directory ? undefined : d.directory,
    format: d.format === u.format ? undefined : d.format,
    modifiedSeconds: d.modifiedSeconds,
    modifiedNanoseconds: d.modifiedNanoseconds,
    dropIns: d.dropIns,
    mask: d.mask,
  };
}

/** The members that differ; undefined when none does. */
function memberDifferences<Whole extends object>(value: Whole, usual: Whole): unknown {
  if (value === usual) return undefined;
  const keys = Object.keys(usual) as (keyof Whole)[];
  const different = keys.filter((key) => value[key] !== usual[key]);
  if (different.length === 0) return undefined;
  return Object.fromEntries(different.map((key) => [key, toPlain(value[key])]));
}

/**
 * @param usual What the writer took for usual.
 * @returns Undefined when the block is not as it was written.
 */
export function readDescription(
  contents: Uint8Array,
  usual: UsualDescription,
): WrittenDescription | undefined {
  const json = readCheckedJson(contents);
  return json === undefined ? undefined : describedBy(json, usual);
}

/**
 * Adds those of a block with several.
 *
 * @param usual What the writer took for usual.
 * @returns False when the block is not as it was written.
 */
export function readDescriptions(
  contents: Uint8Array,
  usual: UsualDescription,
  into: Map<number, WrittenDescription>,
): boolean {
  const { directory, workingDirectory, items } = readCheckedJson(contents) ?? {};
  const arePlaces = typeof directory === "string" && typeof workingDirectory === "string";
  if (!arePlaces || !Array.isArray(items)) return false;
  const there = inPlaceOf({ source: { ...usual.source, directory }, workingDirectory }, usual);
  return items.every((item: unknown) => {
    const [number, json] = Array.isArray(item) ? item : [];
    const described = isObject(json) ? describedBy(json, there) : undefined;
    if (typeof number !== "number" || described === undefined) return false;
    into.set(number, described);
    return true;
  });
}

function describedBy(
  json: Readonly<Record<string, unknown>>,
  usual: UsualDescription,
): WrittenDescription | undefined {
  const { name, presence } = json;
  if (typeof name !== "string") return undefined;
  // V8 copies an object that is nothing but a copy in a tenth of the time.
  const copy: Record<string, unknown> = { ...usual };
  copy.name = name;
  const description = merged(copy, json) as unknown as ServiceDescription;
  return { name: name as ServiceName, presence: presenceOf(presence), description };
}

function presenceOf(plain: unknown): Presence {
  if (!isObject(plain)) return LOADED;
  if (plain.kind !== "broken") return NAMED;
  return { kind: "broken", fault: fromPlain(plain.fault) as BrokenService };
}

/** A description that differs from the usual one as is said; what is not known here is left out. */
export function mergedDescription(
  usual: UsualDescription,
  different: Readonly<Record<string, unknown>>,
): UsualDescription {
  return merged({ ...usual }, different) as unknown as UsualDescription;
}

/** Parts that are told member by member. */
const COMPOSED = new Set(["source", "attributes", "options", "logCopies"]);

function merged(
  into: Record<string, unknown>,
  different: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  for (const key of Object.keys(different)) {
    if (!Object.hasOwn(USUAL, key)) continue;
    const value = fromPlain(different[key]);
    into[key] = COMPOSED.has(key) ? { ...into[key] as object, ...value as object } : value;
  }
  return into;
}
