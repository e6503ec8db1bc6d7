/** Reads a set of services as it is installed: `share/dinit/services/NAME` beside the program. */
import { directoryPart } from "../../core/description/mod.ts";
import type { PlannedFile } from "../../core/migrate/mod.ts";
import type { Disk } from "./disk.ts";

export type ReadSet =
  | { readonly kind: "set"; readonly files: readonly PlannedFile[] }
  | { readonly kind: "faulty"; readonly why: string };

/**
 * @param folders Where sets may be; the first that has this one counts.
 * @param name Of the set.
 */
export function readSet(folders: readonly string[], name: string, disk: Disk): ReadSet {
  for (const folder of folders) {
    const found = disk.filesBelow(`${folder}/${name}`);
    const files = found.flatMap((path): readonly PlannedFile[] => {
      const content = disk.contentOf(`${folder}/${name}/${path}`);
      return content === undefined || content === "other" ? [] : [{ path, content }];
    });
    if (files.length > 0) return { kind: "set", files };
  }
  const looked = folders.map((folder) => `${folder}/${name}`).join(", ");
  return {
    kind: "faulty",
    why: `there is no set of services in ${looked}: name one by --services`,
  };
}

/** @param executable Path of this program. */
export function serviceFolders(executable: string): readonly string[] {
  const prefix = directoryPart(directoryPart(executable));
  const own = `${prefix === "/" ? "" : prefix}/share/dinit/services`;
  const usual = ["/usr/share/dinit/services", "/usr/local/share/dinit/services"];
  return [...new Set([own, ...usual])];
}
