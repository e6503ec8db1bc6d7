/**
 * The lines of a sandbox that refuse system calls → the rules of one filter.
 *
 * Calls that a child makes between the filter and its program, and what it needs to report that it
 * could not run it, are always allowed.
 */
import type { ArgumentTest, CallRule, FilterRules, Refusal, Verdict } from "./filter_rules.ts";
import {
  ADDRESS_FAMILIES,
  ERRORS,
  type NamespaceKind,
  NAMESPACES,
  type Sandbox,
  type SandboxLine,
  type SystemCallError,
} from "./sandbox.ts";
import { callsOf, type Processor, systemCallNames, systemCallNumber } from "./system_calls.ts";

const ALLOW: Verdict = { kind: "allow" };
const EPERM: Verdict = { kind: "error", errno: ERRORS.EPERM };
const ENOSYS: Verdict = { kind: "error", errno: ERRORS.ENOSYS };

/** Never refused by `system-calls`: every program needs them, and the launch itself does. */
export const ALWAYS_ALLOWED: readonly string[] = ["@default", "write"];

/** A refusal of some calls: whatever their arguments are, or by those. */
interface Restriction {
  readonly calls: readonly string[];
  readonly refusals: readonly Refusal[];
}

/** Lines that need a filter, each with what it refuses. `system-calls` is no matter of theirs. */
const RESTRICTIONS: {
  readonly [Line in SandboxLine]?: (
    value: NonNullable<Sandbox[Line]>,
  ) => readonly Restriction[];
} = {
  "private-devices": () => [always(["@raw-io"])],
  "protect-kernel-modules": () => [always(["@module"])],
  "protect-kernel-logs": () => [always(["syslog"])],
  "protect-clock": () => [always(["@clock"])],
  "protect-hostname": () => [always(["sethostname", "setdomainname"])],
  "restrict-address-families": addressFamilies,
  "restrict-namespaces": (value) => namespaces(value === true ? [] : value),
  "restrict-suid-sgid": suidSgid,
  "restrict-realtime": realtime,
  "lock-personality": () => [
    // What is asked with all bits is which one there is.
    when(["personality"], [noneOf(0, ANY, [0, 0xffff_ffff])]),
  ],
  "memory-deny-write-execute": writeExecute,
  // Any filter has it.
  "system-call-architectures": () => [],
};

/** Whether a sandbox has a filter at all. */
export function needsFilter(sandbox: Sandbox): boolean {
  if (sandbox["system-calls"] !== undefined) return true;
  return Object.keys(RESTRICTIONS).some((line) => sandbox[line as SandboxLine] !== undefined);
}

/** The lines of a sandbox that its filter depends on: two that agree in them have the same one. */
export function filterLines(sandbox: Sandbox): Sandbox {
  return Object.fromEntries(
    Object.entries(sandbox).filter(([line]) =>
      line === "system-calls" || line === "system-call-error" || Object.hasOwn(RESTRICTIONS, line)
    ),
  );
}

/** The rules of a sandbox's filter, in a processor's numbers. */
export function filterRules(sandbox: Sandbox, processor: Processor): FilterRules {
  const list = listedCalls(sandbox["system-calls"]);
  const listed = verdictOf(sandbox["system-call-error"] ?? "EPERM");
  const rules = new Map<number, CallRule>();
  for (const name of systemCallNames()) {
    const number = systemCallNumber(name, processor);
    if (number === undefined) continue;
    const otherwise = list === undefined || list.allowed.has(name) ? ALLOW : listed;
    rules.set(number, { refusals: [], otherwise });
  }
  for (const { calls, refusals } of restrictionsOf(sandbox)) {
    for (const name of calls.flatMap(callsOf)) {
      const number = systemCallNumber(name, processor);
      const rule = number === undefined ? undefined : rules.get(number);
      if (number === undefined || rule?.otherwise.kind !== "allow") continue;
      rules.set(number, withRefusals(rule, refusals));
    }
  }
  // A list of what is allowed does not know what later kernels have: programs try the elder call.
  return { fallback: list?.isOfAllowed === true ? ENOSYS : ALLOW, calls: rules };
}

function withRefusals({ refusals, otherwise }: CallRule, more: readonly Refusal[]): CallRule {
  const [first] = more;
  const isAlways = first !== undefined && first.tests.length === 0;
  return isAlways
    ? { refusals: [], otherwise: first.verdict }
    : { refusals: [...refusals, ...more], otherwise };
}

function restrictionsOf(sandbox: Sandbox): readonly Restriction[] {
  return (Object.keys(RESTRICTIONS) as (keyof typeof RESTRICTIONS)[]).flatMap((line) => {
    const value = sandbox[line];
    const restrict = RESTRICTIONS[line] as (value: unknown) => readonly Restriction[];
    return value === undefined ? [] : restrict(value);
  });
}

/** What a list of `system-calls` allows; undefined: there is no list. */
function listedCalls(
  words: readonly string[] | undefined,
): { readonly allowed: ReadonlySet<string>; readonly isOfAllowed: boolean } | undefined {
  if (words === undefined) return undefined;
  const isOfAllowed = words[0]?.startsWith("!") !== true;
  const allowed = new Set(isOfAllowed ? [] : systemCallNames());
  for (const word of words) {
    if (!word.startsWith("!")) callsOf(word).forEach((name) => allowed.add(name));
    else callsOf(word.slice(1)).forEach((name) => allowed.delete(name));
  }
  ALWAYS_ALLOWED.flatMap(callsOf).forEach((name) => allowed.add(name));
  return { allowed, isOfAllowed };
}

function verdictOf(error: SystemCallError): Verdict {
  return error === "kill" ? { kind: "kill" } : { kind: "error", errno: ERRORS[error] };
}

function always(calls: readonly string[], verdict: Verdict = EPERM): Restriction {
  return { calls, refusals: [{ tests: [], verdict }] };
}

function when(
  calls: readonly string[],
  tests: readonly ArgumentTest[],
  verdict: Verdict = EPERM,
): Restriction {
  return { calls, refusals: [{ tests, verdict }] };
}

const ANY = 0xffff_ffff;

function anyBit(argument: number, mask: number): ArgumentTest {
  return { kind: "any-bit", argument, mask };
}

function allBits(argument: number, mask: number): ArgumentTest {
  return { kind: "all-bits", argument, mask };
}

function noneOf(argument: number, mask: number, values: readonly number[]): ArgumentTest {
  return { kind: "none-of", argument, mask, values };
}

/** What is asked of the kernel through a ring of orders passes no filter: io_uring(7). */
const NO_RING = always(["io_uring_setup"]);

/** An error that programs know from kernels without the family: socket(2). */
function addressFamilies(words: readonly string[]): readonly Restriction[] {
  const isOfRefused = words[0]?.startsWith("!") === true;
  const values = words.map((word) => ADDRESS_FAMILIES[word.replace("!", "")] ?? -1);
  const kind = isOfRefused ? "one-of" : "none-of";
  const verdict: Verdict = { kind: "error", errno: ERRORS.EAFNOSUPPORT };
  const calls = ["socket", "socketpair"];
  // Without a family the comparison would have nothing to compare.
  if (values.length === 0) return [always(calls, verdict), NO_RING];
  return [when(calls, [{ kind, argument: 0, mask: ANY, values }], verdict), NO_RING];
}

/**
 * The flags of clone3 lie in memory, which a filter cannot read: programs go on with clone. setns
 * with 0 enters whatever the descriptor leads to.
 */
function namespaces(allowed: readonly NamespaceKind[]): readonly Restriction[] {
  const kinds = (Object.keys(NAMESPACES) as NamespaceKind[])
    .filter((kind) => !allowed.includes(kind));
  if (kinds.length === 0) return [];
  const mask = kinds.reduce((flags, kind) => flags | NAMESPACES[kind], 0) >>> 0;
  // In clone the bits of this one are part of a signal's number.
  const cloned = (mask & ~NAMESPACES.time) >>> 0;
  return [
    when(["unshare"], [anyBit(0, mask)]),
    ...cloned === 0 ? [] : [when(["clone"], [anyBit(0, cloned)])],
    always(["clone3"], ENOSYS),
    {
      calls: ["setns"],
      refusals: [
        { tests: [{ kind: "one-of", argument: 1, mask: ANY, values: [0] }], verdict: EPERM },
        { tests: [anyBit(1, mask)], verdict: EPERM },
      ],
    },
  ];
}

/** S_ISUID | S_ISGID: linux/stat.h. */
const SET_ID_BITS = 0o6000;
/** O_CREAT; O_TMPFILE but for O_DIRECTORY, which is another bit on each processor: fcntl.h. */
const MAKES_FILE = 0o100 | 0o20000000;

/** The mode of openat2 lies in memory: programs go on with openat. */
function suidSgid(): readonly Restriction[] {
  const mode = (argument: number) => [anyBit(argument, SET_ID_BITS)];
  const made = (flags: number) => [anyBit(flags, MAKES_FILE), anyBit(flags + 1, SET_ID_BITS)];
  return [
    when(["chmod", "fchmod", "mkdir", "mknod", "creat"], mode(1)),
    when(["fchmodat", "fchmodat2", "mkdirat", "mknodat"], mode(2)),
    when(["open"], made(1)),
    when(["openat"], made(2)),
    always(["openat2"], ENOSYS),
    NO_RING,
  ];
}

/** SCHED_OTHER, SCHED_BATCH, SCHED_IDLE; SCHED_RESET_ON_FORK beside each: linux/sched.h. */
const ORDINARY_POLICIES = [0, 3, 5];
const RESET_ON_FORK = 0x40000000;

/** What sched_setattr asks for lies in memory. */
function realtime(): readonly Restriction[] {
  const policy = noneOf(1, (ANY & ~RESET_ON_FORK) >>> 0, ORDINARY_POLICIES);
  return [when(["sched_setscheduler"], [policy]), always(["sched_setattr"])];
}

/** PROT_WRITE, PROT_EXEC, SHM_EXEC: mman.h, linux/shm.h. */
const [PROT_WRITE, PROT_EXEC, SHM_EXEC] = [2, 4, 0o100000];

/**
 * What has been written is not executed in the same memory: no map of both kinds, and no memory
 * becomes executable later. Two maps of one file remain, so a file must not be writable and
 * executable either: `no-exec-paths`.
 */
function writeExecute(): readonly Restriction[] {
  return [
    when(["mmap"], [allBits(2, PROT_WRITE | PROT_EXEC)]),
    when(["mprotect", "pkey_mprotect"], [anyBit(2, PROT_EXEC)]),
    when(["shmat"], [anyBit(2, SHM_EXEC)]),
  ];
}
