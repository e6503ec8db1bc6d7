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

Deno.test("qemuCommand() attaches a root disk, whose changes are forgotten unless kept", () => {
  const { initramfs: _, ...rest } = SETTINGS;
  const drive = (keepsChanges: boolean) =>
    qemuCommand({ ...rest, disks: [], rootDisk: { path: "a,b.ext4", keepsChanges } })
      .find((word) => word.startsWith("file="));
  assertEquals(drive(false), "file=a,,b.ext4,format=raw,if=none,id=root,snapshot=on");
  assertEquals(drive(true), "file=a,,b.ext4,format=raw,if=none,id=root,snapshot=off");
  const command = qemuCommand({ ...rest, rootDisk: { path: "a", keepsChanges: true } });
  assertEquals(command.includes("-initrd"), false);
  assertEquals(command.at(-1), "console=ttyS0 panic=-1 root=/dev/nvme0n1 ro quiet single");
});

Deno.test("qemuCommand() lets a network reach nobody, and be reached by one loopback port", () => {
  const card = (network: MachineSettings["network"]) => {
    const command = qemuCommand({ ...SETTINGS, ...(network === undefined ? {} : { network }) });
    return command[command.indexOf("-nic") + 1];
  };
  assertEquals(card(undefined), "none");
  assertEquals(card({}), "user,model=virtio-net-pci,restrict=on");
  assertEquals(
    card({ sshPort: 2222 }),
    "user,model=virtio-net-pci,restrict=on,hostfwd=tcp:127.0.0.1:2222-:22",
  );
});

Deno.test("qemuCommand() makes the screen the console when there is one", () => {
  const hidden = qemuCommand({ ...SETTINGS, screen: "hidden" });
  assertEquals(hidden.at(-1), "console=ttyS0 console=tty0 panic=-1 quiet single");
  assertEquals(hidden.includes("-display"), true);
  assertEquals(qemuCommand({ ...SETTINGS, screen: "window" }).includes("-display"), false);
});

Deno.test("qemuCommand() emulates a machine of the processor, with its serial port", () => {
  const [program, ...words] = qemuCommand({ ...SETTINGS, processor: "aarch64" });
  assertEquals(program, "qemu-system-aarch64");
  assertEquals(words[words.indexOf("-machine") + 1], "virt");
  assertEquals(words.at(-1), "console=ttyAMA0 panic=-1 quiet single");
});

Deno.test("qemuCommand() counts instructions by the guest's own clock, without threads", () => {
  const command = qemuCommand({ ...SETTINGS, counts: { plugin: "p,q.so", file: "out" } });
  assertEquals(command.includes("tcg,thread=multi"), false);
  assertEquals(command[command.indexOf("-icount") + 1], "shift=1,align=off,sleep=off");
  assertEquals(command[command.indexOf("-plugin") + 1], "p,,q.so,out=out");
});
