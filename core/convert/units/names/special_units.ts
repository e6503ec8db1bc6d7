/**
 * Units that systemd has built in or ships, and what does their work in our sets of services.
 *
 * Source: systemd.special(7); docs/services.md.
 */

/** Not a service of ours: the order or need it stands for is there without it. */
export const NOTHING = "";

/** By name of the unit. */
const SPECIAL: ReadonlyMap<string, string> = new Map(Object.entries({
  "basic.target": "early",
  "sysinit.target": "early",
  "local-fs.target": "local-fs",
  "local-fs-pre.target": NOTHING,
  "remote-fs.target": "remote-fs",
  "remote-fs-pre.target": "network",
  "time-sync.target": "time-sync",
  "time-set.target": "clock",
  "network.target": "network",
  "network-online.target": "network-online",
  "network-pre.target": NOTHING,
  "nss-lookup.target": "nss-lookup",
  "nss-user-lookup.target": NOTHING,
  "rpcbind.target": "rpcbind",
  "multi-user.target": "boot",
  "graphical.target": "boot",
  "default.target": "boot",
  "getty.target": "login",
  "getty-pre.target": NOTHING,
  "swap.target": "swap",
  "syslog.target": "system-log",
  "syslog.socket": "system-log",
  "sockets.target": NOTHING,
  "timers.target": NOTHING,
  "paths.target": NOTHING,
  "slices.target": NOTHING,
  "machines.target": NOTHING,
  "cryptsetup.target": "volumes",
  "cryptsetup-pre.target": NOTHING,
  "veritysetup.target": NOTHING,
  "veritysetup-pre.target": NOTHING,
  "first-boot-complete.target": NOTHING,
  "shutdown.target": NOTHING,
  "umount.target": NOTHING,
  "final.target": NOTHING,
  "reboot.target": NOTHING,
  "poweroff.target": NOTHING,
  "halt.target": NOTHING,
  "kexec.target": NOTHING,
  "exit.target": NOTHING,
  "rescue.target": "single",
  "emergency.target": NOTHING,
  "initrd-switch-root.target": NOTHING,
  "initrd-root-fs.target": NOTHING,
  "initrd-root-device.target": NOTHING,
  "initrd-fs.target": NOTHING,
  "initrd-usr-fs.target": NOTHING,
  "initrd.target": NOTHING,
  "display-manager.service": "display-manager",
  "systemd-journald.service": "system-log",
  "systemd-journald.socket": "system-log",
  "systemd-journald-dev-log.socket": "system-log",
  "systemd-journald-audit.socket": NOTHING,
  "systemd-journal-flush.service": NOTHING,
  "systemd-udevd.service": "devices",
  "systemd-udevd-kernel.socket": "devices",
  "systemd-udevd-control.socket": "devices",
  "systemd-udev-trigger.service": "devices",
  "systemd-udev-settle.service": "devices",
  "systemd-tmpfiles-setup.service": "temporary-files",
  "systemd-tmpfiles-setup-dev.service": "devices",
  "systemd-modules-load.service": "modules",
  "systemd-sysctl.service": "sysctl",
  "systemd-remount-fs.service": "root-rw",
  "systemd-fsck-root.service": "fsck-root",
  "systemd-random-seed.service": "random-seed",
  "systemd-sysusers.service": NOTHING,
  "systemd-firstboot.service": NOTHING,
  "systemd-machine-id-commit.service": NOTHING,
  "systemd-user-sessions.service": NOTHING,
  "systemd-logind.service": "elogind",
  "plymouth-quit.service": NOTHING,
  "plymouth-quit-wait.service": NOTHING,
  "plymouth-start.service": NOTHING,
  "rc-local.service": NOTHING,
}));

/** @returns undefined when the unit is none of systemd's own. */
export function specialUnit(full: string): string | undefined {
  return SPECIAL.get(full);
}

/** Targets that only say before what a unit comes: the service of our sets that they are before. */
const FOLLOWERS: ReadonlyMap<string, string> = new Map(Object.entries({
  "local-fs-pre.target": "fsck",
  "network-pre.target": "network",
  "remote-fs-pre.target": "remote-fs",
}));

/**
 * Targets before which nothing can come here: the clock is read before anything can be written, and
 * those that come before this one write.
 */
export const ONLY_AFTER: ReadonlySet<string> = new Set(["time-set.target"]);

/** What comes after this target, for a unit that comes before it; undefined: the target itself. */
export function followerOf(full: string): string | undefined {
  return FOLLOWERS.get(full);
}

/** Milestones of our sets that have a folder for what is switched on in them, as boot has. */
export const WITH_FOLDER: ReadonlySet<string> = new Set(["early", "network-online", "time-sync"]);

/** What has to be up before `early` is, in our sets. */
export const BEFORE_EARLY: ReadonlySet<string> = new Set([
  ...["pseudo-fs", "modules", "devices", "clock", "fsck-root", "root-rw", "fsck", "local-fs"],
  ...["swap", "random-seed", "hostname", "loopback", "keyboard", "sysctl", "temporary-files"],
  ...["volumes", "early"],
]);

/** All of them, for the table in the docs. */
export function specialUnits(): ReadonlyMap<string, string> {
  return SPECIAL;
}
