/**
 * Finds the Linux kernel that machines boot, and the few modules they need from it.
 *
 * Debian's cloud kernel has the serial port, NVMe and ext4 built in, but not virtio: a system on an
 * NVMe disk boots by itself, virtio disks and networks need modules.
 */
import { isFile, type Missing } from "./host_program.ts";
import { copy, type ImageFile, text } from "./images/image_file.ts";

/** Modules for a disk; their dependencies come from the kernel's `modules.dep`. */
const WANTED_MODULES = ["virtio_pci", "virtio_blk"];

/** A kernel image of the host. */
export interface Kernel {
  readonly path: string;
  /** `6.1.0-56-cloud-amd64`; undefined when the file's name does not tell. */
  readonly version: string | undefined;
}

/**
 * The kernel to boot: the one that was named, `DINIT_VM_KERNEL`, else the newest cloud kernel of
 * Debian in /boot.
 */
export function findKernel(named?: string): Kernel | Missing {
  const chosen = named ?? Deno.env.get("DINIT_VM_KERNEL") ?? "";
  if (chosen !== "") {
    if (!isFile(chosen)) return missing(`Found no kernel "${chosen}"`);
    return { path: chosen, version: versionOf(chosen) };
  }
  const names = listDirectory("/boot").filter((name) => /^vmlinuz-.*-cloud-amd64$/.test(name));
  const newest = names.sort(byVersion).at(-1);
  if (newest === undefined) {
    return missing(
      "Found no kernel /boot/vmlinuz-*-cloud-amd64. Run: apt-get install linux-image-cloud-amd64 " +
        "(or set DINIT_VM_KERNEL to a kernel with serial port, initramfs, NVMe and ext4 built in)",
    );
  }
  return { path: `/boot/${newest}`, version: versionOf(newest) };
}

/**
 * The modules of a kernel that a machine needs, with a `modules.dep` for modprobe. Empty when the
 * kernel has no module directory: then drivers must be built in.
 *
 * @param more Names of further modules that are wanted.
 */
export function kernelModules(kernel: Kernel, more: readonly string[] = []): ImageFile[] {
  const folder = `/lib/modules/${kernel.version}`;
  if (kernel.version === undefined || !isFile(`${folder}/modules.dep`)) return [];
  const dependencies = new Map<string, readonly string[]>();
  for (const line of Deno.readTextFileSync(`${folder}/modules.dep`).split("\n")) {
    const [file, needs] = line.split(":");
    if (file === undefined || needs === undefined) continue;
    dependencies.set(file, needs.split(" ").filter((name) => name !== ""));
  }
  const kept = new Set<string>();
  for (const [file, needs] of dependencies) {
    const name = file.replace(/^.*\//, "").replace(/\.ko.*$/, "");
    if (!WANTED_MODULES.includes(name) && !more.includes(name)) continue;
    for (const part of [file, ...needs]) kept.add(part);
  }
  const lines = [...kept].map((file) =>
    `${file}: ${dependencies.get(file)?.join(" ") ?? ""}`.trim()
  );
  return [
    text(`${folder}/modules.dep`, lines.join("\n") + "\n"),
    ...[...kept].map((file) => copy(`${folder}/${file}`, `${folder}/${file}`, 0o644)),
  ];
}

/**
 * All modules of a kernel with the indexes of depmod, for a machine with a device manager. Empty
 * when the kernel has no module directory: then drivers must be built in.
 *
 * @param target Folder in the machine: `/lib/modules`, or `/usr/lib/modules` where /lib is a link.
 */
export function allModules(
  kernel: Kernel,
  target: "/lib/modules" | "/usr/lib/modules",
): ImageFile[] {
  const source = `/lib/modules/${kernel.version}`;
  if (kernel.version === undefined || !isFile(`${source}/modules.dep`)) return [];
  const filesBelow = (folder: string): ImageFile[] =>
    [...Deno.readDirSync(`${source}/${folder}`)].flatMap((entry) => {
      const path = `${folder}${entry.name}`;
      if (entry.isDirectory) return filesBelow(`${path}/`);
      // Links lead to the kernel's sources.
      return entry.isFile
        ? [copy(`${target}/${kernel.version}/${path}`, `${source}/${path}`, 0o644)]
        : [];
    });
  return filesBelow("").sort((a, b) => a.path < b.path ? -1 : 1);
}

function versionOf(path: string): string | undefined {
  return /(?:^|\/)vmlinuz-(.+)$/.exec(path)?.[1];
}

/** Compares the runs of digits as numbers, so that -9 comes before -10. */
function byVersion(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

function missing(message: string): Missing {
  return { kind: "missing", message };
}

function listDirectory(path: string): string[] {
  try {
    return [...Deno.readDirSync(path)].map((entry) => entry.name);
  } catch {
    return [];
  }
}
