/**
 * Readers for settings that name services or directories of them; variables are replaced on
 * reading.
 */
import type { ServiceName } from "../../types.ts";
import { nameFault, TOML_SUFFIX } from "../contract/names.ts";
import type { Value, ValueScope } from "./value.ts";
import { elements, readText } from "./basic.ts";

const NAME_SCHEMA = { type: "string", minLength: 1 };

/** An element of a list of names or directories, and its index in the list. */
export interface Item<T> {
  readonly index: number;
  readonly value: T;
}

/** A list of services. */
export const names: Value<readonly Item<ServiceName>[]> = {
  name: "list of services",
  native: "item",
  schema: { type: "array", items: NAME_SCHEMA },
  read: (raw, scope) => readItems(raw, scope, readName),
};

/** A list of names that files could have: without an argument. */
export const baseNames: Value<readonly Item<string>[]> = {
  name: "list of names",
  native: "item",
  schema: { type: "array", items: { type: "string", minLength: 1, pattern: "^[^@]+$" } },
  read: (raw, scope) => readItems(raw, scope, readBaseName),
};

/** A list of directories whose entries name services. */
export const directories: Value<readonly Item<string>[]> = {
  name: "list of directories",
  native: "item",
  schema: { type: "array", items: NAME_SCHEMA },
  read: (raw, scope) => readItems(raw, scope, readDirectory),
};

/** One service. */
export const name: Value<ServiceName> = {
  name: "service",
  native: "text",
  schema: NAME_SCHEMA,
  read: (raw, scope) => readName(raw, scope, undefined),
};

function readItems<T>(
  raw: unknown,
  scope: ValueScope,
  read: (item: unknown, scope: ValueScope, part: number) => T | undefined,
): readonly Item<T>[] {
  const items: Item<T>[] = [];
  for (const [index, item] of elements(raw, scope)) {
    const value = read(item, scope, index);
    if (value !== undefined) items.push({ index, value });
  }
  return items;
}

function readName(
  raw: unknown,
  scope: ValueScope,
  part: number | undefined,
): ServiceName | undefined {
  const written = readText(raw, scope, part);
  if (written === undefined) return undefined;
  const value = scope.substitute(written, part);
  if (value === undefined) return undefined;
  const fault = nameFault(value);
  if (fault === undefined) return value as ServiceName;
  const becomes = value === written ? "" : `it becomes ${JSON.stringify(value)}, and `;
  const hint = value.includes("/") ? "Name the service, not its file" : undefined;
  return scope.fail(becomes + fault, part === undefined ? { hint } : { part, hint });
}

function readBaseName(raw: unknown, scope: ValueScope, part: number): string | undefined {
  const written = readText(raw, scope, part);
  if (written === undefined) return undefined;
  if (written.includes("@")) {
    const hint = "It is an alias for every argument: leave out the @ and what follows";
    return scope.fail("it is to be the name of a file", { part, hint });
  }
  const fault = nameFault(written);
  return fault === undefined ? written : scope.fail(fault, { part });
}

function readDirectory(raw: unknown, scope: ValueScope, part: number): string | undefined {
  const written = readText(raw, scope, part);
  if (written === undefined) return undefined;
  return scope.substitute(written, part);
}

/** The service that an entry of a dependency directory names; undefined when it names none. */
export function serviceOfEntry(entry: string): ServiceName | undefined {
  const plain = entry.endsWith(TOML_SUFFIX) ? entry.slice(0, -TOML_SUFFIX.length) : entry;
  return nameFault(plain) === undefined ? plain as ServiceName : undefined;
}
