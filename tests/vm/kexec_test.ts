/** The end that is a beginning: another kernel is entered without the firmware. */
import { assertEquals, assertIncludes, assertMatch } from "../assert.ts";
import { withFolder } from "../folder.ts";
import { hostProgram } from "../../tools/vm/host_program.ts";
import { copy, type ImageFile } from "../../tools/vm/images/image_file.ts";
import { findKernel } from "../../tools/vm/kernel.ts";
import { sharedLibraries } from "../../tools/vm/shared_libraries.ts";
import { testNeeding, tool } from "../skip.ts";
import { busyboxInitramfs, machineNeeds, startBusyboxMachine } from "./machines/busybox_machine.ts";
import { DISK_NEEDS, diskState, makeDisk, readDiskFile } from "./machines/disk.ts";

/** A whole kernel is copied and checked by a processor that is emulated. */
const LOAD_TIMEOUT_MS = 180_000;
const BOOT_TIMEOUT_MS = 180_000;

const KEXEC = hostProgram("kexec");

/** kexec(8) with its libraries, and the kernel that the machine itself runs. */
function kexecFiles(kexec: string): ImageFile[] {
  const kernel = findKernel();
  if ("kind" in kernel) throw new Error(kernel.message);
  return [
    copy("/sbin/kexec", kexec),
    ...sharedLibraries(kexec).map((path) => copy(path, path)),
    copy("/boot/vmlinuz", kernel.path, 0o644),
  ];
}

testNeeding(
  "shutdown -k stops all, lets the disk go and enters the loaded kernel; without one it reboots",
  [...machineNeeds(), ...DISK_NEEDS, tool("kexec (kexec-tools)", KEXEC !== undefined)],
  () =>
    withFolder(async (folder) => {
      const disk = `${folder}/disk`;
      makeDisk(disk, 32);
      // The system that the second kernel boots has neither kexec nor services that use the disk.
      const second = await busyboxInitramfs("test-plain");
      await using machine = await startBusyboxMachine("kexec", {
        enabled: ["writer"],
        extraFiles: kexecFiles(KEXEC ?? ""),
        disks: [disk, second],
      });
      await machine.logIn("root", "dinit");
      const { output: bootId } = await machine.shell("cat /proc/sys/kernel/random/boot_id");
      const loaded = await machine.shell(
        "cat /dev/vdb >/tmp/initramfs && kexec --load /boot/vmlinuz --initrd=/tmp/initramfs " +
          '--command-line="$(cat /proc/cmdline) second"; cat /sys/kernel/kexec_loaded',
        LOAD_TIMEOUT_MS,
      );
      assertMatch(loaded.output, /^1$/m);
      await machine.send("shutdown -k");
      await machine.expect(/\[STOPPD\] early\b/);
      await machine.expect(/Issuing kexec/);

      await machine.logIn("root", "dinit", BOOT_TIMEOUT_MS);
      assertMatch((await machine.shell("cat /proc/cmdline")).output, / second$/);
      const { output: secondBootId } = await machine.shell("cat /proc/sys/kernel/random/boot_id");
      assertEquals(secondBootId === bootId, false, "It is another kernel's run");
      assertMatch((await machine.shell("dinitctl list")).output, /\[\[\+\] {5}\] boot/);
      // What the first run wrote has reached the disk, and its file system was let go.
      assertEquals(diskState(disk), { state: "clean", needsRecovery: false, complaints: "" });
      assertMatch(readDiskFile(disk, "/journal"), /^started\n(running\n)+told to stop\n$/);

      await machine.send("shutdown -k");
      assertEquals(await machine.ended(), "guest-reset");
      assertIncludes(machine.console.text, "Cannot kexec: invalid argument (EINVAL)");
      assertIncludes(machine.console.text, "Rebooting instead");
    }),
);
