/**
 * What kind of machine, or container, this is: decided by what the kernel shows of it in files.
 *
 * The order is that of systemd-detect-virt(1): a container first, since what is below it is not the
 * services' business; then a machine's vendor by DMI, the hypervisor's own files, the device tree,
 * and last the flag that x86 processors have in any virtual machine.
 */

/** Asks for files. */
export interface MachineFiles {
  /** The text of a file, without what is after the first 64 KiB; undefined: it cannot be read. */
  read(path: string): string | undefined;
  exists(path: string): boolean;
}

export type Machine =
  | { readonly kind: "none" }
  | { readonly kind: "vm" | "container"; readonly name: string };

const CONTAINERS = [
  "docker",
  "podman",
  "lxc",
  "lxc-libvirt",
  "systemd-nspawn",
  "openvz",
  "wsl",
  "proot",
  "pouch",
  "rkt",
  "container-other",
];

const MACHINES = [
  "qemu",
  "kvm",
  "amazon",
  "vmware",
  "oracle",
  "microsoft",
  "google",
  "xen",
  "bochs",
  "parallels",
  "bhyve",
  "apple",
  "acrn",
  "vm-other",
];

/** Names of containers and machines. */
export const MACHINE_NAMES: readonly string[] = [...CONTAINERS, ...MACHINES];

/** Beginnings of vendors and products in DMI. Source: systemd's detect-virt, dmi_vendor_table. */
const DMI_VENDORS: readonly (readonly [beginning: string, name: string])[] = [
  ["KVM", "kvm"],
  ["OpenStack", "kvm"],
  ["KubeVirt", "kvm"],
  ["Amazon EC2", "amazon"],
  ["QEMU", "qemu"],
  ["VMware", "vmware"],
  ["VMW", "vmware"],
  ["innotek GmbH", "oracle"],
  ["VirtualBox", "oracle"],
  ["Oracle Corporation", "oracle"],
  ["Xen", "xen"],
  ["Bochs", "bochs"],
  ["Parallels", "parallels"],
  ["BHYVE", "bhyve"],
  ["Hyper-V", "microsoft"],
  ["Apple Virtualization", "apple"],
  ["Google Compute Engine", "google"],
];

const DMI_FILES = [
  "/sys/class/dmi/id/product_name",
  "/sys/class/dmi/id/sys_vendor",
  "/sys/class/dmi/id/board_vendor",
  "/sys/class/dmi/id/bios_vendor",
  "/sys/class/dmi/id/product_version",
];

/** The container that it is, or the virtual machine, or neither. */
export function detectMachine(files: MachineFiles): Machine {
  const container = detectContainer(files);
  if (container !== undefined) return { kind: "container", name: container };
  const machine = detectHypervisor(files);
  return machine === undefined ? { kind: "none" } : { kind: "vm", name: machine };
}

/** Sources: systemd's container interface; podman's and Docker's own files. */
function detectContainer(files: MachineFiles): string | undefined {
  const release = files.read("/proc/sys/kernel/osrelease") ?? "";
  if (/microsoft|wsl/i.test(release)) return "wsl";
  if (files.exists("/proc/vz") && !files.exists("/proc/bc")) return "openvz";
  const told = environmentOfFirst(files) ?? files.read("/run/systemd/container")?.trim();
  if (told !== undefined && told !== "") return containerName(told, files);
  if (files.exists("/run/.containerenv")) return "podman";
  if (files.exists("/.dockerenv")) return "docker";
  return undefined;
}

function environmentOfFirst(files: MachineFiles): string | undefined {
  const variables = files.read("/proc/1/environ")?.split("\0") ?? [];
  return variables.find((variable) => variable.startsWith("container="))?.slice(10);
}

function containerName(told: string, files: MachineFiles): string {
  if (told !== "oci") return CONTAINERS.includes(told) ? told : "container-other";
  if (files.exists("/run/.containerenv")) return "podman";
  return files.exists("/.dockerenv") ? "docker" : "container-other";
}

function detectHypervisor(files: MachineFiles): string | undefined {
  const dmi = DMI_FILES.map((path) => files.read(path)?.trim() ?? "");
  const vendor = DMI_VENDORS.find(([beginning]) => dmi.some((text) => text.startsWith(beginning)));
  const isMicrosoft = dmi[1] === "Microsoft Corporation" && dmi[0] === "Virtual Machine";
  // The first domain of Xen is the machine itself.
  if (files.exists("/proc/xen") || files.read("/sys/hypervisor/type")?.trim() === "xen") {
    const isControl = files.read("/proc/xen/capabilities")?.includes("control_d") === true;
    return isControl ? undefined : "xen";
  }
  if (isMicrosoft) return "microsoft";
  if (vendor !== undefined) return vendor[1];
  const hypervisor = files.read("/proc/device-tree/hypervisor/compatible") ?? "";
  if (hypervisor.includes("linux,kvm")) return "kvm";
  if (hypervisor.includes("xen")) return "xen";
  if (hypervisor.includes("vmware")) return "vmware";
  if (files.exists("/proc/device-tree/fw-cfg") || isQemuTree(files)) return "qemu";
  // Intel's and AMD's manuals keep this bit of CPUID 1, ECX for hypervisors.
  const flags = /^flags\s*:.*\bhypervisor\b/m.test(files.read("/proc/cpuinfo") ?? "");
  return flags ? "vm-other" : undefined;
}

function isQemuTree(files: MachineFiles): boolean {
  return (files.read("/proc/device-tree/compatible") ?? "").includes("qemu,");
}

/** Whether users here are others outside: the map is not the one of the machine itself. */
export function hasPrivateUsers({ read }: Pick<MachineFiles, "read">): boolean {
  const map = read("/proc/self/uid_map");
  if (map === undefined || map.trim() === "") return false;
  return map.trim().split(/\s+/).join(" ") !== "0 0 4294967295";
}
