/** What is expected of each set of services/ besides that it is free of faults. */
import type { SetName } from "../../tools/services/composition.ts";
import { composedSet } from "./composed_set.ts";
import type { ServiceSet } from "./service_set.ts";

/** One set and its rules. */
export interface ExpectedSet extends ServiceSet {
  readonly name: SetName;
  /** Services that are offered, and that `boot` does not start. */
  readonly offered: readonly string[];
  /** Each waits for the one before it. */
  readonly chains: readonly (readonly string[])[];
  /** The first must not wait for the second. */
  readonly independent: readonly (readonly [string, string])[];
  /** Services after which the root can be written. */
  readonly writable: readonly string[];
  /** Services after which syslog listens. */
  readonly logging: readonly string[];
}

const LINUX_CHAINS = [
  ["pseudo-fs", "modules", "devices", "clock", "fsck-root", "root-rw", "fsck", "local-fs", "early"],
  ["volumes", "fsck"],
  ["local-fs", "swap", "early"],
  ["local-fs", "random-seed", "early", "ssh-host-keys", "sshd"],
  ["local-fs", "temporary-files", "early", "syslogd", "system-log"],
  ["early", "syslogd", "system-log", "network", "remote-fs", "system", "boot"],
  ["loopback", "early", "network", "sshd", "boot"],
  ["system-log", "sshd"],
  ["system-log", "getty@tty1", "login", "boot"],
  ["early", "single"],
];

const LINUX_INDEPENDENT = [
  ["getty@tty1", "network"],
  ["recovery", "pseudo-fs"],
  ["single", "network"],
  ["early", "syslogd"],
] as const;

const EXPECTATIONS: readonly Omit<ExpectedSet, "folder">[] = [
  {
    name: "linux",
    roots: ["boot", "single", "recovery", "klogd", "fstrim"],
    programs: ["/bin/sh", "/usr/sbin/sshd", "/sbin/klogd", "/sbin/fstrim"],
    offered: ["single", "recovery", "klogd", "fstrim"],
    chains: [...LINUX_CHAINS, ["udevd", "modules"], ["udevd", "devices"], ["system-log", "cron"]],
    independent: LINUX_INDEPENDENT,
    writable: ["root-rw"],
    logging: ["system-log"],
  },
  {
    name: "alpine",
    roots: ["boot", "single", "recovery", "ntpd"],
    programs: [
      "/bin/sh",
      "/sbin/klogd",
      "/sbin/mdev",
      "/sbin/syslogd",
      "/usr/sbin/crond",
      "/usr/sbin/ntpd",
      "/usr/sbin/sshd",
    ],
    offered: ["single", "recovery", "ntpd"],
    chains: [
      ...LINUX_CHAINS,
      ["mdev", "devices"],
      ["system-log", "klogd", "boot"],
      ["system-log", "crond", "getty@ttyS0"],
    ],
    independent: LINUX_INDEPENDENT,
    writable: ["root-rw"],
    logging: ["system-log"],
  },
  {
    name: "freebsd",
    roots: ["boot", "single", "recovery"],
    programs: ["/bin/sh", "/sbin/devd", "/usr/sbin/cron", "/usr/sbin/sshd", "/usr/sbin/syslogd"],
    offered: ["single", "recovery"],
    chains: [
      ["disks", "fsck", "root-rw", "local-fs", "base", "early", "syslogd", "system", "boot"],
      ["early", "netif", "devd", "network", "remote-fs", "system", "rc-services", "boot"],
      ["ssh-host-keys", "sshd"],
      ["network", "sshd"],
      ["syslogd", "getty@ttyv0", "login", "boot"],
      ["early", "single"],
    ],
    independent: [["getty@ttyv0", "network"], ["recovery", "disks"], ["single", "network"]],
    writable: ["root-rw"],
    logging: ["syslogd"],
  },
  {
    name: "freebsd-thin",
    roots: ["boot", "single", "recovery"],
    programs: ["/bin/sh"],
    offered: ["single", "recovery"],
    chains: [["rc", "getty@ttyu0", "login", "boot"]],
    independent: [["recovery", "rc"], ["single", "rc"]],
    writable: ["rc"],
    logging: ["rc"],
  },
  {
    name: "container",
    roots: ["boot"],
    programs: ["/bin/sh"],
    offered: [],
    chains: [["init", "app", "boot"], ["init", "heartbeat", "boot"]],
    independent: [["app", "heartbeat"]],
    writable: [],
    logging: [],
  },
];

/** The sets, each put together in a folder. */
export const EXPECTED_SETS: readonly ExpectedSet[] = EXPECTATIONS.map((set) => ({
  ...set,
  folder: composedSet(set.name),
}));
