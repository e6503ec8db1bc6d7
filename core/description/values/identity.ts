/** Readers for users and groups, by name or number. */
import type { RunAs } from "../contract/description.ts";
import { didYouMean } from "../text/near_miss.ts";
import { MAX_ID } from "../contract/users.ts";
import type { Value, ValueScope } from "./value.ts";
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
