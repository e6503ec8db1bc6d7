/**
 * The demonstration machine `alpine`: Alpine's "mini root filesystem" with our executable, the
 * service set alpine and, beside Alpine's C library (musl), the one that the executable needs
 * (glibc).
 */
import { copy, type ImageFile, text, withParents } from "./image_file.ts";
import { isFile, type Missing } from "../host_program.ts";
import { programFiles } from "../program_files.ts";
import { ROOT_PASSWORD, ROOT_PASSWORD_HASH } from "../root_password.ts";
import { serviceSet } from "../service_set.ts";
import { sharedLibraries } from "../shared_libraries.ts";

const ENVIRONMENT = "DINIT_VM_ALPINE";

/** What goes into the machine besides the fixed part. */
export interface AlpineImageOptions {
  /** Our compiled program, normally dist/dinit. */
  readonly executable: string;
  /** The tarball, of which root's password is changed. */
  readonly tarball: string;
  /** The kernel's modules, below /lib. */
  readonly modules: readonly ImageFile[];
}

/** Users other than root may open these; without mdev.conf mdev gives all devices to root alone. */
const MDEV_CONF = `null|zero|full|random|urandom|tty|ptmx root:tty 666
tty[0-9]*|ttyS[0-9]*|console root:tty 620
(sd|vd|nvme).* root:disk 660
`;

/**
 * The tarball to use: the one that was named, or else what DINIT_VM_ALPINE names.
 *
 * @param named Path; undefined when none was given.
 */
export function findAlpineTarball(named: string | undefined): string | Missing {
  const path = named ?? Deno.env.get(ENVIRONMENT) ?? "";
  if (isFile(path)) return path;
  const what = path === "" ? "No tarball of Alpine was named" : `Found no file "${path}"`;
  return {
    kind: "missing",
    message: `${what}. Fetch the "mini root filesystem" for x86_64 from ` +
      "https://alpinelinux.org/downloads/ and name it: " +
      `npm run vm -- alpine alpine-minirootfs-3.20.3-x86_64.tar.gz (or set ${ENVIRONMENT})`,
  };
}

/**
 * Lists the files; directories come before what is in them.
 *
 * @throws {Error} When the tarball is not one of Alpine, or a library of the executable is missing.
 */
export function alpineFiles(options: AlpineImageOptions): ImageFile[] {
  return withParents([
    ...programFiles(options.executable, "/sbin"),
    ...sharedLibraries(options.executable).map((path) => copy(path, path)),
    // The minirootfs has no sshd.
    ...serviceSet("alpine", ["boot.d/sshd"]),
    ...options.modules,
    text("/etc/shadow", withRootPassword(fileOfTarball(options.tarball, "./etc/shadow")), 0o640),
    // No check: the minirootfs has no fsck for ext4.
    text("/etc/fstab", "/dev/nvme0n1  /  ext4  defaults  0  0\n"),
    text("/etc/hostname", "alpine\n"),
    text("/etc/hosts", "127.0.0.1 localhost alpine\n"),
    text("/etc/issue", `Alpine under dinit, \\n \\l (user root, password ${ROOT_PASSWORD})\n\n`),
    text("/etc/motd", "Try: dinitctl list, dinitctl status crond, dinitctl shutdown\n"),
    text("/etc/network/interfaces", "auto lo eth0\niface lo inet loopback\niface eth0 inet dhcp\n"),
    text("/etc/mdev.conf", MDEV_CONF),
    text("/etc/crontabs/root", "* * * * * logger -t cron-demo the minute is full\n", 0o600),
  ]);
}

/** Text of one file in the archive. */
function fileOfTarball(tarball: string, path: string): string {
  const { code, stdout, stderr } = new Deno.Command("tar", {
    args: ["--extract", "--to-stdout", "--file", tarball, path],
  }).outputSync();
  if (code !== 0) {
    const complaint = new TextDecoder().decode(stderr).trim();
    throw new Error(`Cannot read "${path}" in "${tarball}": tar says: ${complaint}`);
  }
  return new TextDecoder().decode(stdout);
}

/** The text of /etc/shadow with root's password replaced. */
export function withRootPassword(shadow: string): string {
  // A function, since "$6" in a replacement text has a meaning of its own.
  return shadow.replace(/^root:[^:]*:/m, () => `root:${ROOT_PASSWORD_HASH}:`);
}
