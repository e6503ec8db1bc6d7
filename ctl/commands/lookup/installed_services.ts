/**
 * Names of the services for which there is a file, loaded or not.
 */
import { nameFault, TOML_SUFFIX } from "../../../core/description/mod.ts";
import { joinPath } from "../../../core/paths.ts";
import type { ClientFiles } from "../../interface/io.ts";

/**
 * Reads the directories in order, each name once, sorted. A directory that cannot be read has none.
 * Directories inside (such as `boot.d`) are no services.
 */
export function installedServices(
  directories: readonly string[],
  files: ClientFiles,
): readonly string[] {
  const names = new Set<string>();
  for (const directory of directories) {
    const entries = files.list(directory);
    if (entries.kind === "unreadable") continue;
    for (const entry of entries.names) {
      const name = entry.endsWith(TOML_SUFFIX) ? entry.slice(0, -TOML_SUFFIX.length) : entry;
      if (names.has(name) || nameFault(name) !== undefined || name.includes("@")) continue;
      if (files.list(joinPath(directory, entry)).kind === "unreadable") names.add(name);
    }
  }
  return [...names].sort();
}
