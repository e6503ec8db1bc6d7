/**
 * The block of a service's name, of what there is of it, and of its description: four bytes that
 * the others are held against, then JSON.
 *
 * Of the description only that is written which differs from a usual one. What is usual the header
 * says, so that a later version may think otherwise.
 */
import type { BrokenService, ServiceDescription } from "../description/contract/description.ts";
import { NO_CHANGES, NO_ITEMS, NO_LOG, NO_NOTIFICATION, NO_OPTIONS } from "../plain_values.ts";
import { LOADED, NAMED, type Presence, type ServiceRecord } from "../service/record/record.ts";
import { PLAIN_ATTRIBUTES, type ServiceName } from "../types.ts";
import { checkedJson, isObject, readCheckedJson } from "./json_block.ts";
import { fromPlain, toPlain } from "./plain_json.ts";

/** A description without its name. */
export type UsualDescription = Omit<ServiceDescription, "name">;

/** A supervised process of which nothing is said but that. */
export const USUAL: UsualDescription = {
  source: {
    file: "",
    directory: "/etc/dinit.d",
    format: "toml",
    modifiedSeconds: 0,
    modifiedNanoseconds: 0,
  },
  type: "process",
  command: NO_ITEMS,
  stopCommand: NO_ITEMS,
  workingDirectory: "/etc/dinit.d",
  environment: NO_CHANGES,
  attributes: PLAIN_ATTRIBUTES,
  dependencies: NO_ITEMS,
  after: NO_ITEMS,
  before: NO_ITEMS,
  chainTo: undefined,
  consumerOf: undefined,
  restart: "always",
  smoothRecovery: false,
  restartDelayMs: 200,
  restartLimitIntervalMs: 10_000,
  restartLimitCount: 3,
  activationLimitCount: 20,
  activationLimitIntervalMs: 10_000,
  startTimeoutMs: 60_000,
  stopTimeoutMs: 10_000,
  termSignal: "TERM",
  pidFile: undefined,
  readyNotification: NO_NOTIFICATION,
  killTree: false,
  cgroup: undefined,
  watchdogTimeoutMs: 0,
  log: NO_LOG,
  console: "none",
  sockets: NO_ITEMS,
  startsOnDemand: false,
  options: NO_OPTIONS,
  enableVia: undefined,
};

const KEYS = Object.keys(USUAL) as (keyof UsualDescription)[];
/** Of these, too, only what differs. */
const RECORDS = ["source", "attributes", "options"] as const;

/** What {@link readDescription} finds. */
export interface WrittenDescription {
  readonly name: ServiceName;
  readonly presence: Presence;
  readonly description: ServiceDescription;
}

/** The contents of the block of a service. */
export function describedBytes(
  { name, presence, description }: Pick<ServiceRecord, "name" | "presence" | "description">,
): Uint8Array {
  return checkedJson({
    name,
    ...(presence.kind === "loaded" ? {} : { presence: toPlain(presence) }),
    ...difference(description, USUAL, KEYS),
  });
}

/** The members of a value that are not as usual, as plain values. */
function difference<Whole extends object>(
  value: Whole,
  usual: Whole,
  keys: readonly (keyof Whole & string)[],
): Record<string, unknown> {
  const different: Record<string, unknown> = {};
  for (const key of keys) {
    const [part, usualPart] = [value[key], usual[key]];
    if (part === usualPart) continue;
    if (isRecordKey(key)) {
      const changed = difference(part as object, usualPart as object, keysOf(usualPart as object));
      if (Object.keys(changed).length > 0) different[key] = changed;
      continue;
    }
    if (typeof part === "object" && isAlike(part, usualPart)) continue;
    different[key] = toPlain(part);
  }
  return different;
}

function isRecordKey(key: string): boolean {
  return RECORDS.some((known) => known === key);
}

function keysOf<Whole extends object>(value: Whole): readonly (keyof Whole & string)[] {
  return Object.keys(value) as (keyof Whole & string)[];
}

/** Whether two parts that are not the same object say the same. */
function isAlike(one: unknown, other: unknown): boolean {
  return JSON.stringify(toPlain(one)) === JSON.stringify(toPlain(other));
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
  if (json === undefined) return undefined;
  const { name, presence, ...different } = json;
  if (typeof name !== "string") return undefined;
  const description = { name, ...mergedDescription(usual, different) } as ServiceDescription;
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
  const merged: Record<string, unknown> = { ...usual };
  for (const key of KEYS) {
    const part = different[key];
    if (part === undefined) continue;
    const value = fromPlain(part);
    merged[key] = isRecordKey(key) ? { ...usual[key] as object, ...value as object } : value;
  }
  return merged as unknown as UsualDescription;
}
