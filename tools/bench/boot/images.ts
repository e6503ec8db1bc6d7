/**
 * The Debian machine on a disk under each init: the same packages, kernel, modules and settings,
 * with the init and its services on top, as Debian gives them or, under ours, the set linux.
 */
import { type DebianInit, debianUnder } from "../../vm/images/debian_base.ts";
import { machineFiles } from "../../vm/images/debian_image.ts";
import { cachedDisk } from "../../vm/images/disk_image.ts";
import { text, withParents } from "../../vm/images/image_file.ts";
import { allModules, type Kernel } from "../../vm/kernel.ts";
import { makeDebian } from "../../vm/systems.ts";

/** An init that is process 1 of a machine. */
export type MeasuredInit = "ours" | DebianInit;

/** One that asks for a name on the serial port; by default init's table has that in a comment. */
const INITTAB = `id:2:initdefault:
si::sysinit:/etc/init.d/rcS
l0:0:wait:/etc/init.d/rc 0
l2:2:wait:/etc/init.d/rc 2
l6:6:wait:/etc/init.d/rc 6
1:2345:respawn:/sbin/agetty --noclear tty1
T0:2345:respawn:/sbin/agetty -L ttyS0 115200 vt220
`;

/** What a disk is made of. */
export interface BootIngredients {
  readonly kernel: Kernel;
  /** Our compiled program. */
  readonly executable: string;
}

/**
 * Builds the disk, or finds it built.
 *
 * @returns Path of the image, which is shared.
 * @throws {Error} A program that builds it is missing or fails.
 */
export async function bootDisk(
  init: MeasuredInit,
  { kernel, executable }: BootIngredients,
): Promise<string> {
  if (init === "ours") {
    const medium = await makeDebian({ kernel, executable });
    if (medium.kind === "disk") return medium.image;
    throw new Error(medium.kind === "missing" ? medium.message : "The Debian machine has no disk");
  }
  const tarball = await debianUnder(init);
  const modules = allModules(kernel, "/usr/lib/modules");
  const files = withParents([
    ...machineFiles({ modules, publicKey: "" }),
    ...init === "sysvinit" ? [text("/etc/inittab", INITTAB)] : [],
  ]);
  return await cachedDisk({ name: `debian-${init}`, tarball, files, sizeMiB: 2048 });
}
