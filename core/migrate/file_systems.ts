/** What /etc/fstab and /etc/crypttab have the machine mount. Source: fstab(5), crypttab(5). */
import type { ConvertFiles } from "../convert/mod.ts";
import { linesOf } from "./machine_files.ts";
import { item, type PlanItem } from "./plan.ts";

/** As the set's script has them. */
const NETWORK_TYPES: ReadonlySet<string> = new Set([
  ...["nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "ceph", "glusterfs", "9p"],
  ...["fuse.sshfs", "fuse.glusterfs"],
]);

const FSTAB = "file-system";

export function planFileSystems(files: ConvertFiles): readonly PlanItem[] {
  const mounts = linesOf("/etc/fstab", files).map((line) => line.split(/\s+/)).map(fstabItem);
  const volumes = linesOf("/etc/crypttab", files).map((line) => line.split(/\s+/)[0] ?? "").map(
    (name) =>
      item(
        "volume",
        name,
        "by-hand",
        "the initramfs opens what the root is on; others want a service of their own: " +
          "docs/services.md, encrypted disks",
      ),
  );
  return [...mounts, ...volumes];
}

function fstabItem(
  [source = "", target = "", type = "", options = ""]: readonly string[],
): PlanItem {
  const words = options.split(",");
  if (type === "swap") return item("swap", source, "set", "the set turns it on", "swap");
  if (words.some((word) => word.startsWith("x-systemd.automount"))) {
    return item(
      FSTAB,
      target,
      "by-hand",
      "nothing here mounts on demand; without noauto it is mounted at boot",
    );
  }
  const requires = words.find((word) => /^x-systemd\.(requires|after|before)/.test(word));
  if (requires !== undefined) {
    return item(
      FSTAB,
      target,
      "by-hand",
      `${requires}: mounts of the set wait for no service`,
      "local-fs",
    );
  }
  if (words.includes("noauto")) return item(FSTAB, target, "not-needed", "it says noauto");
  if (target === "/") {
    return item(FSTAB, target, "set", "the set checks and remounts it", "root-rw");
  }
  return NETWORK_TYPES.has(type) || words.includes("_netdev")
    ? item(FSTAB, target, "set", "the set mounts it when the network is up", "remote-fs")
    : item(FSTAB, target, "set", "the set checks and mounts it", "local-fs");
}
