/**
 * How the lines of `[sandbox]` are read: one kind of value for each, with what is allowed, its
 * schema, and what turns the line off again where a profile has it.
 */
import {
  ADDRESS_FAMILIES,
  LANDLOCK_SCOPES,
  NAMESPACES,
  SYSTEM_CALL_ERRORS,
} from "../../../sandbox/sandbox.ts";
import { groupNames, isSystemCall, systemCallNames } from "../../../sandbox/system_calls.ts";
import { ALWAYS_ALLOWED } from "../../../sandbox/call_restrictions.ts";
import { callsOf } from "../../../sandbox/system_calls.ts";
import { didYouMean } from "../../text/near_miss.ts";
import { quoteList } from "../../contract/problem.ts";
import { booleanHint } from "../basic.ts";
import type { JsonSchema } from "../value.ts";

/** What is made of a line. */
export type LineReading =
  | { readonly kind: "value"; readonly value: unknown }
  /** The line asks for nothing. */
  | { readonly kind: "off" }
  | {
    readonly kind: "fault";
    readonly why: string;
    /** Index in a list. */
    readonly item?: number;
    readonly hint?: string | undefined;
  };

/** A kind of value of a line. */
export interface LineKind {
  readonly schema: JsonSchema;
  read(raw: unknown): LineReading;
}

const OFF: LineReading = { kind: "off" };

function value(read: unknown): LineReading {
  return { kind: "value", value: read };
}

function fault(why: string, hint?: string): LineReading {
  return { kind: "fault", why, hint };
}

/** `true` asks for it. */
export const toggle: LineKind = {
  schema: { type: "boolean" },
  read: (raw) => {
    if (typeof raw !== "boolean") return fault("allowed are true, false", booleanHint(raw));
    return raw ? value(true) : OFF;
  },
};

/** As a toggle, but `false` says more than nothing. */
export const choice: LineKind = {
  schema: { type: "boolean" },
  read: (raw) => {
    if (typeof raw !== "boolean") return fault("allowed are true, false", booleanHint(raw));
    return value(raw);
  },
};

/** One of these words or `true`; `false` and `off` are nothing. */
export function grade(
  words: readonly string[],
  options: { readonly hasTrue: boolean; readonly off?: string } = { hasTrue: true },
): LineKind {
  const { hasTrue, off } = options;
  const texts = off === undefined ? words : [off, ...words];
  const booleans = hasTrue ? [true, false] : [];
  return {
    schema: { enum: [...booleans, ...texts] },
    read: (raw) => {
      if (raw === off || (hasTrue && raw === false)) return OFF;
      if ((hasTrue && raw === true) || words.some((word) => word === raw)) return value(raw);
      const forms = [...booleans.map(String), quoteList(texts)].join(", ");
      const near = typeof raw === "string" ? didYouMean(raw, texts) : undefined;
      return fault(`allowed are ${forms}`, near);
    },
  };
}

/** Texts in a list, each read by itself. */
function list(
  what: string,
  readItem: (item: string) => LineReading | undefined,
  schema: JsonSchema,
): LineKind {
  return {
    schema: { type: "array", items: schema },
    read: (raw) => {
      if (!Array.isArray(raw)) return fault(`a list of ${what} is needed`);
      for (const [index, item] of raw.entries()) {
        const reading = typeof item === "string" ? readItem(item) : fault("a text is needed");
        if (reading?.kind === "fault") return { ...reading, item: index };
      }
      return value(raw);
    },
  };
}

/** Paths; variables are replaced later. */
export const paths: LineKind = list("paths", (item) => {
  const path = item.replace(/^-/, "");
  if (path.includes("\0")) return fault("it holds a NUL character");
  if (path.startsWith("/") || path.startsWith("$")) return undefined;
  return fault("a path begins with a slash", "A dash before it says that it need not be there");
}, { type: "string", pattern: "^-?[/$]" });

/** All allowed, or, each with `!`, all refused. */
export const families: LineKind = {
  schema: { type: "array", items: { type: "string" } },
  read: (raw) => {
    const reading = familyList.read(raw);
    if (reading.kind === "fault" || !Array.isArray(raw)) return reading;
    const refused = raw.filter((item) => String(item).startsWith("!"));
    if (refused.length === 0 || refused.length === raw.length) return reading;
    const why = "a list says either what is allowed or, each with !, what is not";
    return { ...fault(why), item: raw.indexOf(refused[0]) } as LineReading;
  },
};

const familyList = list("families", (item) => {
  const name = item.replace(/^!/, "");
  if (Object.hasOwn(ADDRESS_FAMILIES, name)) return undefined;
  const bare = name.toLowerCase().replace(/^af_/, "");
  const hint = Object.hasOwn(ADDRESS_FAMILIES, bare)
    ? `Write "${bare}"`
    : didYouMean(bare, Object.keys(ADDRESS_FAMILIES)) ??
      `There are ${Object.keys(ADDRESS_FAMILIES).join(", ")}`;
  return fault("there is no such family", hint);
}, { type: "string" });

/** Words in a list. */
export function words(what: string, all: readonly string[]): LineKind {
  return list(what, (item) => {
    if (all.includes(item)) return undefined;
    return fault(`allowed are ${quoteList(all)}`, didYouMean(item, all));
  }, { enum: all });
}

/** None at all, or only these. */
export const namespaces: LineKind = {
  schema: { oneOf: [{ type: "boolean" }, kindsOfNamespaces().schema] },
  read: (raw) => {
    if (raw === true) return value(true);
    return raw === false ? OFF : kindsOfNamespaces().read(raw);
  },
};

function kindsOfNamespaces(): LineKind {
  return words("kinds of namespaces", Object.keys(NAMESPACES));
}

export const scopes: LineKind = words("scopes", Object.keys(LANDLOCK_SCOPES));

export const systemCalls: LineKind = list("system calls", (item) => {
  const name = item.replace(/^!/, "");
  const isGroup = name.startsWith("@");
  const isKnown = isGroup ? groupNames().includes(name) : isSystemCall(name);
  if (!isKnown) {
    const why = isGroup ? "there is no such group" : "there is no such system call";
    return fault(why, didYouMean(name, isGroup ? groupNames() : systemCallNames()));
  }
  const needed = ALWAYS_ALLOWED.flatMap(callsOf);
  if (!item.startsWith("!") || isGroup || !needed.includes(name)) return undefined;
  return fault(`no program can do without "${name}", nor can it be started`);
}, { type: "string", pattern: "^!?@?[a-z0-9_-]+$" });

export const callError: LineKind = grade(SYSTEM_CALL_ERRORS, { hasTrue: false });

const LAST_PORT = 65535;

export const ports: LineKind = {
  schema: { type: "array", items: { type: "integer", minimum: 0, maximum: LAST_PORT } },
  read: (raw) => {
    if (!Array.isArray(raw)) return fault("a list of port numbers is needed");
    const wrong = raw.findIndex((item) =>
      typeof item !== "number" || !Number.isInteger(item) || item < 0 || item > LAST_PORT
    );
    if (wrong < 0) return value(raw);
    return { kind: "fault", why: `a port is a number from 0 to ${LAST_PORT}`, item: wrong };
  },
};
