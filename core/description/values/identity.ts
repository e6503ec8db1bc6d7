/** Readers for users and groups, by name or number. */
import type { RunAs } from "../contract/description.ts";
import { didYouMean } from "../text/near_miss.ts";
import { MAX_ID } from "../contract/users.ts";
import { isTable, type TomlTable } from "../text/toml_values.ts";
import type { FaultOptions, Value, ValueScope } from "./value.ts";
import { readText } from "./basic.ts";

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

/**
 * The user that processes run as, with its supplementary groups; or a table, in which another
 * primary group and more supplementary ones are named.
 */
export const runAs: Value<RunAs> = {
  name: "user or table",
  native: "user",
  schema: {
    oneOf: [
      ...ID_SCHEMA.oneOf,
      {
        type: "object",
        properties: {
          user: ID_SCHEMA,
          group: ID_SCHEMA,
          groups: { type: "array", items: ID_SCHEMA },
        },
        required: ["user"],
        additionalProperties: false,
      },
    ],
  },
  read(raw, scope) {
    if (isTable(raw)) return readRunAs(raw, scope);
    const id = user.read(raw, scope);
    if (id === undefined || id.kind === "numeric") return id;
    const found = scope.users.byName(id.name);
    const groups = found === undefined ? [] : scope.users.groupsOf(found);
    return { kind: "named", user: id.name, uid: id.uid, gid: id.gid, groups };
  },
};

const RUN_AS_KEYS = ["user", "group", "groups"] as const;

function readRunAs(raw: TomlTable, scope: ValueScope): RunAs | undefined {
  let isFaulty = false;
  for (const key of Object.keys(raw)) {
    if (RUN_AS_KEYS.some((known) => known === key)) continue;
    const hint = didYouMean(key, RUN_AS_KEYS);
    scope.fail("it has user, group and groups", { part: key, isKey: true, hint });
    isFaulty = true;
  }
  if (!("user" in raw)) return scope.fail('the user is missing: { user = "www", group = "adm" }');
  const id = user.read(raw.user, partScope(scope, { part: "user" }));
  const gid = "group" in raw
    ? group.read(raw.group, partScope(scope, { part: "group" }))
    : undefined;
  const more = "groups" in raw ? readGroups(raw.groups, scope) : [];
  if ("group" in raw && gid === undefined) isFaulty = true;
  if (isFaulty || id === undefined || more === undefined) return undefined;
  if (id.kind === "numeric") {
    const groups = gid === undefined ? more : [gid, ...more];
    return { ...id, ...gid !== undefined && { gid }, groups: [...new Set(groups)] };
  }
  const found = scope.users.byName(id.name);
  const known = found === undefined ? [] : scope.users.groupsOf(found);
  // As initgroups(3) has it: the group that is given takes the place of the user's own.
  const kept = gid === undefined ? known : [gid, ...known.filter((each) => each !== id.gid)];
  const groups = [...new Set([...kept, ...more])];
  return { kind: "named", user: id.name, uid: id.uid, gid: gid ?? id.gid, groups };
}

function readGroups(raw: unknown, scope: ValueScope): readonly number[] | undefined {
  if (!Array.isArray(raw)) return scope.fail("a list in brackets is needed", { part: "groups" });
  const read = raw.map((item) => group.read(item, partScope(scope, { part: "groups" })));
  const found = read.filter((gid) => gid !== undefined);
  return found.length === read.length ? found : undefined;
}

/** Reports are about a part of the value. */
function partScope(scope: ValueScope, place: FaultOptions): ValueScope {
  return {
    users: scope.users,
    fail: (why, options) => scope.fail(why, { ...options, ...place }),
    warn: (why, options) => scope.warn(why, { ...options, ...place }),
    substitute: (text) => scope.substitute(text),
  };
}

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
