/**
 * Units that need no conversion: what our sets do in their place, what is not needed without
 * systemd, and what a person has to see to. Those that other units name (`specialUnits`) are known
 * to the converter already; these are the ones that nothing names.
 */
import type { Standing } from "../plan.ts";

export interface UnitRow {
  readonly standing: Exclude<Standing, "converted">;
  /** The set's service. */
  readonly service?: string;
  /** A sentence without its end. */
  readonly why: string;
}

function bySet(service: string, why = `the set's ${service} does it`): UnitRow {
  return { standing: "set", service, why };
}

function notNeeded(why: string): UnitRow {
  return { standing: "not-needed", why };
}

function byHand(why: string): UnitRow {
  return { standing: "by-hand", why };
}

const OF_SYSTEMD = "it is for systemd's own running";
const ASKS = "nothing asks for passwords while the machine starts";

/** By name, or by a pattern of names. */
const ROWS: readonly (readonly [name: string | RegExp, row: UnitRow])[] = [
  ["ssh.service", bySet("sshd")],
  ["sshd.service", bySet("sshd")],
  ["cron.service", bySet("cron")],
  ["crond.service", bySet("cron")],
  ["rsyslog.service", bySet("syslogd")],
  ["syslog-ng.service", bySet("syslogd")],
  ["networking.service", bySet("network")],
  [/^ifup@.*\.service$/, bySet("network")],
  ["ifupdown-pre.service", notNeeded("the set's network waits for the devices")],
  ["fstrim.timer", bySet("fstrim")],
  ["keyboard-setup.service", bySet("keyboard")],
  ["console-setup.service", bySet("keyboard")],
  ["kmod-static-nodes.service", bySet("devices")],
  ["udev.service", bySet("devices")],
  ["hwclock.service", bySet("clock")],
  [/^(serial-|console-|container-)?getty@.*\.service$/, bySet("login")],
  ["getty-static.service", bySet("login")],
  ["console-getty.service", bySet("login")],
  ["systemd-logind.service", byHand("install elogind or seatd: see docs/desktops.md")],
  ["systemd-networkd.socket", notNeeded("the kernel's changes reach systemd-networkd without it")],
  [
    /^systemd-journal-?.*\.(service|socket)$/,
    notNeeded("services keep their own output: dinit ctl catlog"),
  ],
  [/^systemd-journald.*$/, notNeeded("services keep their own output: dinit ctl catlog")],
  [/^systemd-ask-password-.*$/, notNeeded(ASKS)],
  [/^systemd-update-(utmp|done)(-.*)?\.service$/, notNeeded(OF_SYSTEMD)],
  [
    /^systemd-(boot|pcr|tpm2|repart|growfs|firstboot|hibernate|battery|creds|ac-power)-?.*$/,
    notNeeded(OF_SYSTEMD),
  ],
  [
    /^systemd-(hwdb-update|binfmt|vconsole-setup|quotacheck|pstore|sysext|confext)\.(service|socket)$/,
    notNeeded("the set does without it"),
  ],
  [
    /^systemd-(initctl|coredump|oomd|userdbd|homed|machined|portabled|rfkill|udevd).*\.(service|socket)$/,
    notNeeded(OF_SYSTEMD),
  ],
  [/^systemd-fsck.*\.service$/, bySet("fsck")],
  ["ldconfig.service", notNeeded(OF_SYSTEMD)],
  [/^modprobe@.*\.service$/, notNeeded("the kernel loads it when it is asked for")],
  [
    "e2scrub_reap.service",
    notNeeded("it clears away what a killed e2scrub left, which dpkg's cron job does too"),
  ],
  ["proc-sys-fs-binfmt_misc.automount", notNeeded("what needs it mounts it")],
  [
    /^(dev-hugepages|dev-mqueue|sys-kernel-debug|sys-kernel-tracing|sys-kernel-config|sys-fs-fuse-connections|run-lock|run-rpc_pipefs)\.mount$/,
    bySet("pseudo-fs", "the set mounts what the kernel has"),
  ],
  ["tmp.mount", byHand("name it in /etc/fstab: tmpfs /tmp tmpfs mode=1777,nosuid,nodev 0 0")],
  ["apt-daily.timer", notNeeded("cron does it, by /etc/cron.daily/apt-compat")],
  ["apt-daily-upgrade.timer", notNeeded("cron does it, by /etc/cron.daily/apt-compat")],
  ["dpkg-db-backup.timer", notNeeded("cron does it, by /etc/cron.daily/dpkg")],
  ["user@.service", byHand("a user's manager is dinit --user, started at login")],
  [
    /^user(-runtime-dir)?@.*\.service$/,
    byHand("a user's manager is dinit --user, started at login"),
  ],
  ["systemd-user-sessions.service", notNeeded("users may log in as soon as there are prompts")],
  ["cloud-init.target", byHand("its steps want systemd's generator; ask your provider")],
];

/** Units of systemd's that work without it as process 1. */
const ALONE: ReadonlySet<string> = new Set([
  "systemd-networkd.service",
  "systemd-networkd-wait-online.service",
  "systemd-resolved.service",
  "systemd-timesyncd.service",
  "systemd-tmpfiles-clean.timer",
]);

/** @returns undefined: nothing is known of it. */
export function unitRow(full: string): UnitRow | undefined {
  return ROWS.find(([name]) => typeof name === "string" ? name === full : name.test(full))?.[1];
}

/** What becomes of a part of systemd of which nothing else is known; undefined: it is none. */
export function partOfSystemd(full: string): UnitRow | undefined {
  if (!full.startsWith("systemd-") || ALONE.has(full)) return undefined;
  return byHand("it is a part of systemd, and nothing here does the same");
}
