/**
 * Whether conditions hold: each kind's question put to what is known of the machine. Nothing here
 * waits, but for what the kernel takes to tell of a path.
 *
 * What cannot be told (a file that may not be read, a path that leads nowhere) is answered with no.
 */
import { CAPABILITIES } from "../system/capabilities.ts";
import type { Condition, ConditionGroup, Verdict } from "./condition.ts";
import { groupText } from "./condition.ts";
import { pathsLike } from "./glob.ts";
import { COMPARISON, type ConditionKind, VERSION_COMPARISON } from "./kinds.ts";
import { detectMachine, hasPrivateUsers, type MachineFiles } from "./machines.ts";
import { hasMountAt, isWritable, readMounts } from "./mounts.ts";

/** What is known of a file: of fileStatus of the platform. */
export interface FactsOfFile {
  readonly type: string;
  readonly mode: number;
  readonly sizeBytes: number;
}

/** What the machine says of itself when it is asked. */
export interface ConditionFacts extends MachineFiles {
  readonly os: string;
  /** As {@linkcode architectureName} gives it. */
  readonly architecture: string;
  /** What is at a path; undefined: nothing that could be seen. */
  status(path: string, links: "followed" | "itself"): FactsOfFile | undefined;
  /** The path with all links resolved. */
  realPath(path: string): string | undefined;
  /** Names in a directory; undefined: it cannot be read. */
  names(path: string): readonly string[] | undefined;
  /** Of the manager's environment. */
  variable(name: string): string | undefined;
  userId(): number;
  userNamed(name: string): number | undefined;
  groupNamed(name: string): number | undefined;
}

/** Whether all groups hold. */
export function judge(groups: readonly ConditionGroup[], facts: ConditionFacts): Verdict {
  const unmet = groups.find((group) => !group.some((condition) => holds(condition, facts)));
  return unmet === undefined ? { kind: "met" } : { kind: "unmet", text: groupText(unmet) };
}

function holds({ kind, value, isNegated }: Condition, facts: ConditionFacts): boolean {
  return QUESTIONS[kind](value, facts) !== isNegated;
}

const QUESTIONS: Readonly<
  Record<ConditionKind, (value: string, facts: ConditionFacts) => boolean>
> = {
  "path-exists": (path, facts) => facts.exists(path),
  "path-exists-glob": (pattern, facts) => pathsLike(pattern, facts),
  "path-is-directory": (path, facts) => facts.status(path, "followed")?.type === "directory",
  "path-is-symbolic-link": (path, facts) => facts.status(path, "itself")?.type === "link",
  "path-is-mount-point": (path, facts) => {
    const real = facts.realPath(path);
    return real !== undefined && hasMountAt(readMounts(facts), real);
  },
  "path-is-read-write": (path, facts) => {
    const real = facts.realPath(path);
    return real !== undefined && isWritable(readMounts(facts), real);
  },
  "directory-not-empty": (path, facts) => (facts.names(path)?.length ?? 0) > 0,
  "file-not-empty": (path, facts) => {
    const status = facts.status(path, "followed");
    return status?.type === "regular" && status.sizeBytes > 0;
  },
  "file-is-executable": (path, facts) => {
    const status = facts.status(path, "followed");
    return status?.type === "regular" && (status.mode & 0o111) !== 0;
  },
  "first-boot": (_value, facts) => isFirstBoot(facts),
  "capability": (name, { read }) => {
    const set = statusField(read, "CapBnd");
    const bit = BigInt(CAPABILITIES.indexOf(name));
    return set !== undefined && (BigInt(`0x${set}`) >> bit & 1n) === 1n;
  },
  "virtualization": (name, facts) => {
    if (name === "private-users") return hasPrivateUsers(facts);
    const machine = detectMachine(facts);
    if (machine.kind === "none") return false;
    return name === "any" || name === machine.kind || name === machine.name;
  },
  "kernel-command-line": (word, { read }) => {
    const words = (read("/proc/cmdline") ?? "").trim().split(/\s+/);
    return words.some((each) =>
      each === word || (!word.includes("=") && each.startsWith(`${word}=`))
    );
  },
  "kernel-version": (value, { read }) => {
    const [, operator = "", wanted = ""] = VERSION_COMPARISON.exec(value) ?? [];
    const release = /^[0-9.]+/.exec(read("/proc/sys/kernel/osrelease") ?? "")?.[0];
    return release !== undefined && compares(operator, versionOrder(release, wanted));
  },
  "architecture": (name, { architecture }) => name === architecture,
  "host": (name, { read }) => {
    const host = read("/proc/sys/kernel/hostname")?.trim();
    const machine = read("/etc/machine-id")?.trim();
    if (/^[0-9a-f]{32}$/.test(name)) return name === machine;
    return host !== undefined && likeName(name).test(host);
  },
  "user": (user, facts) => {
    const wanted = /^[0-9]+$/.test(user) ? Number(user) : facts.userNamed(user);
    return wanted === facts.userId();
  },
  "group": (group, facts) => {
    const wanted = /^[0-9]+$/.test(group) ? Number(group) : facts.groupNamed(group);
    const [, effective] = (statusField(facts.read, "Gid") ?? "").split(/\s+/);
    const others = (statusField(facts.read, "Groups") ?? "").split(/\s+/);
    return wanted !== undefined && [effective, ...others].includes(String(wanted));
  },
  "environment": (value, { variable }) => {
    const equals = value.indexOf("=");
    if (equals < 0) return variable(value) !== undefined;
    return variable(value.slice(0, equals)) === value.slice(equals + 1);
  },
  "ac-power": (_value, facts) => hasMainsPower(facts),
  "cpus": (value, { read }) => {
    const mask = (statusField(read, "Cpus_allowed") ?? "").replaceAll(",", "");
    if (!/^[0-9a-f]+$/.test(mask)) return false;
    const count = [...BigInt(`0x${mask}`).toString(2)].filter((digit) => digit === "1").length;
    return isCounted(value, count);
  },
  "memory": (value, { read }) => {
    const kilobytes = /^MemTotal:\s+([0-9]+) kB$/m.exec(read("/proc/meminfo") ?? "")?.[1];
    return kilobytes !== undefined && isCounted(value, Number(kilobytes) * 1024);
  },
  "security": (module, facts) => {
    if (module === "audit") return facts.exists("/proc/self/loginuid");
    const modules = facts.read("/sys/kernel/security/lsm") ?? "";
    if (modules.trim().split(",").includes(module)) return true;
    return module === "ima" && facts.exists("/sys/kernel/security/ima");
  },
  "control-group-controller": (name, { read }) => {
    const controllers = read("/sys/fs/cgroup/cgroup.controllers");
    if (name === "v2" || name === "v1") return (controllers !== undefined) === (name === "v2");
    return (controllers ?? "").trim().split(/\s+/).includes(name);
  },
};

/** A field of /proc/self/status, without its name. Source: proc_pid_status(5). */
function statusField(read: ConditionFacts["read"], name: string): string | undefined {
  const line = (read("/proc/self/status") ?? "").split("\n")
    .find((each) => each.startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim();
}

/** Sources: machine-id(5), "Initialization"; rc(8) of FreeBSD, firstboot. */
function isFirstBoot(facts: ConditionFacts): boolean {
  if (facts.os === "freebsd") return facts.exists("/firstboot");
  const id = facts.read("/etc/machine-id")?.trim();
  if (id === undefined) return !facts.exists("/etc/machine-id");
  return id === "" || id === "uninitialized";
}

/** Source: Linux, Documentation/ABI/testing/sysfs-class-power. */
function hasMainsPower(facts: ConditionFacts): boolean {
  const folder = "/sys/class/power_supply";
  let isDischarging = false;
  for (const name of facts.names(folder) ?? []) {
    const field = (file: string) => facts.read(`${folder}/${name}/${file}`)?.trim();
    const type = field("type");
    if (type === "Battery") {
      // Of a mouse, say: the machine does not run on it.
      if (field("scope") === "Device") continue;
      if (field("status") === "Discharging") isDischarging = true;
    } else if ((type === "Mains" || type === "USB") && field("online") === "1") {
      return true;
    }
  }
  return !isDischarging;
}

function isCounted(value: string, count: number): boolean {
  const [, operator = "", wanted = ""] = COMPARISON.exec(value) ?? [];
  return compares(operator, count - Number(wanted));
}

/** @param order Below 0: the first is less; 0: they are equal. */
function compares(operator: string, order: number): boolean {
  switch (operator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case ">=":
      return order >= 0;
    default:
      return order > 0;
  }
}

/** By their numbers, one after the other; one that is missing is 0. */
function versionOrder(one: string, other: string): number {
  const [left, right] = [one, other].map((text) => text.split(".").map(Number));
  for (let index = 0; index < Math.max(left?.length ?? 0, right?.length ?? 0); index++) {
    const order = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

function likeName(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "i");
}
