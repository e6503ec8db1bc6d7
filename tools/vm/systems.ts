/** The demonstration systems: what each needs on this host, and what its machine starts from. */
import { alpineFiles, findAlpineTarball } from "./images/alpine_image.ts";
import { busyboxImage, missingBusybox } from "./images/busybox_image.ts";
import { debianBase, missingDebianTool } from "./images/debian_base.ts";
import { debianFiles } from "./images/debian_image.ts";
import { cachedDisk, missingDiskTool } from "./images/disk_image.ts";
import type { Missing } from "./host_program.ts";
import { cachedImage } from "./images/image_cache.ts";
import { allModules, type Kernel, kernelModules } from "./kernel.ts";
import { learnHostKey, sshPublicKey } from "./ssh_access.ts";

/** A system that has been built. */
export type Medium =
  | { readonly kind: "memory"; readonly initramfs: string }
  | {
    readonly kind: "disk";
    /** Raw image, shared by all machines of the system: never to be written to. */
    readonly image: string;
    /** Whether sshd runs on it and knows our key. */
    readonly hasSsh: boolean;
  };

/** What a system is made of. */
export interface Ingredients {
  readonly kernel: Kernel;
  /** Our compiled program, normally dist/dinit. */
  readonly executable: string;
}

/** Names on the command line. */
export const SYSTEM_NAMES = ["busybox", "debian", "alpine"] as const;
export type SystemName = typeof SYSTEM_NAMES[number];

/**
 * What this host lacks to make the system; undefined when all seems to be there.
 *
 * @param tarball Alpine's, as for {@linkcode findAlpineTarball}.
 */
export function missingFor(system: SystemName, tarball?: string): Missing | undefined {
  switch (system) {
    case "busybox":
      return missingBusybox();
    case "debian":
      return missingDebianTool() ?? missingDiskTool();
    case "alpine": {
      const found = findAlpineTarball(tarball);
      return typeof found === "string" ? missingDiskTool() : found;
    }
  }
}

/** busybox and the service set linux-minimal, in memory. */
export async function makeBusybox(ingredients: Ingredients): Promise<Medium | Missing> {
  const { kernel, executable } = ingredients;
  const files = busyboxImage({ executable, extraFiles: kernelModules(kernel), enabled: [] });
  if ("kind" in files) return files;
  return { kind: "memory", initramfs: await cachedImage("busybox", files) };
}

/**
 * Debian with the service set linux.
 *
 * @throws {Error} When a program that builds it fails.
 */
export async function makeDebian({ kernel, executable }: Ingredients): Promise<Medium | Missing> {
  const missing = missingFor("debian");
  if (missing !== undefined) return missing;
  const tarball = await debianBase();
  const publicKey = sshPublicKey();
  const modules = allModules(kernel, "/usr/lib/modules");
  const files = debianFiles({ executable, modules, publicKey });
  const image = await cachedDisk({ name: "debian", tarball, files, sizeMiB: 2048 });
  learnHostKey(tarball);
  return { kind: "disk", image, hasSsh: publicKey !== "" };
}

/**
 * Alpine with the service set alpine.
 *
 * @param tarball As for {@linkcode findAlpineTarball}.
 * @throws {Error} When a program that builds it fails.
 */
export async function makeAlpine(
  { kernel, executable }: Ingredients,
  tarball: string | undefined,
): Promise<Medium | Missing> {
  const missing = missingFor("alpine", tarball);
  if (missing !== undefined) return missing;
  const found = findAlpineTarball(tarball);
  if (typeof found !== "string") return found;
  const modules = allModules(kernel, "/lib/modules");
  const files = alpineFiles({ executable, tarball: found, modules });
  const image = await cachedDisk({ name: "alpine", tarball: found, files, sizeMiB: 1024 });
  return { kind: "disk", image, hasSsh: false };
}
