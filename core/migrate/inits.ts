/** Which init a machine has. */
import type { ConvertFiles } from "../convert/mod.ts";
import { endOfLinks, isFolder, isThere, linesOf } from "./machine_files.ts";
import type { InitKind } from "./plan.ts";

/** What this program is called as an executable; upstream's has the same name. */
const OWN_NAME = "dinit";

/**
 * The init that decides what is started on the machine.
 *
 * @returns undefined when it is none of those that can be moved from.
 */
export function initOf(files: ConvertFiles): InitKind | undefined {
  const program = endOfLinks("/sbin/init", files);
  if (program.endsWith("/systemd")) return "systemd";
  if (isOpenrc(program, files)) return "openrc";
  // Ours, or upstream's, or one that nobody here knows: what was there before is what counts.
  if (isFolder("/etc/systemd/system", files) && hasUnits(files)) return "systemd";
  if (isFolder("/etc/runlevels", files)) return "openrc";
  const isDinit = program.endsWith(`/${OWN_NAME}`) || program.endsWith(`/${OWN_NAME}-init`);
  return isDinit || isThere("/etc/dinit.d/boot", files) ? "dinit" : undefined;
}

function isOpenrc(program: string, files: ConvertFiles): boolean {
  if (!isFolder("/etc/runlevels", files)) return false;
  return program.endsWith("/openrc-init") ||
    linesOf("/etc/inittab", files).some((line) => /\bopenrc\b/.test(line));
}

function hasUnits(files: ConvertFiles): boolean {
  return ["/lib/systemd/system", "/usr/lib/systemd/system"].some((path) => isFolder(path, files));
}

/** The set for a machine. */
export function setOf(files: ConvertFiles): "linux" | "alpine" {
  return isThere("/etc/alpine-release", files) ? "alpine" : "linux";
}
