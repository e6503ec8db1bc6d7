import { callsOf, systemCallNumber } from "../../../core/sandbox/system_calls.ts";
import { filterRules, needsFilter } from "../../../core/sandbox/call_restrictions.ts";
import {
  AUDIT_ARCHITECTURE,
  filterProgram,
  type Instruction,
  programBytes,
} from "../../../core/sandbox/filter_program.ts";
import type { ArgumentTest, FilterRules, Verdict } from "../../../core/sandbox/filter_rules.ts";
import { PROFILE_NAMES, PROFILES } from "../../../core/sandbox/profiles.ts";
import type { Sandbox } from "../../../core/sandbox/sandbox.ts";
import { systemCallNames } from "../../../core/sandbox/system_calls.ts";
import { assert, assertEquals } from "../../assert.ts";
import { runFilter } from "./filter_interpreter.ts";

const PROCESSORS = ["x86_64", "aarch64"] as const;
type Processor = (typeof PROCESSORS)[number];

/** The first numbers that no kernel has yet, and those at the edges. */
const NUMBERS = [...Array(600).keys(), 0x3fffffff, 0x40000000, 0x40000001, 0x7fffffff, 0xffffffff];

function assembled(sandbox: Sandbox, processor: Processor = "x86_64"): readonly Instruction[] {
  return filterProgram(filterRules(sandbox, processor), processor);
}

/** What a sandbox makes of a call, by its name. */
function decide(
  sandbox: Sandbox,
  name: string,
  values: readonly (number | bigint)[] = [],
  processor: Processor = "x86_64",
): string {
  const number = systemCallNumber(name, processor);
  assert(number !== undefined, `${processor} has no ${name}`);
  return runFilter(assembled(sandbox, processor), {
    number,
    architecture: AUDIT_ARCHITECTURE[processor],
    arguments: values.map(BigInt),
  });
}

function verdictText(verdict: Verdict): string {
  return verdict.kind === "error" ? `error ${verdict.errno}` : verdict.kind;
}

/** The rules as they are told, without a program. */
function told({ fallback, calls }: FilterRules, number: number, values: readonly bigint[]): string {
  if (number >= 0x40000000) return "error 38";
  const rule = calls.get(number);
  if (rule === undefined) return verdictText(fallback);
  const refusal = rule.refusals.find(({ tests }) => tests.every((test) => holds(test, values)));
  return verdictText(refusal?.verdict ?? rule.otherwise);
}

function holds(test: ArgumentTest, values: readonly bigint[]): boolean {
  const value = Number((values[test.argument] ?? 0n) & BigInt(test.mask));
  switch (test.kind) {
    case "any-bit":
      return value !== 0;
    case "all-bits":
      return value === test.mask;
    case "one-of":
      return test.values.includes(value);
    case "none-of":
      return !test.values.includes(value);
  }
}

/** Sandboxes of every kind of rule, and all profiles. */
const SANDBOXES: readonly Sandbox[] = [
  ...PROFILE_NAMES.map((name) => PROFILES[name]),
  { "system-calls": ["!@mount", "!@clock", "clock_settime"], "system-call-error": "kill" },
  { "system-calls": ["read"], "system-call-error": "ENOSYS", "private-devices": true },
  { "restrict-address-families": ["!packet", "!netlink"] },
  { "restrict-address-families": [] },
  { "restrict-namespaces": ["user", "mnt"], "restrict-suid-sgid": true },
  { "memory-deny-write-execute": true, "lock-personality": true, "restrict-realtime": true },
];

/** Arguments at the edges of every test that is asked, and beyond 32 bits. */
const ARGUMENTS: readonly (readonly bigint[])[] = [
  0n,
  1n,
  2n,
  3n,
  4n,
  6n,
  7n,
  10n,
  16n,
  17n,
  0x80n,
  0o4755n,
  0o2000n,
  0o100n,
  0o100000n,
  0x10000000n,
  0x40000003n,
  0x40000001n,
  0x20000n,
  0xffff_ffffn,
  0x1_0000_0000n,
  0xffff_ffff_ffff_ffffn,
].map((value) => [value, value, value, value, value, value]);

for (const processor of PROCESSORS) {
  Deno.test(`filterProgram() decides for every number as the rules say, ${processor}`, () => {
    for (const sandbox of SANDBOXES) {
      const rules = filterRules(sandbox, processor);
      const program = filterProgram(rules, processor);
      for (const number of NUMBERS) {
        for (const values of ARGUMENTS) {
          const call = { number, architecture: AUDIT_ARCHITECTURE[processor], arguments: values };
          assertEquals(
            `${number} ${values[0]}: ${runFilter(program, call)}`,
            `${number} ${values[0]}: ${told(rules, number, values)}`,
          );
        }
      }
    }
  });
}

Deno.test("filterProgram() kills what calls by another processor's numbers, and refuses x32", () => {
  const program = assembled({ "protect-clock": true });
  const read = { number: 0, arguments: [] };
  assertEquals(runFilter(program, { ...read, architecture: AUDIT_ARCHITECTURE.x86_64 }), "allow");
  // i386: int 0x80.
  assertEquals(runFilter(program, { ...read, architecture: 0x40000003 }), "kill");
  assertEquals(runFilter(program, { ...read, architecture: AUDIT_ARCHITECTURE.aarch64 }), "kill");
  const x32 = { number: 0x40000000, architecture: AUDIT_ARCHITECTURE.x86_64, arguments: [] };
  assertEquals(runFilter(program, x32), "error 38");
});

Deno.test("filterRules() of a list allows what it names, and what programs cannot be without", () => {
  const sandbox: Sandbox = { "system-calls": ["@network-io", "!accept4"] };
  assertEquals(decide(sandbox, "connect"), "allow");
  assertEquals(decide(sandbox, "accept"), "allow");
  assertEquals(decide(sandbox, "accept4"), "error 1");
  assertEquals(decide(sandbox, "mount"), "error 1");
  for (const name of ["execve", "write", "exit_group", "rt_sigreturn"]) {
    assertEquals(decide(sandbox, name), "allow", name);
  }
});

Deno.test("filterRules() of a list of what is refused allows all else, later calls included", () => {
  const sandbox: Sandbox = { "system-calls": ["!@mount", "move_mount"] };
  assertEquals(decide(sandbox, "mount"), "error 1");
  assertEquals(decide(sandbox, "move_mount"), "allow");
  assertEquals(decide(sandbox, "reboot"), "allow");
  const later = { number: 599, architecture: AUDIT_ARCHITECTURE.x86_64, arguments: [] };
  assertEquals(runFilter(assembled(sandbox), later), "allow");
  assertEquals(runFilter(assembled({ "system-calls": ["@system-service"] }), later), "error 38");
});

Deno.test("filterRules() answers with the error that is asked for", () => {
  const refused = (error: Sandbox["system-call-error"]) =>
    decide({ "system-calls": ["!reboot"], "system-call-error": error ?? "EPERM" }, "reboot");
  assertEquals(refused("EACCES"), "error 13");
  assertEquals(refused("ENOSYS"), "error 38");
  assertEquals(refused("kill"), "kill");
});

Deno.test("filterRules() asks the family of a socket", () => {
  const [UNIX, INET, PACKET] = [1, 2, 17];
  const only: Sandbox = { "restrict-address-families": ["unix", "inet"] };
  assertEquals(decide(only, "socket", [UNIX, 1, 0]), "allow");
  assertEquals(decide(only, "socket", [INET, 1, 0]), "allow");
  assertEquals(decide(only, "socket", [PACKET, 3, 0]), "error 97");
  const not: Sandbox = { "restrict-address-families": ["!packet"] };
  assertEquals(decide(not, "socket", [INET, 1, 0]), "allow");
  assertEquals(decide(not, "socket", [PACKET, 3, 0]), "error 97");
  const none: Sandbox = { "restrict-address-families": [] };
  assertEquals(decide(none, "socket", [UNIX, 1, 0]), "error 97");
  assertEquals(decide(only, "io_uring_setup"), "error 1");
  // The kernel takes an int: what stands above it does not make another family of it.
  assertEquals(decide(only, "socket", [0xabcd_0000_0011n, 3, 0]), "error 97");
});

Deno.test("filterRules() asks which namespaces are made or entered", () => {
  const [NEWUSER, NEWNET, NEWTIME] = [0x10000000, 0x40000000, 0x80];
  const SIGCHLD = 17;
  const none: Sandbox = { "restrict-namespaces": true };
  assertEquals(decide(none, "clone", [SIGCHLD]), "allow");
  assertEquals(decide(none, "clone", [NEWUSER | SIGCHLD]), "error 1");
  assertEquals(decide(none, "unshare", [NEWTIME]), "error 1");
  // CLONE_FILES
  assertEquals(decide(none, "unshare", [0x400]), "allow");
  assertEquals(decide(none, "clone3"), "error 38");
  assertEquals(decide(none, "setns", [3, 0]), "error 1");
  const user: Sandbox = { "restrict-namespaces": ["user"] };
  assertEquals(decide(user, "unshare", [NEWUSER]), "allow");
  assertEquals(decide(user, "unshare", [NEWUSER | NEWNET]), "error 1");
  assertEquals(decide(user, "setns", [3, NEWUSER]), "allow");
  assertEquals(decide(user, "setns", [3, NEWNET]), "error 1");
});

Deno.test("filterRules() asks for bits of set-user-id wherever a mode is given", () => {
  const sandbox: Sandbox = { "restrict-suid-sgid": true };
  const O_CREAT = 0o100;
  assertEquals(decide(sandbox, "chmod", [0, 0o755]), "allow");
  assertEquals(decide(sandbox, "chmod", [0, 0o4755]), "error 1");
  assertEquals(decide(sandbox, "fchmodat2", [0, 0, 0o2755]), "error 1");
  assertEquals(decide(sandbox, "openat", [0, 0, O_CREAT, 0o4755]), "error 1");
  // Without O_CREAT there is no mode.
  assertEquals(decide(sandbox, "openat", [0, 0, 0, 0o4755]), "allow");
  assertEquals(decide(sandbox, "openat2"), "error 38");
  assertEquals(decide(sandbox, "fchmodat", [0, 0, 0o4755], "aarch64"), "error 1");
});

Deno.test("filterRules() keeps memory from being written and executed", () => {
  const sandbox: Sandbox = { "memory-deny-write-execute": true };
  const [READ_WRITE, READ_EXEC, ALL] = [3, 5, 7];
  assertEquals(decide(sandbox, "mmap", [0, 4096, READ_WRITE]), "allow");
  assertEquals(decide(sandbox, "mmap", [0, 4096, READ_EXEC]), "allow");
  assertEquals(decide(sandbox, "mmap", [0, 4096, ALL]), "error 1");
  assertEquals(decide(sandbox, "mprotect", [0, 4096, READ_EXEC]), "error 1");
  assertEquals(decide(sandbox, "pkey_mprotect", [0, 4096, READ_EXEC]), "error 1");
  assertEquals(decide(sandbox, "mprotect", [0, 4096, READ_WRITE]), "allow");
  assertEquals(decide(sandbox, "shmat", [0, 0, 0o100000]), "error 1");
});

Deno.test("filterRules() asks for scheduling policy and personality", () => {
  const [OTHER, FIFO, RESET_ON_FORK] = [0, 1, 0x40000000];
  const sandbox: Sandbox = { "restrict-realtime": true, "lock-personality": true };
  assertEquals(decide(sandbox, "sched_setscheduler", [0, OTHER | RESET_ON_FORK]), "allow");
  assertEquals(decide(sandbox, "sched_setscheduler", [0, FIFO]), "error 1");
  assertEquals(decide(sandbox, "sched_setscheduler", [0, FIFO | RESET_ON_FORK]), "error 1");
  assertEquals(decide(sandbox, "sched_setattr"), "error 1");
  assertEquals(decide(sandbox, "personality", [0xffff_ffff]), "allow");
  assertEquals(decide(sandbox, "personality", [0x0040000]), "error 1");
});

Deno.test("filterRules() lets the stricter of two lines win", () => {
  const sandbox: Sandbox = {
    "system-calls": ["@system-service", "mount"],
    "restrict-namespaces": true,
    "protect-clock": true,
  };
  assertEquals(decide(sandbox, "umount2"), "error 1", "not in the list");
  assertEquals(decide(sandbox, "unshare", [0x10000000]), "error 1", "in the list");
  assertEquals(decide({ ...sandbox, "system-calls": ["@clock"] }, "settimeofday"), "error 1");
  assertEquals(decide(sandbox, "mount"), "allow");
});

Deno.test("needsFilter() says no to what mounts alone can do", () => {
  assertEquals(needsFilter({}), false);
  assertEquals(needsFilter({ "private-tmp": true, "read-only-system": "strict" }), false);
  assertEquals(needsFilter({ "protect-clock": true }), true);
  assertEquals(needsFilter({ "system-call-architectures": "native" }), true);
  assertEquals(needsFilter({ "system-calls": [] }), true);
});

Deno.test("callsOf() holds groups within groups, and the newest calls beside their elders", () => {
  const service = callsOf("@system-service");
  for (const name of ["read", "futex_wait", "fchmodat2", "setxattrat", "mseal"]) {
    assert(service.includes(name), name);
  }
  for (const name of ["mount", "reboot", "init_module", "open_tree_attr", "clock_settime"]) {
    assert(!service.includes(name), name);
  }
  assert(callsOf("@mount").includes("open_tree_attr"));
});

Deno.test("systemCallNumber() knows a thing or two of both processors", () => {
  assertEquals(systemCallNumber("execve", "x86_64"), 59);
  assertEquals(systemCallNumber("execve", "aarch64"), 221);
  assertEquals(systemCallNumber("open", "aarch64"), undefined);
  assertEquals(systemCallNumber("clone3", "aarch64"), 435);
  for (const processor of PROCESSORS) {
    const numbers = systemCallNames().map((name) => systemCallNumber(name, processor))
      .filter((number) => number !== undefined);
    assertEquals(new Set(numbers).size, numbers.length, "no number twice");
  }
});

Deno.test("programBytes() are struct sock_filter, and profiles stay short", () => {
  assertEquals(
    programBytes([{ code: 0x15, whenTrue: 1, whenFalse: 2, operand: 0xc000003e }]).toHex(),
    "150001023e0000c0",
  );
  for (const processor of PROCESSORS) {
    for (const name of PROFILE_NAMES) {
      const { length } = assembled(PROFILES[name], processor);
      assert(length < 400, `${name}, ${processor}: ${length}`);
    }
  }
});
