/**
 * Whether our own reader takes a value: what it refuses (a number out of range, an impossible name)
 * is lost, rather than a description that does not load.
 */
import { findSetting, type UserDatabase, type ValueScope } from "../description/mod.ts";
import { type Effect, lost, type TomlValue } from "./rows.ts";

/** The effect, or why it cannot be. */
export function accepted(effect: Effect): Effect {
  switch (effect.kind) {
    case "set":
      return checked(effect, effect.key, effect.value);
    case "add":
      return checked(effect, effect.key, effect.values);
    case "put":
      return checked(effect, effect.table, {
        ...ALSO_NEEDED[effect.table],
        [effect.key]: effect.value,
      });
    case "append":
      return checked(effect, effect.table, [effect.entries]);
    default:
      return effect;
  }
}

/** What a table must have besides the key that is looked at, which another line gives. */
const ALSO_NEEDED: Readonly<Record<string, { readonly [key: string]: TomlValue }>> = {
  timer: { "after-start": 0 },
  readiness: { command: ["/bin/true"] },
  liveness: { command: ["/bin/true"] },
};

function checked(effect: Effect, key: string, value: unknown): Effect {
  const setting = findSetting(key);
  if (setting === undefined) return lost(`there is no setting ${key}`, "some");
  let fault: string | undefined;
  const scope: ValueScope = {
    users: EVERYBODY,
    fail: (why) => {
      fault ??= why;
      return undefined;
    },
    warn: () => {},
    substitute: (text) => text,
  };
  setting.value.read(asParsed(value), scope);
  return fault === undefined ? effect : lost(`${key} does not take it: ${fault}`, "much");
}

/** Tables as the reader of TOML makes them: without a prototype. */
function asParsed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asParsed);
  if (typeof value !== "object" || value === null) return value;
  const table: Record<string, unknown> = Object.create(null);
  for (const [key, item] of Object.entries(value)) table[key] = asParsed(item);
  return table;
}

/** Who exists is a matter of the machine that the description is for. */
export const EVERYBODY: UserDatabase = {
  byName: (name) => ({ name, uid: 1, gid: 1, home: "/", shell: "/bin/sh" }),
  byUid: (uid) => ({ name: "user", uid, gid: uid, home: "/", shell: "/bin/sh" }),
  groupByName: () => 1,
  groupsOf: () => [],
  names: () => [],
};
