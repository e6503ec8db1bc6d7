/** Kernel parameters, modules and temporary files that the machine's folders ask for. */
import { type ConvertFiles, namesIn } from "../convert/mod.ts";
import { isThere, linesOf } from "./machine_files.ts";
import { item, type PlanItem } from "./plan.ts";

export function planKernelSettings(files: ConvertFiles): readonly PlanItem[] {
  return [
    ...confFiles(["/etc/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d"], files, "/etc/sysctl.conf")
      .map((path) => item("sysctl", path, "set", "the set applies it", "sysctl")),
    ...confFiles(["/etc/modules-load.d", "/usr/lib/modules-load.d"], files, "/etc/modules")
      .map((path) => item("modules", path, "set", "the set loads what it names", "modules")),
    ...temporaryFiles(files),
  ];
}

/** Files with lines that count; of the same name that of the first folder. */
function confFiles(
  folders: readonly string[],
  files: ConvertFiles,
  own: string,
): readonly string[] {
  const found = new Map<string, string>();
  for (const folder of folders) {
    for (const name of namesIn(folder, files)) {
      if (name.endsWith(".conf") && !found.has(name)) found.set(name, `${folder}/${name}`);
    }
  }
  return [...found.values(), own].filter((path) => linesOf(path, files).length > 0).sort();
}

const TMPFILES_PROGRAMS = ["systemd-tmpfiles", "systemd-tmpfiles.standalone", "opentmpfiles"];

function temporaryFiles(files: ConvertFiles): readonly PlanItem[] {
  const asking = confFiles(["/etc/tmpfiles.d", "/usr/lib/tmpfiles.d"], files, "/etc/tmpfiles.conf");
  if (asking.length === 0) return [];
  const program = ["/bin", "/usr/bin", "/sbin", "/usr/sbin"]
    .flatMap((folder) => TMPFILES_PROGRAMS.map((name) => `${folder}/${name}`))
    .find((path) => isThere(path, files));
  const name = `${asking.length} ${asking.length === 1 ? "file" : "files"} of tmpfiles.d`;
  return [
    program === undefined
      ? item("tmpfiles", name, "by-hand", "install systemd-standalone-tmpfiles", "temporary-files")
      : item("tmpfiles", name, "set", `the set has ${program} see to them`, "temporary-files"),
  ];
}
