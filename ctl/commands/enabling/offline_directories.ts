/** Where services are looked for without a manager. */
import { defaultServiceDirectories } from "../../../core/paths.ts";
import { isSystemTarget } from "../../connection/connect.ts";
import type { ClientIo } from "../../interface/io.ts";
import type { CtlOptions } from "../../words/options.ts";

/** In the order of the search. */
export function offlineDirectories(options: CtlOptions, io: ClientIo): readonly string[] {
  if (options.serviceDirectories.length > 0) return options.serviceDirectories;
  return defaultServiceDirectories({
    isSystem: isSystemTarget(options, io),
    os: io.os,
    env: (name) => io.env(name),
    homeFromDatabase: () => io.homeFromDatabase(),
  });
}
