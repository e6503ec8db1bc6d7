import { detectMachine, MACHINE_NAMES } from "../../../core/conditions/machines.ts";
import { assert, assertEquals } from "../../assert.ts";
import { machine } from "./facts.ts";

const DMI = "/sys/class/dmi/id";

/** Files, and what they make of the machine. */
const MACHINES: readonly (readonly [Readonly<Record<string, string | null>>, string])[] = [
  [{}, "none"],
  [{ "/proc/sys/kernel/osrelease": "5.15.90.1-microsoft-standard-WSL2" }, "container wsl"],
  [{ "/proc/vz": null }, "container openvz"],
  [{ "/proc/vz": null, "/proc/bc": null }, "none"],
  [{ "/proc/1/environ": "container=lxc\0HOME=/\0" }, "container lxc"],
  [{ "/run/systemd/container": "systemd-nspawn" }, "container systemd-nspawn"],
  [{ "/run/systemd/container": "something-new" }, "container container-other"],
  [{ "/run/systemd/container": "oci", "/.dockerenv": "" }, "container docker"],
  [{ "/run/systemd/container": "oci" }, "container container-other"],
  [{ "/run/.containerenv": "", "/.dockerenv": "" }, "container podman"],
  [{ "/.dockerenv": "", [`${DMI}/sys_vendor`]: "QEMU" }, "container docker"],
  [{ [`${DMI}/product_name`]: "KVM Virtual Machine" }, "vm kvm"],
  [{ [`${DMI}/bios_vendor`]: "innotek GmbH\n" }, "vm oracle"],
  [{ [`${DMI}/sys_vendor`]: "Amazon EC2" }, "vm amazon"],
  [
    {
      [`${DMI}/sys_vendor`]: "Microsoft Corporation\n",
      [`${DMI}/product_name`]: "Virtual Machine\n",
    },
    "vm microsoft",
  ],
  [{ [`${DMI}/sys_vendor`]: "Microsoft Corporation", [`${DMI}/product_name`]: "Surface" }, "none"],
  [{ "/proc/xen": null }, "vm xen"],
  [{ "/proc/xen": null, "/proc/xen/capabilities": "control_d\n" }, "none"],
  [{ "/sys/hypervisor/type": "xen\n" }, "vm xen"],
  [{ "/proc/device-tree/hypervisor/compatible": "linux,kvm\0" }, "vm kvm"],
  [{ "/proc/device-tree/fw-cfg": null }, "vm qemu"],
  [{ "/proc/device-tree/compatible": "qemu,pseries\0" }, "vm qemu"],
  [{ "/proc/cpuinfo": "flags\t: fpu hypervisor\n" }, "vm vm-other"],
  [{ "/proc/cpuinfo": "model name\t: hypervisor\nflags\t: fpu\n" }, "none"],
];

for (const [files, expected] of MACHINES) {
  Deno.test(`detectMachine() takes ${JSON.stringify(files)} for ${expected}`, () => {
    const found = detectMachine(machine({ files }));
    assertEquals(found.kind === "none" ? "none" : `${found.kind} ${found.name}`, expected);
    assert(found.kind === "none" || MACHINE_NAMES.includes(found.name));
  });
}
