import { assertEquals } from "../../assert.ts";
import { type MachineSettings, qemuCommand } from "../../../tools/vm/qemu.ts";

const SETTINGS: MachineSettings = {
  kernel: "/boot/vmlinuz",
  initramfs: "image.cpio",
  kernelWords: ["quiet", "single"],
  disks: ["a.img", "b.img"],
  serial: "pipe",
  useKvm: false,
};

Deno.test("qemuCommand() emulates unless hardware virtualisation is asked for", () => {
  assertEquals(qemuCommand(SETTINGS).includes("kvm"), false);
  assertEquals(qemuCommand({ ...SETTINGS, useKvm: true }).includes("kvm"), true);
});

Deno.test("qemuCommand() appends the kernel words and names the disks in order", () => {
  const command = qemuCommand(SETTINGS);
  assertEquals(command.at(-1), "console=ttyS0 panic=-1 quiet single");
  assertEquals(command.filter((word) => word.startsWith("file=")), [
    "file=a.img,format=raw,if=virtio",
    "file=b.img,format=raw,if=virtio",
  ]);
});
