/**
 * The oldest kernel that is supported and a newer one than that of the machine at hand, each with
 * the C library of its Debian release: our executable as process 1, from nothing until the power is
 * off.
 */
import { kernelFiles, RELEASES, rootFiles } from "../debian_releases.ts";
import { assertEquals, assertIncludes, assertMatch } from "../assert.ts";
import { debianNeeds, unpackDebianFiles } from "../debian_files.ts";
import { withFolder } from "../folder.ts";
import { testNeeding } from "../skip.ts";
import { copy, type ImageFile } from "../../tools/vm/images/image_file.ts";
import { qemuVersion } from "../../tools/vm/qemu.ts";
import { sharedLibraries } from "../../tools/vm/shared_libraries.ts";
import { debianKernel } from "./machines/debian_kernel.ts";
import { EXECUTABLE, machineNeeds, startBusyboxMachine } from "./machines/busybox_machine.ts";
import { listRun, systemVersions } from "./machines/platform_list.ts";

const LIBRARIES = "lib/x86_64-linux-gnu";

/** What the executable needs of the C library, at the places of the machine at hand. */
function librariesOf(root: string): ImageFile[] {
  return sharedLibraries(EXECUTABLE).map((path) =>
    copy(path, `${root}/${LIBRARIES}/${path.slice(path.lastIndexOf("/") + 1)}`)
  );
}

for (const { suite, cLibrary, kernel } of RELEASES) {
  const root = rootFiles(suite, "amd64");
  const needs = [
    ...machineNeeds(),
    ...await debianNeeds(kernelFiles(suite, "amd64")),
    ...await debianNeeds(root),
  ];
  testNeeding(
    `the kernel of Debian's ${suite}, with its glibc ${cLibrary}, boots and powers off`,
    needs,
    () =>
      withFolder(async (folder) => {
        await using machine = await startBusyboxMachine(`kernel-${suite}`, {
          kernel: await debianKernel(suite, "amd64", folder),
          enabled: ["steady"],
          extraFiles: librariesOf(await unpackDebianFiles(root, `${folder}/root`)),
        });
        await machine.logIn("root", "dinit");
        const { console: { text } } = machine;
        assertMatch(text, /\[ {2}OK {2}\] boot\b/);
        assertEquals(text.match(/^dinit: .*/gm), null, "There is nothing to report");
        assertMatch((await machine.shell("uname -r")).output, kernel);
        const library = await machine.shell(`/${LIBRARIES}/libc.so.6`);
        assertIncludes(library.output, `stable release version ${cLibrary}`);

        const short = await machine.shell("dinitctl list | cat");
        assertMatch(short.output, /^\[\[\+\] {5}\] boot$/m);
        const full = await machine.shell("DINIT_CLIENT=full dinitctl list | cat");
        assertEquals(full.output, short.output);
        // A process that was killed is replaced.
        const again = await machine.shell(
          "was=$(pidof -s sleep); kill -9 $was; dinitctl wait steady && " +
            "until dinitctl status steady | grep -q 'Process ID: [0-9]'; do :; done; " +
            "dinitctl restart steady",
        );
        assertEquals(again.status, 0, again.output);
        const versions = await systemVersions(machine, `/${LIBRARIES}`);
        await machine.send("poweroff");
        assertEquals(await machine.ended(), "guest-shutdown");
        assertMatch(machine.console.text, /\[STOPPD\] steady[^]*Unmounting[^]*reboot: Power down/);
        await listRun({
          id: `${suite} on x86-64`,
          system: `Debian ${suite}`,
          processor: "x86-64",
          ...versions,
          machine: `QEMU ${qemuVersion()}, emulated`,
          ran: [
            "boots from nothing to a login prompt on the serial port",
            "lets a user log in",
            "answers clients that are only a pipe, and those that do all themselves",
            "starts a service again whose process was killed",
            "powers off in order",
          ],
        });
      }),
  );
}
