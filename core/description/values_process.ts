/** Readers for settings about processes: commands, identities, limits, signals, readiness, environment. */
import type { SignalName } from "../types.ts";
import { CAPABILITIES, parseCapabilities, SECURE_BITS } from "./capabilities.ts";
import type {
  CapabilityItem,
  LimitValue,
  ReadyNotification,
  RestartMode,
  RunAs,
} from "./description.ts";
import { didYouMean } from "./near_miss.ts";
import { quoteList } from "./problem.ts";
import { isTable } from "./toml.ts";
import { MAX_ID } from "./users.ts";
import { show, type Value, type ValueScope } from "./value.ts";
import { booleanHint, readText, words } from "./values_basic.ts";
import { splitWords } from "./words.ts";

/** Program and arguments, variables not yet replaced. */
export type Arguments = readonly string[];

/** A command: a text that is divided like upstream's lines, or a list of arguments. */
export const command: Value<Arguments> = {
  name: "command",
  native: "words",
  schema: {
    oneOf: [
      { type: "string", minLength: 1 },
      { type: "array", items: { type: "string" }, minItems: 1 },
    ],
  },
  read(raw, scope) {
    if (typeof raw === "string") return readCommandLine(raw, scope);
    if (!Array.isArray(raw)) {
      return scope.fail('a command is a text or a list: ["PROGRAM", "ARGUMENT"]');
    }
    const found: string[] = [];
    for (const [index, item] of raw.entries()) {
      const argument = readText(item, scope, index);
      if (argument !== undefined) found.push(argument);
    }
    if (found.length < raw.length) return undefined;
    if (found[0] === "") return scope.fail("the program is empty", { part: 0 });
    return found;
  },
};

function readCommandLine(raw: string, scope: ValueScope): Arguments | undefined {
  const line = readText(raw, scope);
  if (line === undefined) return undefined;
  const split = splitWords(line, "plain");
  if (split.kind === "fault") return scope.fail(split.why, { offset: split.offset });
  return split.words;
}

export const restart: Value<RestartMode> = {
  name: 'boolean or "on-failure"',
  native: "restart",
  schema: { enum: [true, false, "on-failure"] },
  read(raw, scope) {
    if (raw === true) return "always";
    if (raw === false) return "never";
    if (raw === "on-failure") return raw;
    const near = typeof raw === "string" ? didYouMean(raw, ["on-failure"]) : undefined;
    return scope.fail('allowed are true, false, "on-failure"', { hint: restartHint(raw) ?? near });
  },
};

function restartHint(raw: unknown): string | undefined {
  if (typeof raw === "string" && /^al+ways$/i.test(raw)) return "To restart always, write true";
  if (raw === "never") return "Write false, without quotes";
  return booleanHint(raw);
}

const SIGNALS = [
  "HUP",
  "INT",
  "QUIT",
  "KILL",
  "USR1",
  "USR2",
  "TERM",
  "CONT",
  "STOP",
  "INFO",
] as const;

/** A signal without `SIG`, or none. */
export const signal: Value<SignalName | "none"> = {
  name: "signal",
  native: "text",
  schema: { enum: [...SIGNALS, "none", "NONE"] },
  read(raw, scope) {
    if (raw === "none" || raw === "NONE") return "none";
    const found = SIGNALS.find((candidate) => candidate === raw);
    if (found !== undefined) return found;
    const bare = String(raw).toUpperCase().replace(/^SIG/, "");
    const hint = SIGNALS.some((candidate) => candidate === bare)
      ? `Write "${bare}"`
      : didYouMean(String(raw), SIGNALS);
    return scope.fail(`allowed are ${quoteList([...SIGNALS, "none"])}`, { hint });
  },
};

/** A user as found: by name with the primary group, by number without. */
export type UserId =
  | { readonly kind: "named"; readonly name: string; readonly uid: number; readonly gid: number }
  | { readonly kind: "numeric"; readonly uid: number };

const ID_SCHEMA = {
  oneOf: [{ type: "string", minLength: 1 }, { type: "integer", minimum: 0, maximum: MAX_ID }],
};

/** A user by name or number. */
export const user: Value<UserId> = {
  name: "user",
  native: "user",
  schema: ID_SCHEMA,
  read(raw, scope) {
    const id = readId(raw, scope, "user");
    if (typeof id === "number") return { kind: "numeric", uid: id };
    if (id === undefined) return undefined;
    const found = scope.users.byName(id);
    if (found !== undefined) return { kind: "named", name: id, uid: found.uid, gid: found.gid };
    const hint = didYouMean(id, scope.users.names());
    return scope.fail("there is no such user in the system's database", { hint });
  },
};

/** The user that processes run as, with its supplementary groups. */
export const runAs: Value<RunAs> = {
  ...user,
  read(raw, scope) {
    const id = user.read(raw, scope);
    if (id === undefined || id.kind === "numeric") return id;
    const found = scope.users.byName(id.name);
    const groups = found === undefined ? [] : scope.users.groupsOf(found);
    return { kind: "named", user: id.name, uid: id.uid, gid: id.gid, groups };
  },
};

/** A group by name or number. */
export const group: Value<number> = {
  name: "group",
  native: "user",
  schema: ID_SCHEMA,
  read(raw, scope) {
    const id = readId(raw, scope, "group");
    if (typeof id === "number" || id === undefined) return id;
    const found = scope.users.groupByName(id);
    return found ?? scope.fail("there is no such group in the system's database");
  },
};

function readId(
  raw: unknown,
  scope: ValueScope,
  what: "user" | "group",
): number | string | undefined {
  const range = `a ${what} is a name or a number from 0 to ${MAX_ID}`;
  if (typeof raw === "number" || typeof raw === "bigint") {
    const isId = Number.isInteger(Number(raw)) && raw >= 0 && raw <= MAX_ID;
    return isId ? Number(raw) : scope.fail(range);
  }
  if (typeof raw !== "string" || raw === "") return scope.fail(range);
  if (!/^[-+]?[0-9]+$/.test(raw)) return readText(raw, scope);
  const number = Number(raw);
  return number >= 0 && number <= MAX_ID ? number : scope.fail(range);
}

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
function parseLimit(text: string): LimitValue | undefined {
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

const MAX_DESCRIPTOR = 2147483647;

/** `pipefd:N` or `pipevar:NAME`. */
export const readiness: Value<ReadyNotification> = {
  name: "readiness protocol",
  native: "text",
  schema: { type: "string", pattern: "^(pipefd:[0-9A-Fa-fxX]+|pipevar:.+)$" },
  read(raw, scope) {
    const match = typeof raw === "string" ? /^(pipefd|pipevar):(.*)$/s.exec(raw) : null;
    if (match === null) return scope.fail('allowed are "pipefd:NUMBER" and "pipevar:NAME"');
    const [, how, rest = ""] = match;
    if (how === "pipevar") {
      if (rest === "") return scope.fail("the name of the variable is missing after pipevar:");
      if (rest.includes("\0")) return scope.fail("it holds a NUL character");
      return { kind: "variable", name: rest };
    }
    const number = parseLimit(rest.trimStart().replace(/^\+/, ""));
    if (typeof number !== "bigint" || number > MAX_DESCRIPTOR) {
      return scope.fail(`a descriptor number from 0 to ${MAX_DESCRIPTOR} must follow pipefd:`);
    }
    return { kind: "descriptor", number: Number(number) };
  },
};

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

/** Variables set for the processes. */
export const environment: Value<ReadonlyMap<string, string>> = {
  name: "table of texts",
  native: "none",
  schema: { type: "object", additionalProperties: { type: "string" } },
  read(raw, scope) {
    if (!isTable(raw)) {
      return scope.fail('a table is needed: [environment], then NAME = "value" lines');
    }
    const variables = new Map<string, string>();
    for (const [name, item] of Object.entries(raw)) {
      const value = readText(item, scope, name);
      if (name === "" || name.includes("=") || name.includes("\0")) {
        scope.fail("a variable's name cannot be empty or hold =", { part: name, isKey: true });
      } else if (value !== undefined) {
        variables.set(name, value);
      }
    }
    return variables.size === Object.keys(raw).length ? variables : undefined;
  },
};

/** What tools keep in a description; the manager only checks the key it knows. */
export const meta: Value<{ readonly enableVia: string | undefined }> = {
  name: "table",
  native: "none",
  schema: {
    type: "object",
    properties: { "enable-via": { type: "string", minLength: 1 } },
    additionalProperties: true,
  },
  read(raw, scope) {
    if (!isTable(raw)) return scope.fail("a table is needed: [meta]");
    const via = raw["enable-via"];
    if (via === undefined) return { enableVia: undefined };
    if (typeof via === "string" && via !== "") return { enableVia: via };
    return scope.fail(`${show(via)} is no service`, { part: "enable-via" });
  },
};
