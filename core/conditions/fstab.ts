/** Which file systems have to be mounted for a path to lead where it is meant to: fstab(5). */
import { isBelow, plain } from "./mounts.ts";

/** Mount points of /etc/fstab that are the paths, or above them; "/" aside, which is there. */
export function requiredMounts(paths: readonly string[], fstab: string): readonly string[] {
  const points = new Set<string>();
  for (const line of fstab.split("\n")) {
    const [source = "#", point, , options = ""] = line.trim().split(/\s+/);
    if (source === "" || source.startsWith("#") || !point?.startsWith("/")) continue;
    // Nobody mounts it by itself.
    if (options.split(",").includes("noauto")) continue;
    const where = withoutEnd(plain(point));
    if (where === "/") continue;
    if (paths.some((path) => isBelow(withoutEnd(path), where))) points.add(where);
  }
  return [...points].sort();
}

function withoutEnd(path: string): string {
  return path.replace(/\/+$/, "") || "/";
}
