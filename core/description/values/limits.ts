/**
 * Readers for what bounds and favours processes: limits, capabilities, secure bits, I/O priority.
 */
import { CAPABILITIES } from "../../system/capabilities.ts";
import { parseCapabilities, SECURE_BITS } from "./capabilities.ts";
import type { CapabilityItem, LimitValue } from "../contract/description.ts";
import { didYouMean } from "../text/near_miss.ts";
import { isTable } from "../text/toml_values.ts";
import type { Value, ValueScope } from "./value.ts";
import { readText, words } from "./basic.ts";

/** Both halves of a resource limit. */
export interface LimitPair {
  readonly soft: LimitValue;
  readonly hard: LimitValue;
}

const LIMIT_FORMS =
  'a limit is "SOFT:HARD" or { soft = …, hard = … }, each a number or "-" (unlimited)';
const MAX_LIMIT = 2n ** 64n - 1n;
const HALF_SCHEMA = { oneOf: [{ type: "integer", minimum: 0 }, { const: "-" }] };

/** A resource limit: `"1024:4096"`, `"-"`, `{ soft = 1024, hard = "-" }`. */
export const limit: Value<LimitPair> = {
  name: "resource limit",
  native: "text",
  schema: {
    oneOf: [
      { type: "string", pattern: "^(-|[0-9A-Fa-fxX]*)(:(-|[0-9A-Fa-fxX]*))?$", minLength: 1 },
      {
        type: "object",
        properties: { soft: HALF_SCHEMA, hard: HALF_SCHEMA },
        additionalProperties: false,
      },
    ],
  },
  read(raw, scope) {
    if (typeof raw === "string") return checkOrder(readLimitText(raw, scope), scope);
    if (isTable(raw)) return checkOrder(readLimitTable(raw, scope), scope);
    const hint = typeof raw === "number" ? `As a text: "${raw}" sets both halves` : undefined;
    return scope.fail(LIMIT_FORMS, { hint });
  },
};

function readLimitText(raw: string, scope: ValueScope): LimitPair | undefined {
  const halves = raw.split(":");
  const [soft, hard] = halves.map(parseLimit);
  if (raw === "" || halves.length > 2 || soft === undefined) return scope.fail(LIMIT_FORMS);
  if (halves.length === 1) return { soft, hard: soft };
  return hard === undefined ? scope.fail(LIMIT_FORMS) : { soft, hard };
}

function readLimitTable(
  raw: { readonly [key: string]: unknown },
  scope: ValueScope,
): LimitPair | undefined {
  const pair: { soft: LimitValue; hard: LimitValue } = { soft: "unchanged", hard: "unchanged" };
  let isFaulty = false;
  for (const [key, value] of Object.entries(raw)) {
    const half = limitNumber(value);
    if (key !== "soft" && key !== "hard") {
      scope.fail("a limit has soft and hard", {
        part: key,
        isKey: true,
        hint: didYouMean(key, ["soft", "hard"]),
      });
      isFaulty = true;
    } else if (half === undefined) {
      scope.fail('a half of a limit is a whole number from 0, or "-" (unlimited)', { part: key });
      isFaulty = true;
    } else {
      pair[key] = half;
    }
  }
  return isFaulty ? undefined : pair;
}

function limitNumber(value: unknown): LimitValue | undefined {
  if (value === "-") return "unlimited";
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  return typeof value === "bigint" && value >= 0n && value <= MAX_LIMIT ? value : undefined;
}

/** A number in C notation, `-`, or nothing. */
export function parseLimit(text: string): LimitValue | undefined {
  if (text === "") return "unchanged";
  if (text === "-") return "unlimited";
  const octal = /^0([0-7]+)$/.exec(text);
  if (octal === null && !/^(0[xX][0-9A-Fa-f]+|0|[1-9][0-9]*)$/.test(text)) return undefined;
  const value = BigInt(octal === null ? text : `0o${octal[1] ?? ""}`);
  return value <= MAX_LIMIT ? value : undefined;
}

function checkOrder(pair: LimitPair | undefined, scope: ValueScope): LimitPair | undefined {
  if (pair === undefined || pair.hard === "unchanged" || pair.soft === "unchanged") return pair;
  const isAbove = pair.hard !== "unlimited" && (pair.soft === "unlimited" || pair.soft > pair.hard);
  if (isAbove) scope.warn("the soft limit is above the hard one, so the service cannot start");
  return pair;
}

/** Capabilities of the processes, in libcap's text form. */
export const capabilities: Value<readonly CapabilityItem[]> = {
  name: "capabilities",
  native: "text",
  schema: { type: "string", minLength: 1 },
  read(raw, scope) {
    const value = readText(raw, scope);
    if (value === undefined) return undefined;
    const parsed = parseCapabilities(value);
    if (parsed.kind === "capabilities") return parsed.items;
    return scope.fail(parsed.why, { hint: didYouMean(parsed.item, CAPABILITIES) });
  },
};

/** Capabilities that are left, as bits: those that are not named are gone for good. */
export const capabilitySet: Value<bigint> = {
  name: "list of capabilities",
  native: "words",
  schema: { type: "array", items: { enum: CAPABILITIES }, uniqueItems: true },
  read(raw, scope) {
    const names = words(CAPABILITIES).read(raw, scope);
    return names?.reduce((mask, name) => mask | (1n << BigInt(CAPABILITIES.indexOf(name))), 0n);
  },
};

/** SECBIT_* flags, as bits. */
export const secureBits: Value<number> = {
  name: "list of words",
  native: "words",
  schema: { type: "array", items: { enum: Object.keys(SECURE_BITS) }, uniqueItems: true },
  read(raw, scope) {
    const flags = words(Object.keys(SECURE_BITS)).read(raw, scope);
    return flags?.reduce((bits, flag) => bits | (SECURE_BITS[flag] ?? 0), 0);
  },
};

/** Input/output priority as ioprio_set(2) takes it: class << 13 | level. */
export const ioPriority: Value<number> = {
  name: "I/O priority",
  native: "text",
  schema: { type: "string", pattern: "^(none|idle|realtime:[0-7]|best-effort:[0-7])$" },
  read(raw, scope) {
    if (raw === "none") return 0;
    if (raw === "idle") return 3 << 13;
    const match = typeof raw === "string" ? /^(realtime|best-effort):([0-7])$/.exec(raw) : null;
    if (match !== null) return (match[1] === "realtime" ? 1 : 2) << 13 | Number(match[2]);
    const why = 'allowed are "none", "idle", "realtime:N" and "best-effort:N" with N from 0 to 7';
    return scope.fail(why);
  },
};
