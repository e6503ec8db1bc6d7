/** The reader of `env-file`: paths, and how each file is to be taken. */
import { didYouMean } from "../text/near_miss.ts";
import { isTable } from "../text/toml_values.ts";
import type { FaultOptions, JsonSchema, Value, ValueScope } from "./value.ts";
import { boolean, readText } from "./basic.ts";

/** An environment file as written; variables of the path are replaced. */
export interface WrittenEnvFile {
  readonly path: string;
  /** It need not be there. */
  readonly optional: boolean;
  /** Values are taken as they stand, as upstream does. */
  readonly literal: boolean;
  /** Its variables win over those of `[environment]`, as with systemd. */
  readonly overrides: boolean;
}

/** Keys of the table, for reader and schema. */
const KEYS = ["path", "optional", "literal", "overrides"] as const;

/** Those that are switches. */
type Flag = Exclude<(typeof KEYS)[number], "path">;

const ONE_SCHEMA: readonly JsonSchema[] = [
  { type: "string", minLength: 1 },
  {
    type: "object",
    properties: {
      path: { type: "string", minLength: 1 },
      optional: { type: "boolean" },
      literal: { type: "boolean" },
      overrides: { type: "boolean" },
    },
    required: ["path"],
    additionalProperties: false,
  },
];

/**
 * `"FILE"`, `"-FILE"` (need not be there) or `{ path = "FILE", optional = true }` with the other
 * switches of {@linkcode WrittenEnvFile}, or a list of such; later files win.
 */
export const envFiles: Value<readonly WrittenEnvFile[]> = {
  name: "environment files",
  native: "env-file",
  schema: { oneOf: [...ONE_SCHEMA, { type: "array", items: { oneOf: ONE_SCHEMA }, minItems: 1 }] },
  read(raw, scope) {
    if (!Array.isArray(raw)) {
      const file = readOne(raw, scope);
      return file === undefined ? undefined : [file];
    }
    if (raw.length === 0) return scope.fail("it is empty", { hint: LEAVE_OUT });
    const files = raw.map((item, index) => readOne(item, elementScope(scope, index)));
    const read = files.filter((file) => file !== undefined);
    return read.length === files.length ? read : undefined;
  },
};

const LEAVE_OUT = "Leave the setting out instead";

/** For an element of a list: what is said of a part of it is said of a part of that element. */
function elementScope(scope: ValueScope, index: number): ValueScope {
  const inElement = (options: FaultOptions = {}): FaultOptions => {
    const { part } = options;
    return typeof part === "string"
      ? { ...options, part: index, inner: part }
      : { ...options, part: index };
  };
  return {
    users: scope.users,
    fail: (why, options) => scope.fail(why, inElement(options)),
    warn: (why, options) => scope.warn(why, inElement(options)),
    substitute: (text) => scope.substitute(text, index),
  };
}

function readOne(raw: unknown, scope: ValueScope): WrittenEnvFile | undefined {
  if (isTable(raw)) return readTable(raw, scope);
  const written = readText(raw, scope);
  if (written === undefined) return undefined;
  const optional = written.startsWith("-");
  const path = readPath(optional ? written.slice(1) : written, scope);
  return path === undefined ? undefined : { path, optional, literal: false, overrides: false };
}

function readTable(
  raw: { readonly [key: string]: unknown },
  scope: ValueScope,
): WrittenEnvFile | undefined {
  let isFaulty = false;
  for (const key of Object.keys(raw)) {
    if (KEYS.some((known) => known === key)) continue;
    const hint = didYouMean(key, KEYS);
    scope.fail("it has path, optional, literal and overrides", { part: key, isKey: true, hint });
    isFaulty = true;
  }
  if (!("path" in raw)) {
    return scope.fail('the path is missing: { path = "FILE", optional = true }');
  }
  const path = readPath(readText(raw.path, scope, "path"), scope, "path");
  const optional = readFlag(raw, "optional", scope);
  const literal = readFlag(raw, "literal", scope);
  const overrides = readFlag(raw, "overrides", scope);
  if (isFaulty || path === undefined || optional === undefined || literal === undefined) {
    return undefined;
  }
  return overrides === undefined ? undefined : { path, optional, literal, overrides };
}

function readFlag(
  raw: { readonly [key: string]: unknown },
  key: Flag,
  scope: ValueScope,
): boolean | undefined {
  if (!(key in raw)) return false;
  return boolean.read(raw[key], {
    users: scope.users,
    fail: (why, options) => scope.fail(why, { ...options, part: key }),
    warn: (why, options) => scope.warn(why, { ...options, part: key }),
    substitute: (text) => scope.substitute(text, key),
  });
}

function readPath(
  written: string | undefined,
  scope: ValueScope,
  part?: string,
): string | undefined {
  if (written === undefined) return undefined;
  if (written === "") return scope.fail("it is empty", { hint: LEAVE_OUT });
  return scope.substitute(written, part);
}
