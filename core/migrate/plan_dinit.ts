/**
 * A machine with upstream's dinit: its descriptions are read as they are, so nothing is written for
 * them; only what this program would not find is told.
 */
import { type ConvertFiles, namesIn } from "../convert/mod.ts";
import { isThere } from "./machine_files.ts";
import { type Finding, item, type PlannedFile } from "./plan.ts";

/** @param set Used where the machine has no service `boot` at all. */
export function planDinit(files: ConvertFiles, set: readonly PlannedFile[]): Finding {
  const folder = "/etc/dinit.d";
  const isDescribed = (name: string): boolean =>
    [folder, "/run/dinit.d", "/usr/local/lib/dinit.d", "/lib/dinit.d", "/usr/lib/dinit.d"]
      .some((place) =>
        isThere(`${place}/${name}`, files) || isThere(`${place}/${name}.toml`, files)
      );
  const on = namesIn(`${folder}/boot.d`, files).map((name) =>
    isDescribed(name.replace(/@.*/, ""))
      ? item("service", name, "set", "its description is read as it is", name)
      : item("service", name, "by-hand", "there is no description of that name")
  );
  if (isDescribed("boot")) {
    return {
      items: [item("service", "boot", "set", "its description is read as it is", "boot"), ...on],
      files: [],
      problems: [],
    };
  }
  return { items: on, files: set, problems: [] };
}
