/**
 * The kinds of conditions: the one source of their reader, the manual and the check of who can
 * serve them. How each is answered, and from what, is in `judge.ts` and its neighbours.
 */
import { CAPABILITIES } from "../system/capabilities.ts";
import { once } from "../once.ts";
import type { System } from "../types.ts";
import { MACHINE_NAMES } from "./machines.ts";
import { ARCHITECTURES } from "./architectures.ts";

/** One row. */
interface KindRow {
  /** What stands after the kind, for people; undefined: nothing does. */
  readonly value: string | undefined;
  /** Why a value is none of it, and what to write; undefined: it is one. */
  readonly fault?: (value: string) => ValueFault | undefined;
  /** Systems on which it can be answered; undefined: all. */
  readonly systems?: readonly System[];
  /** A sentence for the manual, with the sources of the answer. */
  readonly about: string;
}

export interface ValueFault {
  readonly why: string;
  /** What could be meant. */
  readonly words?: readonly string[];
}

const LINUX: readonly System[] = ["linux"];

function path(value: string): ValueFault | undefined {
  return value.startsWith("/") ? undefined : { why: "a path begins with a slash" };
}

/** `[z-a]` and the like make no sense. */
function pattern(value: string): ValueFault | undefined {
  const fault = path(value);
  if (fault !== undefined) return fault;
  if (value.includes("[[:")) return { why: "there are no classes of letters such as [:digit:]" };
  const ranges = [...value.matchAll(/([^[!^])-([^\]])/g)];
  const isTurned = ranges.some(([range, from = "", to = ""]) =>
    isInBracket(value, range) && from > to
  );
  return isTurned ? { why: "a range of letters begins with the lower one" } : undefined;
}

function isInBracket(value: string, range: string): boolean {
  const before = value.slice(0, value.indexOf(range));
  return before.lastIndexOf("[") > before.lastIndexOf("]");
}

function oneOf(words: readonly string[]): (value: string) => ValueFault | undefined {
  return (value) => words.includes(value) ? undefined : { why: "there is no such word", words };
}

function comparison(value: string): ValueFault | undefined {
  return COMPARISON.test(value)
    ? undefined
    : { why: "a comparison is <, <=, =, !=, >= or > and a number" };
}

/** `>= 4`, with or without a blank. */
export const COMPARISON = /^(<=|>=|!=|=|<|>) ?([0-9]+)$/;
/** The same with a version of numbers and periods. */
export const VERSION_COMPARISON = /^(<=|>=|!=|=|<|>) ?([0-9]+(?:\.[0-9]+)*)$/;

const SECURITY_MODULES = ["apparmor", "selinux", "smack", "tomoyo", "ima", "audit"];
const CONTROLLERS = [
  "v2",
  "v1",
  "cpu",
  "cpuset",
  "io",
  "memory",
  "pids",
  "hugetlb",
  "rdma",
  "misc",
];

function row(
  value: string | undefined,
  about: string,
  rest: Pick<KindRow, "fault" | "systems"> = {},
): KindRow {
  return { value, about, ...rest };
}

const PATH = { fault: path };

/** Every kind by its word. */
export const conditionKinds = once(() => ({
  "path-exists": row("PATH", "Something is at the path; symbolic links are followed.", PATH),
  "path-exists-glob": row(
    "PATTERN",
    "Something is at a path that the pattern fits; *, ? and [a-z] stand for letters of one name, a period at its beginning excepted. " +
      "Of a directory no more than 4096 names are looked at.",
    { fault: pattern },
  ),
  "path-is-directory": row("PATH", "A directory, or a link to one.", PATH),
  "path-is-symbolic-link": row("PATH", "A symbolic link, whatever it leads to.", PATH),
  "path-is-mount-point": row(
    "PATH",
    "A file system is mounted there: /proc/self/mountinfo has it.",
    { ...PATH, systems: LINUX },
  ),
  "path-is-read-write": row(
    "PATH",
    "It is there, and the file system that it is on is mounted to be written: by the options in " +
      "/proc/self/mountinfo, both of the mount and of the file system.",
    { ...PATH, systems: LINUX },
  ),
  "directory-not-empty": row("PATH", "A directory with something in it.", PATH),
  "file-not-empty": row("PATH", "A regular file of at least a byte.", PATH),
  "file-is-executable": row("PATH", "A regular file that somebody may execute.", PATH),
  "first-boot": row(
    undefined,
    "The machine has not been set up yet: /etc/machine-id is missing, empty, or says uninitialized; on FreeBSD /firstboot is there.",
  ),
  "capability": row(
    "CAPABILITY",
    "The manager's bounding set has it: CapBnd in /proc/self/status.",
    { fault: oneOf(CAPABILITIES), systems: LINUX },
  ),
  "virtualization": row(
    "any, vm, container, private-users, or a name",
    "The manager runs in a container (by container in the environment of process 1, /run/systemd/container, /.dockerenv, " +
      "/run/.containerenv, /proc/sys/kernel/osrelease for WSL), in a virtual machine (by the vendor and product in " +
      "/sys/class/dmi/id, /proc/xen, /sys/hypervisor, /proc/device-tree, and the flag hypervisor in /proc/cpuinfo), or in a namespace of users (private-users: /proc/self/uid_map). A container in a machine " +
      "is a container only. Names: " + MACHINE_NAMES.join(", ") + ".",
    { fault: oneOf(["any", "vm", "container", "private-users", ...MACHINE_NAMES]), systems: LINUX },
  ),
  "kernel-command-line": row(
    "WORD or NAME=VALUE",
    "/proc/cmdline has the word, or an assignment to it; with a value, that assignment.",
    { systems: LINUX },
  ),
  "kernel-version": row(
    "COMPARISON",
    'The kernel\'s version, by the numbers in /proc/sys/kernel/osrelease: "kernel-version >= 6.1".',
    {
      fault: (value) =>
        VERSION_COMPARISON.test(value)
          ? undefined
          : { why: "a comparison is <, <=, =, !=, >= or > and a version: >= 6.1" },
      systems: LINUX,
    },
  ),
  "architecture": row(
    "NAME",
    `The processor's kind, as this program was made for: ${ARCHITECTURES.join(", ")}.`,
    { fault: oneOf(ARCHITECTURES) },
  ),
  "host": row(
    "NAME",
    "The host's name (/proc/sys/kernel/hostname), in which * and ? may stand for letters, or its number in /etc/machine-id.",
    { systems: LINUX },
  ),
  "user": row("USER", "The manager runs as this user: a name, or a number."),
  "group": row(
    "GROUP",
    "The manager is in this group: a name, or a number; by Gid and Groups in /proc/self/status.",
    { systems: LINUX },
  ),
  "environment": row(
    "NAME or NAME=VALUE",
    "The manager's environment has the variable, with that value.",
    {
      fault: (value) =>
        value.startsWith("=") ? { why: "the name of the variable is missing" } : undefined,
    },
  ),
  "ac-power": row(
    undefined,
    "A power supply of type Mains or USB is online in /sys/class/power_supply, or none is there and no battery is discharging.",
    { systems: LINUX },
  ),
  "cpus": row(
    "COMPARISON",
    'Processors that the manager may use (Cpus_allowed in /proc/self/status): "cpus > 1".',
    {
      fault: comparison,
      systems: LINUX,
    },
  ),
  "memory": row(
    "COMPARISON",
    'The machine\'s memory in bytes (MemTotal in /proc/meminfo): "memory >= 1073741824".',
    { fault: comparison, systems: LINUX },
  ),
  "security": row(
    "MODULE",
    `A security module of the kernel is at work (/sys/kernel/security/lsm, for audit /proc/self/loginuid): ${
      SECURITY_MODULES.join(", ")
    }.`,
    { fault: oneOf(SECURITY_MODULES), systems: LINUX },
  ),
  "control-group-controller": row(
    "NAME",
    "The control groups of version 2 are mounted (v2), or not (v1), or have the controller: /sys/fs/cgroup/cgroup.controllers.",
    { fault: oneOf(CONTROLLERS), systems: LINUX },
  ),
} as const satisfies Readonly<Record<string, KindRow>>));

export type ConditionKind = keyof ReturnType<typeof conditionKinds>;

/** In the order of the manual. */
export function conditionWords(): readonly ConditionKind[] {
  return Object.keys(conditionKinds()) as ConditionKind[];
}

/** The row of a word; undefined: there is none. */
export function kindRow(word: string): KindRow | undefined {
  const kinds = conditionKinds();
  return Object.hasOwn(kinds, word) ? kinds[word as ConditionKind] : undefined;
}

/** Whether a kind can be answered on a system. */
export function isAnswered(kind: ConditionKind, system: System): boolean {
  return (conditionKinds()[kind] as KindRow).systems?.includes(system) ?? true;
}
