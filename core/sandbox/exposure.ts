/**
 * How much a service's processes could do to the machine if somebody else steered them: a table of
 * lines, each with a weight and with what is left open of it.
 *
 * The weights are near those of `systemd-analyze security`; a sum of them says which service to
 * look
 * at first, and which line gains most. It says nothing of the program itself.
 */
import { filterRules, needsFilter } from "./call_restrictions.ts";
import { gainsNoPrivileges } from "./needs.ts";
import { ADDRESS_FAMILIES, NAMESPACES, type Sandbox } from "./sandbox.ts";
import { callsOf, systemCallNumber } from "./system_calls.ts";

/** A service, as far as it matters. */
export interface Exposed {
  readonly sandbox: Sandbox;
  /** Its processes are root's. */
  readonly isRoots: boolean;
  /** By its options; the sandbox may say it as well. */
  readonly noNewPrivileges: boolean;
  /** It gets capabilities that its user does not have. */
  readonly hasCapabilities: boolean;
}

/** What a line leaves open. */
export interface ExposedLine {
  /** `run-as` is a setting, all others are lines of `[sandbox]`. */
  readonly line: string;
  /** Of the ten points of {@link Exposure}, those that it is to blame for. */
  readonly points: number;
  /** What to write. */
  readonly advice: string;
}

export interface Exposure {
  /** 0: nothing is left open; 10: everything. One digit behind the point. */
  readonly points: number;
  readonly grade: Grade;
  /** What would gain, most first. */
  readonly lines: readonly ExposedLine[];
}

export type Grade = "safe" | "ok" | "medium" | "exposed" | "unsafe";

/** From how many points on. */
const GRADES: readonly (readonly [from: number, grade: Grade])[] = [
  [9, "unsafe"],
  [7, "exposed"],
  [4, "medium"],
  [1.5, "ok"],
  [0, "safe"],
];

interface Row {
  readonly line: string;
  readonly weight: number;
  readonly advice: string | ((service: Exposed) => string);
  /** Share of it that is left open, 0 to 1. */
  open(service: Exposed): number;
}

/** A line that is there or not. */
function line(name: keyof Sandbox, weight: number, advice = `${name} = true`): Row {
  const open = ({ sandbox }: Exposed) => sandbox[name] === undefined ? 1 : 0;
  return { line: name, weight, advice, open };
}

const ROWS: readonly Row[] = [
  {
    line: "run-as",
    weight: 4000,
    advice: 'run-as = "USER" (or private-users = true)',
    open: ({ sandbox, isRoots, hasCapabilities }) => {
      if (!isRoots) return hasCapabilities ? 0.4 : 0;
      return sandbox["private-users"] === true ? 0.2 : 1;
    },
  },
  {
    line: "no-new-privileges",
    weight: 1500,
    advice: "no-new-privileges = true",
    open: (service) =>
      service.noNewPrivileges || gainsNoPrivileges(service.sandbox, service.isRoots) ? 0 : 1,
  },
  line("private-network", 2500),
  {
    line: "restrict-address-families",
    weight: 1500,
    advice: ({ sandbox }) =>
      sandbox["restrict-address-families"] === undefined
        ? 'restrict-address-families = ["unix", "inet", "inet6"]'
        : "leave out of restrict-address-families what it does not use",
    open: ({ sandbox }) => openFamilies(sandbox["restrict-address-families"]),
  },
  {
    line: "system-calls",
    weight: 4000,
    advice: ({ sandbox }) =>
      sandbox["system-calls"] === undefined
        ? 'system-calls = ["@system-service"]'
        : `add to system-calls: ${openGroups(sandbox).map((group) => `"!${group}"`).join(", ")}`,
    open: ({ sandbox }) => needsFilter(sandbox) ? openGroups(sandbox).length / DANGEROUS.length : 1,
  },
  {
    line: "system-call-architectures",
    weight: 500,
    advice: 'system-call-architectures = "native"',
    open: ({ sandbox }) => needsFilter(sandbox) ? 0 : 1,
  },
  {
    line: "restrict-namespaces",
    weight: 1500,
    advice: "restrict-namespaces = true",
    open: ({ sandbox }) => {
      const allowed = sandbox["restrict-namespaces"];
      if (allowed === undefined) return 1;
      return allowed === true ? 0 : allowed.length / Object.keys(NAMESPACES).length;
    },
  },
  {
    line: "read-only-system",
    weight: 1500,
    advice: 'read-only-system = "strict"',
    open: ({ sandbox }) => {
      const level = sandbox["read-only-system"];
      if (level === undefined) return sandbox["landlock-write-paths"] === undefined ? 1 : 0.1;
      return level === "strict" ? 0 : level === "full" ? 0.3 : 0.5;
    },
  },
  {
    line: "protect-home",
    weight: 1000,
    advice: "protect-home = true",
    open: ({ sandbox }) => {
      const level = sandbox["protect-home"];
      return level === undefined ? 1 : level === "read-only" ? 0.5 : 0;
    },
  },
  line("private-tmp", 1000),
  line("private-devices", 1000),
  line("private-users", 500),
  line("protect-kernel-tunables", 1000),
  line("protect-kernel-modules", 1000),
  line("protect-kernel-logs", 700),
  line("protect-clock", 700),
  line("protect-control-groups", 700),
  line("protect-hostname", 50),
  line("protect-proc", 700, 'protect-proc = "invisible"'),
  line("proc-subset", 50, 'proc-subset = "pid"'),
  line("restrict-suid-sgid", 1000),
  line("restrict-realtime", 300),
  line("lock-personality", 100),
  line("memory-deny-write-execute", 300),
];

const TOTAL = ROWS.reduce((sum, { weight }) => sum + weight, 0);

/** Families that lead to the kernel's less trodden parts weigh as much as the network together. */
function openFamilies(words: readonly string[] | undefined): number {
  if (words === undefined) return 1;
  const isOfRefused = words[0]?.startsWith("!") === true;
  const isOpen = (family: string) =>
    isOfRefused ? !words.includes(`!${family}`) : words.includes(family);
  const usual = ["unix", "inet", "inet6"];
  const others = Object.keys(ADDRESS_FAMILIES).filter((family) => !usual.includes(family));
  const open = others.filter(isOpen).length / others.length;
  const network = isOpen("inet") || isOpen("inet6") ? 0.3 : 0;
  return Math.min(1, network + 0.7 * Math.sqrt(open));
}

/** Groups of calls that an ordinary service has no use for. */
const DANGEROUS = [
  ...["@clock", "@cpu-emulation", "@debug", "@module", "@mount", "@obsolete", "@privileged"],
  ...["@raw-io", "@reboot", "@resources", "@swap"],
];

/** Groups of which a call is left, by the numbers of one processor: they differ little. */
function openGroups(sandbox: Sandbox): readonly string[] {
  const { calls } = filterRules(sandbox, "x86_64");
  return DANGEROUS.filter((group) =>
    callsOf(group).some((name) => {
      const number = systemCallNumber(name, "x86_64");
      return number !== undefined && calls.get(number)?.otherwise.kind === "allow";
    })
  );
}

/** Grades a service. */
export function exposureOf(service: Exposed): Exposure {
  const lines = ROWS.map(({ line, weight, advice, open }) => ({
    line,
    advice: typeof advice === "string" ? advice : advice(service),
    points: 10 * weight * open(service) / TOTAL,
  }));
  const points = rounded(lines.reduce((sum, each) => sum + each.points, 0));
  const [, grade] = GRADES.find(([from]) => points >= from) ?? [0, "safe"];
  return {
    points,
    grade,
    lines: lines.map((each) => ({ ...each, points: rounded(each.points) }))
      .filter((each) => each.points > 0)
      .toSorted((a, b) => b.points - a.points),
  };
}

function rounded(points: number): number {
  return Math.round(points * 10) / 10;
}
