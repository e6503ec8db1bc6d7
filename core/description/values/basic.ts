/** Readers for the plain kinds: text, paths, yes/no, numbers, sizes, times, words, modes. */
import { truthMeant } from "../text/other_words.ts";
import { didYouMean, nearest } from "../text/near_miss.ts";
import { quoteList } from "../contract/problem.ts";
import { show, type Value, type ValueScope } from "./value.ts";

/** Reports anything but a text that can be handed to the kernel. */
export function readText(
  raw: unknown,
  scope: ValueScope,
  part?: string | number,
): string | undefined {
  const where = part === undefined ? {} : { part };
  if (typeof raw !== "string") {
    const isPlain = typeof raw === "number" || typeof raw === "boolean" || typeof raw === "bigint";
    const hint = isPlain ? `Put it in quotes: ${JSON.stringify(String(raw))}` : undefined;
    return scope.fail("a text in quotes is needed", { ...where, hint });
  }
  if (raw.includes("\0")) return scope.fail("it holds a NUL character", where);
  return raw;
}

/** A text that is not empty, at most `maxBytes` long. */
export function text(options: { readonly maxBytes?: number } = {}): Value<string> {
  const { maxBytes } = options;
  return {
    name: "text",
    native: "text",
    schema: maxBytes === undefined ? TEXT_SCHEMA : { ...TEXT_SCHEMA, maxLength: maxBytes },
    read(raw, scope) {
      const value = readText(raw, scope);
      if (value === "") return scope.fail("it is empty", { hint: LEAVE_OUT });
      if (value === undefined || maxBytes === undefined) return value;
      const bytes = new TextEncoder().encode(value).length;
      if (bytes > maxBytes) return scope.fail(`it has ${bytes} bytes, ${maxBytes} are allowed`);
      return value;
    },
  };
}

const TEXT_SCHEMA = { type: "string", minLength: 1 };
const LEAVE_OUT = "Leave the setting out instead";

/** A file or directory. Variables are replaced later, once the whole description is read. */
export const path: Value<string> = {
  name: "path",
  native: "text",
  schema: TEXT_SCHEMA,
  read: (raw, scope) => text().read(raw, scope),
};

export const boolean: Value<boolean> = {
  name: "boolean",
  native: "boolean",
  schema: { type: "boolean" },
  read(raw, scope) {
    if (typeof raw === "boolean") return raw;
    return scope.fail("allowed are true, false", { hint: booleanHint(raw) });
  },
};

/** `true` or `false`, for one who wrote "yes" or 0. */
export function booleanHint(raw: unknown): string | undefined {
  const word = String(raw).toLowerCase();
  const meant = truthMeant(word);
  if (meant !== undefined) return `Write ${meant}, without quotes`;
  const near = typeof raw === "string" ? nearest(word, ["true", "false"]) : undefined;
  return near === undefined ? undefined : `Did you mean ${near}, without quotes?`;
}

/** A whole number between two bounds, both allowed. */
export function integer(
  options: { readonly min: number; readonly max: number },
): Value<number> {
  const { min, max } = options;
  return {
    name: "integer",
    native: "integer",
    schema: { type: "integer", minimum: min, maximum: max },
    read(raw, scope) {
      if (typeof raw === "bigint") return scope.fail(rangeText(min, max));
      if (typeof raw !== "number" || !Number.isInteger(raw)) {
        const isDigits = typeof raw === "string" && /^[-+]?[0-9]+$/.test(raw);
        const hint = isDigits ? `Without quotes: ${raw}` : undefined;
        return scope.fail("a whole number is needed", { hint });
      }
      return raw < min || raw > max ? scope.fail(rangeText(min, max)) : raw;
    },
  };
}

/** A number between two bounds, both allowed. Upstream's format has none. */
export function decimal(
  options: { readonly min: number; readonly max: number },
): Value<number> {
  const { min, max } = options;
  return {
    name: "number",
    native: "none",
    schema: { type: "number", minimum: min, maximum: max },
    read(raw, scope) {
      const isNumber = typeof raw === "number" && !Number.isNaN(raw);
      if (isNumber && raw >= min && raw <= max) return raw;
      const isText = typeof raw === "string" && /^[0-9]+([.][0-9]+)?$/.test(raw);
      const hint = isText ? `Without quotes: ${raw}` : undefined;
      return scope.fail(`allowed are numbers from ${min} to ${max}`, { hint });
    },
  };
}

function rangeText(min: number, max: number): string {
  return `allowed are whole numbers from ${min} to ${max}`;
}

/** `nice`: any number is taken, but the kernel's range is −20 to 19. */
export const niceness: Value<number> = {
  name: "integer",
  native: "integer",
  schema: { type: "integer", minimum: -20, maximum: 19 },
  read(raw, scope) {
    const value = integer({ min: -1073741824, max: 1073741823 }).read(raw, scope);
    if (value === undefined) return undefined;
    const used = Math.max(-20, Math.min(19, value));
    if (used !== value) scope.warn(`the range is -20 to 19; ${used} is used`);
    return used;
  },
};

const SIZE_UNITS: Readonly<Record<string, number>> = {
  "": 1,
  K: 1024,
  M: 1024 * 1024,
  G: 1024 * 1024 * 1024,
};

/** A number of bytes: `16384` or `"16K"`; K, M and G are powers of 1024. */
export function size(options: { readonly max: number }): Value<number> {
  const { max } = options;
  const range = `allowed are 0 to ${max} bytes, or a text with a unit: "64K", "1M"`;
  return {
    name: "size",
    native: "integer",
    schema: {
      oneOf: [
        { type: "integer", minimum: 0, maximum: max },
        { type: "string", pattern: "^[0-9]+[KMG]$" },
      ],
    },
    read(raw, scope) {
      const bytes = typeof raw === "string" ? parseSize(raw) : raw;
      if (typeof bytes !== "number" || !Number.isInteger(bytes)) return scope.fail(range);
      return bytes < 0 || bytes > max ? scope.fail(range) : bytes;
    },
  };
}

function parseSize(text: string): number | undefined {
  const match = /^([0-9]+)([KMG])$/.exec(text);
  if (match === null) return undefined;
  const [, digits = "", unit = ""] = match;
  return Number(digits) * (SIZE_UNITS[unit] ?? 1);
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** Longest time in seconds: from here on upstream calls it too large. */
const MAX_SECONDS = 9223372036854775800;

/** A duration in milliseconds; written as seconds (`2`, `0.5`) or with a unit (`"500ms"`). */
export const time: Value<number> = {
  name: "time",
  native: "time",
  schema: {
    oneOf: [
      { type: "number", minimum: 0 },
      { type: "string", pattern: "^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ms|s|m|h)$" },
    ],
  },
  read(raw, scope) {
    const seconds = typeof raw === "string" ? parseTime(raw) : raw;
    if (typeof raw === "string" && seconds === undefined) {
      const number = /^\s*([0-9]+(?:[.,][0-9]*)?)\s*([a-z]*)\s*$/i.exec(raw);
      return scope.fail(TIME_FORMS, { hint: number === null ? undefined : timeHint(number) });
    }
    const value = typeof seconds === "bigint" ? Number(seconds) : seconds;
    if (typeof value !== "number" || Number.isNaN(value)) return scope.fail(TIME_FORMS);
    if (value < 0) return scope.fail("a time cannot be negative");
    if (value >= MAX_SECONDS) return scope.fail("it is too large");
    // To the nanosecond: 1.1 s is 1100 ms, not 1100.0000000000002.
    return value < 1e6 ? Math.round(value * 1e9) / 1e6 : value * 1000;
  },
};

const TIME_FORMS =
  'a time is a number of seconds or a text with a unit: 2, 0.5, "500ms", "2s", "1m", "1h"';

function parseTime(text: string): number | undefined {
  const match = /^([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ms|s|m|h)$/.exec(text);
  if (match === null) return undefined;
  const [, digits = "", unit = ""] = match;
  return Number(digits) * (UNIT_SECONDS[unit] ?? 1);
}

function timeHint(match: RegExpExecArray): string | undefined {
  const [, digits = "", word = ""] = match;
  const number = digits.replace(",", ".");
  const unit = /^(ms|msec|millis)/i.test(word) ? "ms" : word.slice(0, 1).toLowerCase();
  if (unit === "") return `For seconds write ${number} without quotes, or "${number}s"`;
  return unit in UNIT_SECONDS ? `Write "${number}${unit}"` : undefined;
}

/**
 * One word out of several.
 *
 * @param elsewhere What to write for words that other programs have in this place.
 */
export function word<T extends string>(
  words: readonly T[],
  elsewhere: Readonly<Record<string, string>> = {},
): Value<T> {
  return {
    name: "one of " + words.join(", "),
    native: "text",
    schema: { enum: words },
    read(raw, scope) {
      const found = words.find((candidate) => candidate === raw);
      if (found !== undefined) return found;
      if (typeof raw !== "string") return scope.fail(`allowed are ${quoteList(words)}`);
      const hint = Object.hasOwn(elsewhere, raw) ? elsewhere[raw] : didYouMean(raw, words);
      return scope.fail(`allowed are ${quoteList(words)}`, { hint });
    },
  };
}

/** A list of words out of several, in the order given. */
export function words<T extends string>(
  allowed: readonly T[],
  options: { readonly nativeOnly?: readonly string[] } = {},
): Value<readonly T[]> {
  return {
    name: "list of words",
    native: "words",
    schema: { type: "array", items: { enum: allowed }, uniqueItems: true },
    read(raw, scope) {
      const found: T[] = [];
      let isFaulty = false;
      for (const [index, item] of elements(raw, scope)) {
        const match = allowed.find((candidate) => candidate === item);
        if (match !== undefined) {
          found.push(match);
          continue;
        }
        isFaulty = true;
        const hint = typeof item === "string" ? didYouMean(item, allowed) : undefined;
        const gone = typeof item === "string" && options.nativeOnly?.includes(item) === true;
        const why = gone
          ? "it has no effect and exists in files without the suffix .toml only"
          : `allowed are ${quoteList(allowed)}`;
        scope.fail(why, { part: index, hint: gone ? "Leave it out" : hint });
      }
      return isFaulty || !Array.isArray(raw) ? undefined : found;
    },
  };
}

/** The elements of a list; reports anything that is no list, and gives none then. */
export function elements(raw: unknown, scope: ValueScope): Iterable<[number, unknown]> {
  if (Array.isArray(raw)) return raw.entries();
  const hint = typeof raw === "string" ? `Use an array: [${show(raw)}]` : undefined;
  scope.fail("a list in brackets is needed", { hint });
  return [];
}

/** File mode bits, written as octal digits in a text: `"660"`. */
export const mode: Value<number> = {
  name: "octal mode",
  native: "mode",
  schema: { type: "string", pattern: "^[0-7]{1,5}$" },
  read(raw, scope) {
    if (typeof raw === "number") {
      const hint = modeHint(raw);
      return scope.fail("a mode is octal digits in quotes: a plain number is decimal", { hint });
    }
    if (typeof raw !== "string" || !/^[0-7]{1,5}$/.test(raw) || parseInt(raw, 8) > 0o7777) {
      return scope.fail('a mode is octal digits in quotes, "0" to "7777": "600", "0660"');
    }
    return parseInt(raw, 8);
  },
};

/** TOML does not tell 660 from 0o1224, so both readings of a number may have been meant. */
function modeHint(number: number): string {
  const octal = number.toString(8);
  if (!/^[0-7]+$/.test(String(number))) return `As a text: "${octal}"`;
  const other = octal.length === 3 ? `; 0o${octal} is "${octal}"` : "";
  return `As a text: "${number}"${other}`;
}

/** A time of at least so much; less than a millisecond means that it cannot be 0. */
export function timeAtLeast(leastMs: number): Value<number> {
  return {
    ...time,
    read(raw, scope) {
      const value = time.read(raw, scope);
      if (value === undefined || value >= leastMs) return value;
      return scope.fail(leastMs < 1 ? "it has to be greater than 0" : "at least 0.1 s is allowed");
    },
  };
}
