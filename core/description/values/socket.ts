/** The tables `[[socket]]`: sockets that are opened for a service and passed to its processes. */
import { once } from "../../once.ts";
import { didYouMean } from "../text/near_miss.ts";
import { quoteList } from "../contract/problem.ts";
import { isTable } from "../text/toml_values.ts";
import type { Value, ValueScope } from "./value.ts";
import { boolean, integer, mode, readText, word } from "./basic.ts";
import { group, user, type UserId } from "./identity.ts";

/** Kinds of socket; IP sockets are TCP and UDP, for which there is no seqpacket. */
export const SOCKET_TYPES = ["stream", "datagram", "seqpacket"] as const;

/** One table as written, variables of `listen` not yet replaced. */
export interface WrittenSocket {
  readonly listen: string;
  readonly name: string | undefined;
  readonly type: (typeof SOCKET_TYPES)[number] | undefined;
  readonly permissions: number | undefined;
  readonly uid: UserId | undefined;
  readonly gid: number | undefined;
  readonly backlog: number | undefined;
  readonly "ipv6-only": boolean | undefined;
}

/** A name of LISTEN_FDNAMES: sd_listen_fds_with_names(3). */
const name: Value<string> = {
  name: "text",
  native: "none",
  schema: { type: "string", pattern: "^[^:\\u0000-\\u001f\\u007f]{1,255}$" },
  read(raw, scope) {
    const value = readText(raw, scope);
    // deno-lint-ignore no-control-regex
    if (value === undefined || /^[^:\x00-\x1f\x7f]{1,255}$/.test(value)) return value;
    return scope.fail("a name has 1 to 255 characters and no colon");
  },
};

const listen: Value<string> = {
  name: "address",
  native: "none",
  schema: { type: "string", minLength: 1 },
  read: (raw, scope) => readText(raw, scope),
};

/** Keys of `[[socket]]`, for reader, schema and manual. */
export const socketTable = once((): Readonly<
  Record<keyof WrittenSocket, { readonly value: Value<unknown>; readonly about: string }>
> => ({
  listen: {
    value: listen,
    about:
      'Address, required: a path, "@NAME" (abstract), "PORT" or "*:PORT" (all addresses, without IPv6 in the ' +
      'kernel those of IPv4), "IPV4:PORT" or "[IPV6]:PORT". Variables are replaced.',
  },
  name: {
    value: name,
    about: "Name in LISTEN_FDNAMES; by default that of the service.",
  },
  type: {
    value: word(SOCKET_TYPES),
    about: '"stream" (default; TCP for a port), "datagram" (UDP) or "seqpacket" (paths only).',
  },
  permissions: { value: mode, about: 'Mode of a path\'s file; "666" by default.' },
  uid: { value: user, about: "Owner of a path's file; by default the manager." },
  gid: {
    value: group,
    about: "Group of a path's file; by default the primary group of a uid given by name.",
  },
  backlog: {
    value: integer({ min: 1, max: 65535 }),
    about: "Connections that may wait to be accepted; 128 by default.",
  },
  "ipv6-only": {
    value: boolean,
    about: "An IPv6 address does not take IPv4 connections too; false by default.",
  },
}));

const keys = () => Object.keys(socketTable());

/** All sockets of a service, in the order in which they are passed. */
export const sockets = once((): Value<readonly WrittenSocket[]> => ({
  name: "list of tables",
  native: "none",
  schema: {
    type: "array",
    items: {
      type: "object",
      properties: Object.fromEntries(
        Object.entries(socketTable()).map(([key, { value, about }]) => [
          key,
          { ...value.schema, description: about },
        ]),
      ),
      required: ["listen"],
      additionalProperties: false,
    },
  },
  read(raw, scope) {
    if (!Array.isArray(raw)) {
      return scope.fail('tables are needed: [[socket]], then a line such as listen = "/run/x"');
    }
    const found: WrittenSocket[] = [];
    for (const [index, table] of raw.entries()) {
      const socket = readSocket(table, index, scope);
      if (socket !== undefined) found.push(socket);
    }
    return found.length === raw.length ? found : undefined;
  },
}));

function readSocket(raw: unknown, index: number, scope: ValueScope): WrittenSocket | undefined {
  if (!isTable(raw)) return scope.fail("a table is needed", { part: index });
  let isFaulty = false;
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(raw)) {
    const known = Object.hasOwn(socketTable(), key)
      ? socketTable()[key as keyof WrittenSocket]
      : undefined;
    const inside = within(scope, index, key);
    if (known === undefined) {
      const hint = didYouMean(key, keys()) ??
        "Settings of the service itself stand above [[socket]]";
      inside.fail(`allowed in the table are ${quoteList(keys())}`, { isKey: true, hint });
      isFaulty = true;
      continue;
    }
    values[key] = known.value.read(value, inside);
    if (values[key] === undefined) isFaulty = true;
  }
  if (!("listen" in raw)) {
    return scope.fail("the address is missing", { part: index, hint: 'Add: listen = "/run/x"' });
  }
  if (isFaulty) return undefined;
  const all = Object.fromEntries(keys().map((key) => [key, values[key]]));
  return all as unknown as WrittenSocket;
}

/** Reports are about a key of one of the tables. */
function within(scope: ValueScope, part: number, inner: string): ValueScope {
  return {
    users: scope.users,
    fail: (why, options) => scope.fail(why, { ...options, part, inner }),
    warn: (why, options) => scope.warn(why, { ...options, part, inner }),
    substitute: (text) => scope.substitute(text, part),
  };
}
