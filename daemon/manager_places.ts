/** Where this manager has its control socket and its descriptions. */
import type { Platform } from "../platform/mod.ts";
import { FileUserDatabase } from "./descriptions/user_database.ts";
import type { DaemonOptions } from "./start/options.ts";
import { findPlaces, type Places } from "./start/places.ts";

/** @param env Its environment, if it is known already. */
export function managerPlaces(
  platform: Platform,
  options: DaemonOptions,
  env: (name: string) => string | undefined = (name) => Deno.env.get(name),
): Places {
  return findPlaces(options, {
    os: platform.os,
    env,
    homeFromDatabase: () => new FileUserDatabase(platform).byUid(platform.userId())?.home,
  });
}
