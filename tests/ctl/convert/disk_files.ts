/** Files of the disk, without the platform's library. */
import type { ConvertFiles } from "../../../core/convert/mod.ts";
import { directoryPart } from "../../../core/description/mod.ts";
import { linkTarget } from "../../../ctl/interface/link_target.ts";

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

export const DISK_FILES: ConvertFiles = {
  read(path) {
    if (!exists(path)) return { kind: "missing" };
    const bytes = Deno.readFileSync(path);
    return { kind: "contents", bytes, modifiedSeconds: 0, modifiedNanoseconds: 0 };
  },
  list(path) {
    if (!exists(path)) return { kind: "unreadable", why: "there is no such directory" };
    return { kind: "names", names: [...Deno.readDirSync(path)].map(({ name }) => name) };
  },
  exists,
  realDirectory: directoryPart,
  linkTarget,
};
