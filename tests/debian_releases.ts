/** Debian releases other than the one at hand: an older and a newer C library and kernel. */
import type { DebianFiles } from "./debian_files.ts";

/** A release, and what its parts say of themselves. */
export interface Release {
  readonly suite: string;
  readonly cLibrary: string;
  readonly kernel: RegExp;
}

/** The oldest and the newest that are supported. */
export const RELEASES: readonly Release[] = [
  { suite: "bullseye", cLibrary: "2.31", kernel: /^5\.10\./ },
  { suite: "trixie", cLibrary: "2.41", kernel: /^6\.12\./ },
];

type Architecture = DebianFiles["architecture"];

/** The release's kernel for machines that are emulated. */
export function kernelFiles(suite: string, architecture: Architecture): DebianFiles {
  const packages = [`linux-image-cloud-${architecture}`];
  return { name: "kernel", suite, architecture, packages, kept: "./boot/vmlinuz-*" };
}

/** A small root file system. base-files has the links /bin and /lib of later releases. */
export function rootFiles(suite: string, architecture: Architecture): DebianFiles {
  const packages = ["base-files", "busybox-static", "coreutils", "dash", "libc6", "libgcc-s1"];
  return { name: "root", suite, architecture, packages };
}
