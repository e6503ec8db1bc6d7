/**
 * What the demonstration machine `debian` has on top of Debian's packages: our executable, the
 * service set linux, the kernel's modules, and the few files that make it a machine of its own.
 */
import { directory, type ImageFile, link, text, withParents } from "./image_file.ts";
import { programFiles } from "../program_files.ts";
import { ROOT_PASSWORD } from "../root_password.ts";
import { serviceSet } from "../service_set.ts";

/** What goes into the machine besides the fixed part. */
export interface DebianImageOptions {
  /** Our compiled program, normally dist/dinit. */
  readonly executable: string;
  /** The kernel's modules, below /usr/lib: /lib is a link. */
  readonly modules: readonly ImageFile[];
  /** A line for root's authorized_keys. */
  readonly publicKey: string;
}

/** Lists the files; directories come before what is in them. */
export function debianFiles(options: DebianImageOptions): ImageFile[] {
  return withParents([
    ...programFiles(options.executable, "/usr/sbin"),
    ...serviceSet("linux"),
    ...machineFiles(options),
    text("/etc/issue", `Debian under dinit, \\n \\l (user root, password ${ROOT_PASSWORD})\n\n`),
    text("/etc/motd", "Try: dinitctl list, dinitctl status sshd, dinitctl shutdown\n"),
  ]);
}

/** What the machine has under any init. */
export function machineFiles(
  { modules, publicKey }: Pick<DebianImageOptions, "modules" | "publicKey">,
): readonly ImageFile[] {
  return [
    ...modules,
    text("/etc/fstab", "/dev/nvme0n1  /  ext4  errors=remount-ro  0  1\n"),
    text("/etc/hostname", "debian\n"),
    text("/etc/hosts", "127.0.0.1 localhost\n127.0.1.1 debian\n"),
    // The DHCP client writes it.
    text("/etc/resolv.conf", ""),
    text("/etc/network/interfaces", "auto lo eth0\niface lo inet loopback\niface eth0 inet dhcp\n"),
    // Masks the rule that names interfaces after their place on the bus. README.Debian of udev
    link("/etc/systemd/network/99-default.link", "/dev/null"),
    text("/etc/cron.d/minute", "* * * * *  root  logger -t cron-demo the minute is full\n"),
    directory("/root", 0o700),
    directory("/root/.ssh", 0o700),
    text("/root/.ssh/authorized_keys", publicKey, 0o600),
    // Everybody knows the password.
    text("/etc/ssh/sshd_config.d/key-only.conf", "PasswordAuthentication no\n"),
  ];
}
