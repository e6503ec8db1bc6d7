/**
 * Values of upstream's format → values as TOML has them, so that both formats are judged by the
 * same rules. What upstream takes although it makes no sense is taken too, with a warning.
 */
import { nearest } from "../text/near_miss.ts";
import { restartMeant, truthMeant } from "../text/other_words.ts";
import { MAX_ID } from "../contract/users.ts";
import type { TomlTable } from "../text/toml_values.ts";
import type { NativeForm } from "../values/value.ts";

export type Converted =
  | { readonly kind: "value"; readonly value: unknown; readonly warning?: string }
  /** As if the line was not there. */
  | { readonly kind: "unset"; readonly warning?: string }
  | { readonly kind: "fault"; readonly why: string; readonly hint?: string | undefined };

/** Settings that an empty value takes back. */
const EMPTY_IS_UNSET: ReadonlySet<string> = new Set([
  "command",
  "stop-command",
  "working-dir",
  "logfile",
  "env-file",
  "pid-file",
  "socket-listen",
  "run-in-cgroup",
  "inittab-id",
  "inittab-line",
]);

/** Converts the words of a value for a setting of ours. */
export function convertNative(
  key: string,
  form: NativeForm,
  words: readonly string[],
): Converted {
  const text = words.join(" ");
  if (EMPTY_IS_UNSET.has(key) && (form === "words" ? words.length === 0 : text === "")) {
    return { kind: "unset" };
  }
  switch (form) {
    case "text":
      return key.startsWith("rlimit-") ? convertLimit(text) : { kind: "value", value: text };
    case "words":
      return { kind: "value", value: words.filter((word) => !hasNoEffect(key, word)) };
    case "item":
      return { kind: "value", value: [text] };
    case "boolean":
      return convertBoolean(text, ["yes", "true", "no", "false"]);
    case "restart":
      return convertRestart(text);
    case "integer":
      return convertInteger(text);
    case "time":
      return convertTime(text);
    case "mode":
      return convertMode(text);
    case "user":
      return convertUser(text);
    case "env-file":
      return { kind: "value", value: literalEnvFile(text) };
    case "none":
      return { kind: "fault", why: "it exists in TOML files only" };
  }
}

/** As TOML tables are, without a prototype. */
function literalEnvFile(path: string): TomlTable {
  return Object.assign(Object.create(null), { path, literal: true });
}

function hasNoEffect(key: string, word: string): boolean {
  return key === "load-options" && word === "sub-vars";
}

function convertBoolean(text: string, allowed: readonly string[]): Converted {
  if (text === "yes" || text === "true") return { kind: "value", value: true };
  if (text === "no" || text === "false") return { kind: "value", value: false };
  return { kind: "fault", why: `allowed are ${allowed.join(", ")}`, hint: wordHint(text, allowed) };
}

function wordHint(text: string, allowed: readonly string[]): string | undefined {
  const meant = truthMeant(text);
  if (meant !== undefined) return `Write ${meant ? "yes" : "no"}`;
  const near = nearest(text, allowed);
  return near === undefined ? undefined : `Did you mean ${near}?`;
}

function convertRestart(text: string): Converted {
  if (text === "on-failure") return { kind: "value", value: text };
  const converted = convertBoolean(text, ["yes", "true", "on-failure", "no", "false"]);
  if (converted.kind !== "fault") return converted;
  switch (restartMeant(text)) {
    case "always":
      return { ...converted, hint: "To restart always, write yes" };
    case "never":
      return { ...converted, hint: "Write no" };
    case "on-failure":
      return { ...converted, hint: "Write on-failure" };
    case undefined:
      return converted;
  }
}

/** C notation: sign, then `0x…`, `0…` (octal) or decimal. */
export function parseCInteger(text: string): bigint | undefined {
  const match = /^[ \t\n\r\v\f]*([-+]?)(0[xX][0-9A-Fa-f]+|0[0-7]*|[1-9][0-9]*)$/.exec(text);
  if (match === null) return undefined;
  const [, sign, digits = ""] = match;
  const isOctal = /^0[0-7]/.test(digits);
  const value = BigInt(isOctal ? `0o${digits.slice(1)}` : digits);
  return sign === "-" ? -value : value;
}

function convertInteger(text: string): Converted {
  const value = parseCInteger(text);
  if (value === undefined) {
    return {
      kind: "fault",
      why: "a whole number is needed: decimal, 0x… or octal with a leading 0",
    };
  }
  const isSafe = value >= BigInt(Number.MIN_SAFE_INTEGER) &&
    value <= BigInt(Number.MAX_SAFE_INTEGER);
  return { kind: "value", value: isSafe ? Number(value) : value };
}

function convertTime(text: string): Converted {
  const match = /^([0-9]*)(?:[.,]([0-9]*))?$/.exec(text);
  if (match === null) {
    return {
      kind: "fault",
      why: "a time is a number of seconds without a unit: 2, 0.5",
      hint: timeHint(text),
    };
  }
  const [, whole = "", fraction = ""] = match;
  const value = Number(`${whole === "" ? "0" : whole}.${fraction.slice(0, 9)}0`);
  if (whole !== "" || fraction !== "") return { kind: "value", value };
  return { kind: "value", value, warning: "no time is given; 0 is used" };
}

function timeHint(text: string): string | undefined {
  const match = /^([0-9.]+)\s*(ms|s|m|h)/.exec(text);
  if (match === null) return undefined;
  const seconds = Number(match[1]) * ({ ms: 0.001, s: 1, m: 60, h: 3600 }[match[2] ?? "s"] ?? 1);
  return `In seconds: ${Math.round(seconds * 1e6) / 1e6}`;
}

function convertMode(text: string): Converted {
  const match = /^([-+]?)([0-7]{1,10})$/.exec(text);
  if (match === null) return { kind: "fault", why: "a mode is octal digits: 600, 0660" };
  const bits = parseInt(text, 8);
  const used = bits & 0o7777;
  const value = used.toString(8);
  if (used === bits) return { kind: "value", value };
  return { kind: "value", value, warning: `this is no mode; ${value} is used` };
}

function convertUser(text: string): Converted {
  const number = parseCInteger(text);
  if (number === undefined) return { kind: "value", value: text };
  if (number === BigInt(MAX_ID) + 1n) {
    return { kind: "unset", warning: "this number means unchanged, so the setting has no effect" };
  }
  return { kind: "value", value: number };
}

/** Upstream reads no further than the number of the hard limit. */
function convertLimit(text: string): Converted {
  const match = /^([^:]*:(?:0[xX][0-9A-Fa-f]+|[0-9]+|-))[^0-9A-Fa-f:].*$/.exec(text);
  if (match === null) return { kind: "value", value: text };
  const value = match[1] ?? text;
  return { kind: "value", value, warning: `what follows ${JSON.stringify(value)} is ignored` };
}
