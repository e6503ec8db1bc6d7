/** The readers of `runtime-directory` and its like: folders that are made for a service. */
import type { FolderKind } from "../contract/description.ts";
import { didYouMean } from "../text/near_miss.ts";
import { quoteList } from "../contract/problem.ts";
import { isTable } from "../text/toml_values.ts";
import { boolean, mode as modeValue, readText } from "./basic.ts";
import type { FaultOptions, JsonSchema, Value, ValueScope } from "./value.ts";

/** A folder as written; variables of the path are replaced. */
export interface WrittenFolder {
  /** Relative to the place of its kind, without `.` and `..`. */
  readonly path: string;
  readonly mode: number;
  /** It stays when the service has stopped. */
  readonly keep: boolean;
}

/** Of what is made without a word about it. Source: systemd.exec(5), RuntimeDirectoryMode=. */
const DEFAULT_MODE = 0o755;

/** Kinds that may be removed; what is in the others is worth keeping. */
const REMOVABLE: readonly FolderKind[] = ["runtime", "cache"];

/**
 * `"NAME"`, `{ path = "NAME", mode = "750", keep = true }`, or a list of such.
 *
 * @param kind Those of `runtime` are removed when the service has stopped, unless they are kept.
 */
export function folders(kind: FolderKind): Value<readonly WrittenFolder[]> {
  const keys = REMOVABLE.includes(kind) ? ["path", "mode", "keep"] : ["path", "mode"];
  const schemas = oneSchema(keys);
  return {
    name: "directories",
    native: "none",
    schema: { oneOf: [...schemas, { type: "array", items: { oneOf: schemas }, minItems: 1 }] },
    read(raw, scope) {
      if (!Array.isArray(raw)) {
        const folder = readFolder(raw, { scope, kind, keys, place: {} });
        return folder === undefined ? undefined : [folder];
      }
      if (raw.length === 0) return scope.fail("it is empty", { hint: "Leave the setting out" });
      const read = raw.map((item, index) =>
        readFolder(item, { scope, kind, keys, place: { part: index } })
      );
      const found = read.filter((folder) => folder !== undefined);
      return found.length === read.length ? found : undefined;
    },
  };
}

function oneSchema(keys: readonly string[]): readonly JsonSchema[] {
  const properties: Readonly<Record<string, JsonSchema>> = {
    path: { type: "string", minLength: 1 },
    mode: modeValue.schema,
    keep: { type: "boolean" },
  };
  return [
    { type: "string", minLength: 1 },
    {
      type: "object",
      properties: Object.fromEntries(keys.map((key) => [key, properties[key]])),
      required: ["path"],
      additionalProperties: false,
    },
  ];
}

interface FolderScope {
  readonly scope: ValueScope;
  readonly kind: FolderKind;
  readonly keys: readonly string[];
  /** Which element of a list it is. */
  readonly place: Pick<FaultOptions, "part">;
}

function readFolder(raw: unknown, at: FolderScope): WrittenFolder | undefined {
  const { scope, kind, keys, place } = at;
  const keeps = kind !== "runtime";
  if (!isTable(raw)) {
    const path = readPath(raw, inside(at, undefined));
    return path === undefined ? undefined : { path, mode: DEFAULT_MODE, keep: keeps };
  }
  let isFaulty = false;
  for (const key of Object.keys(raw)) {
    if (keys.includes(key)) continue;
    const hint = key === "keep" ? "What is in it stays in any case" : didYouMean(key, keys);
    inside(at, key).fail(`it has ${quoteList(keys)}`, { isKey: true, hint });
    isFaulty = true;
  }
  if (!("path" in raw)) return scope.fail("the path is missing", place);
  const path = readPath(raw.path, inside(at, "path"));
  const mode = "mode" in raw ? modeValue.read(raw.mode, inside(at, "mode")) : DEFAULT_MODE;
  const keep = "keep" in raw ? boolean.read(raw.keep, inside(at, "keep")) : keeps;
  if (isFaulty || path === undefined || mode === undefined || keep === undefined) return undefined;
  return { path, mode, keep };
}

/** Reports are about a key of the table, or about what stands in its place. */
function inside({ scope, place }: FolderScope, key: string | undefined): ValueScope {
  const where = (options: FaultOptions = {}): FaultOptions => {
    if (key === undefined) return { ...options, ...place };
    if (place.part === undefined) return { ...options, part: key };
    return { ...options, part: place.part, inner: key };
  };
  return {
    users: scope.users,
    fail: (why, options) => scope.fail(why, where(options)),
    warn: (why, options) => scope.warn(why, where(options)),
    substitute: (text) => scope.substitute(text, place.part ?? key),
  };
}

function readPath(raw: unknown, scope: ValueScope): string | undefined {
  const written = readText(raw, scope);
  if (written === undefined) return undefined;
  const path = scope.substitute(written);
  if (path === undefined) return undefined;
  if (path.startsWith("/")) {
    return scope.fail("it is to be relative to the place of such directories", {
      hint: 'Leave out what stands before: "/run/web" is runtime-directory = "web"',
    });
  }
  const names = path.split("/");
  const isPlain = names.every((name) => name !== "" && name !== "." && name !== "..");
  return isPlain ? path : scope.fail('it holds an empty name, "." or ".."');
}
