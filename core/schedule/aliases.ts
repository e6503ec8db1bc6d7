/**
 * Other names of services: whom they stand for, and that no two services have one name.
 */
import type { ServiceDescription } from "../description/contract/description.ts";
import type { Registry } from "./registry.ts";

/** New descriptions by the names of the services. */
export type Batch = ReadonlyMap<string, ServiceDescription>;

/** The name of the service that has this one, perhaps as an alias; the name itself if none has. */
export type RealName = (name: string) => string;

const ITSELF: RealName = (name) => name;

/** Names as they will be when the batch is loaded. */
export function realNames(registry: Registry, batch: Batch): RealName {
  const aliases = new Map<string, string>();
  for (const { name, aliases: others } of batch.values()) {
    for (const alias of others) aliases.set(alias, name);
  }
  if (aliases.size === 0 && !registry.hasAliases) return ITSELF;
  return (name) => {
    if (batch.has(name)) return name;
    const owner = aliases.get(name);
    if (owner !== undefined) return owner;
    const loaded = registry.findAny(name);
    // A loaded one whose new description does not have the alias any more.
    const isKept = loaded === undefined || loaded.name === name || !batch.has(loaded.name);
    return isKept ? loaded?.name ?? name : name;
  };
}

/** An alias that another service has as a name. */
export interface AliasFault {
  /** The service whose alias it is. */
  readonly name: string;
  readonly why: string;
}

/** @returns The first fault that the batch would bring. */
export function findAliasFault(registry: Registry, batch: Batch): AliasFault | undefined {
  const taken = new Map<string, string>();
  for (const { name, aliases } of batch.values()) {
    for (const alias of aliases) {
      const owner = batch.has(alias)
        ? alias
        : taken.get(alias) ?? loadedOwner(registry, batch, alias);
      if (owner !== undefined) {
        return { name, why: `its alias "${alias}" is a name of the service "${owner}"` };
      }
      taken.set(alias, name);
    }
  }
  return undefined;
}

/** A service outside the batch that has the name. */
function loadedOwner(registry: Registry, batch: Batch, alias: string): string | undefined {
  const owner = registry.findListed(alias)?.name;
  return owner === undefined || batch.has(owner) ? undefined : owner;
}
