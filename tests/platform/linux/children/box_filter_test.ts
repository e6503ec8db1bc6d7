/**
 * Programs in a box that filters system calls: each tries what the line forbids and is refused by
 * the kernel; without the line it may, so that the refusal is the line's.
 */
import { PROFILES } from "../../../../core/sandbox/profiles.ts";
import type { Sandbox } from "../../../../core/sandbox/sandbox.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { surroundings, testNeeding, tool } from "../../../skip.ts";
import { buildSettings, type SettingsParts } from "../../child_settings.ts";
import { run, spawn } from "../children.ts";
import { attempt, type Attempts, NOBODY, type Outcomes, sys } from "./box_probe.ts";

const NEEDS = [surroundings("root", Deno.uid() === 0), tool("perl")];

/** A line, what it forbids, what comes of that with it and without it, and what it leaves. */
interface Case {
  readonly sandbox: Sandbox;
  readonly attempts: Attempts;
  readonly with: Outcomes;
  readonly without: Outcomes;
}

const [NEWUTS, NEWUSER] = [0x04000000, 0x10000000];
const AT_FDCWD = -100;
const [PRIVATE_ANONYMOUS, SHARED_ANONYMOUS] = [0x22, 0x21];

/** Calls that change nothing where they are allowed. */
const CASES: Readonly<Record<string, Case>> = {
  "restrict-address-families": {
    sandbox: { "restrict-address-families": ["unix", "inet"] },
    attempts: {
      packet: "socket(my $s, 17, SOCK_RAW, 0)",
      netlink: "socket(my $s, 16, SOCK_RAW, 0)",
      inet: "socket(my $s, AF_INET, SOCK_STREAM, 0)",
      unix: "socket(my $s, AF_UNIX, SOCK_STREAM, 0)",
    },
    with: { packet: "EAFNOSUPPORT", netlink: "EAFNOSUPPORT", inet: "ok", unix: "ok" },
    without: { packet: "ok", netlink: "ok", inet: "ok", unix: "ok" },
  },
  "restrict-namespaces": {
    sandbox: { "restrict-namespaces": ["uts"] },
    attempts: {
      setns: `open(my $n, "<", "/proc/self/ns/uts"); ${sys("setns", "fileno($n)", 0)}`,
      other: sys("unshare", NEWUSER),
      allowed: sys("unshare", NEWUTS),
      fork: "my $p = fork(); exit 0 if defined $p && $p == 0; waitpid($p, 0)",
    },
    with: { setns: "EPERM", other: "EPERM", allowed: "ok", fork: "ok" },
    without: { setns: "ok", other: "ok", allowed: "ok", fork: "ok" },
  },
  "restrict-suid-sgid": {
    sandbox: { "restrict-suid-sgid": true },
    attempts: {
      chmod: `open(my $f, ">", "/tmp/dinit-box-$$"); chmod(04755, "/tmp/dinit-box-$$") || undef`,
      fchmodat2: sys("fchmodat2", AT_FDCWD, '"/tmp/dinit-box-$$"', "02755", 0),
      plain: 'chmod(0644, "/tmp/dinit-box-$$") && unlink("/tmp/dinit-box-$$") || undef',
      open: sys("openat", AT_FDCWD, '"/tmp/dinit-box-$$"', "O_WRONLY|O_CREAT", "06755"),
      gone: 'unlink("/tmp/dinit-box-$$") ? 1 : $!{ENOENT}',
      mkdir: `my $r = ${sys("mkdirat", AT_FDCWD, '"/tmp/dinit-box-$$"', "02755")}; ` +
        'my $e = $!; rmdir("/tmp/dinit-box-$$"); $! = $e; $r',
    },
    with: {
      ...{ chmod: "EPERM", fchmodat2: "EPERM", plain: "ok", open: "EPERM", gone: "ok" },
      mkdir: "EPERM",
    },
    without: { chmod: "ok", fchmodat2: "ok", plain: "ok", open: "ok", gone: "ok", mkdir: "ok" },
  },
  "restrict-realtime": {
    sandbox: { "restrict-realtime": true },
    attempts: {
      batch: `my $p = pack("i", 0); ${sys("sched_setscheduler", 0, 3, "$p")}`,
      fifo: `my $p = pack("i", 1); ${sys("sched_setscheduler", 0, 1, "$p")}`,
      back: `my $p = pack("i", 0); ${sys("sched_setscheduler", 0, 0, "$p")}`,
    },
    with: { batch: "ok", fifo: "EPERM", back: "ok" },
    without: { batch: "ok", fifo: "ok", back: "ok" },
  },
  "lock-personality": {
    sandbox: { "lock-personality": true },
    attempts: { ask: sys("personality", "0xffffffff"), set: sys("personality", "0x0040000") },
    with: { ask: "ok", set: "EPERM" },
    without: { ask: "ok", set: "ok" },
  },
  "memory-deny-write-execute": {
    sandbox: { "memory-deny-write-execute": true },
    attempts: {
      both: sys("mmap", 0, 4096, 7, PRIVATE_ANONYMOUS, -1, 0),
      later: `my $a = ${sys("mmap", 0, 4096, 3, SHARED_ANONYMOUS, -1, 0)}; ` +
        sys("mprotect", "$a", 4096, 5),
      written: sys("mmap", 0, 4096, 3, PRIVATE_ANONYMOUS, -1, 0),
      library: "require POSIX",
    },
    with: { both: "EPERM", later: "EPERM", written: "ok", library: "ok" },
    without: { both: "ok", later: "ok", written: "ok", library: "ok" },
  },
  "protect-clock": {
    sandbox: { "protect-clock": true },
    attempts: {
      set: sys("settimeofday", 0, 0),
      read: `my $t = "\\0" x 16; ${sys("clock_gettime", 0, "$t")}`,
    },
    with: { set: "EPERM", read: "ok" },
    without: { set: "ok", read: "ok" },
  },
  "protect-kernel-modules": {
    sandbox: { "protect-kernel-modules": true },
    attempts: {
      init: sys("init_module", 0, 0, '""'),
      finit: sys("finit_module", -1, '""', 0),
      delete: sys("delete_module", '"there_is_no_such"', 0),
    },
    with: { init: "EPERM", finit: "EPERM", delete: "EPERM" },
    // Without a line the kernel looks at what it is given, if it has modules at all.
    without: {},
  },
  "protect-kernel-logs": {
    sandbox: { "protect-kernel-logs": true },
    attempts: { size: sys("syslog", 10, 0, 0) },
    with: { size: "EPERM" },
    without: { size: "ok" },
  },
  "protect-hostname": {
    sandbox: { "protect-hostname": true },
    attempts: { name: sys("sethostname", '"x"', 1), domain: sys("setdomainname", '"x"', 1) },
    with: { name: "EPERM", domain: "EPERM" },
    without: {},
  },
  "system-calls, those that are refused": {
    sandbox: { "system-calls": ["!@mount", "!@debug", "!@setuid", "!@reboot"] },
    attempts: {
      mount: sys("mount", '"none"', '"/nowhere"', '"tmpfs"', 0, 0),
      ptrace: sys("ptrace", 0, 0, 0, 0),
      setuid: sys("setresuid", -1, -1, -1),
      reboot: sys("reboot", 0, 0, 0, 0),
      getpid: sys("getpid"),
    },
    with: { mount: "EPERM", ptrace: "EPERM", setuid: "EPERM", reboot: "EPERM", getpid: "ok" },
    without: { mount: "ENOENT", ptrace: "ok", setuid: "ok", reboot: "EINVAL", getpid: "ok" },
  },
  "system-calls, those that are allowed": {
    sandbox: { "system-calls": ["@system-service"], "system-call-error": "EACCES" },
    attempts: {
      mount: sys("mount", '"none"', '"/nowhere"', '"tmpfs"', 0, 0),
      // A number that no kernel has.
      later: "syscall(1000)",
      setuid: sys("setresuid", -1, -1, -1),
    },
    with: { mount: "EACCES", later: "ENOSYS", setuid: "ok" },
    without: { mount: "ENOENT", later: "ENOSYS", setuid: "ok" },
  },
};

for (const [line, { sandbox, attempts, with: boxed, without }] of Object.entries(CASES)) {
  testNeeding(`a box refuses what ${line} forbids, and nothing else`, NEEDS, () => {
    assertEquals(attempt(sandbox, attempts), boxed);
    if (Object.keys(without).length > 0) assertEquals(attempt(undefined, attempts), without);
  });

  testNeeding(`a box refuses another user what ${line} forbids`, NEEDS, () => {
    const outcomes = attempt(sandbox, attempts, NOBODY);
    for (const [name, outcome] of Object.entries(boxed)) {
      if (outcome !== "ok") assertEquals(outcomes[name], outcome, name);
    }
  });
}

testNeeding("a box ends what makes a refused call when it is to be killed", NEEDS, () => {
  const sandbox: Sandbox = { "system-calls": ["!getcwd"], "system-call-error": "kill" };
  const { status } = run({ command: ["/bin/pwd"], sandbox });
  const SIGSYS = 31;
  assert(status.kind === "signalled" && status.signal === SIGSYS, JSON.stringify(status));
});

/** A field of /proc/self/status in the box. */
function statusField(name: string, parts: SettingsParts): string | undefined {
  const { output } = run({ command: ["/bin/cat", "/proc/self/status"], ...parts });
  return new RegExp(`^${name}:\\s*(\\S+)$`, "m").exec(output)?.[1];
}

testNeeding("a filter keeps programs from gaining rights unless they are root's", NEEDS, () => {
  const gains = (sandbox: Sandbox, parts: SettingsParts = {}) =>
    statusField("NoNewPrivs", { sandbox, ...parts }) === "0";
  assertEquals(gains({ "protect-clock": true }), true);
  assertEquals(gains({ "protect-clock": true }, NOBODY), false);
  assertEquals(gains({ "private-tmp": true }, NOBODY), true);
  assertEquals(gains({ "no-new-privileges": true }), false);
  assertEquals(gains({ "landlock-scopes": ["signals"] }, NOBODY), false);
});

testNeeding("lines about the machine take the capabilities for it from all programs", NEEDS, () => {
  const bounds = (sandbox: Sandbox, parts: SettingsParts = {}) =>
    BigInt(`0x${statusField("CapBnd", { sandbox, ...parts })}`);
  const [MODULE, RAWIO, TIME, MKNOD, SYSLOG, WAKE] = [16n, 17n, 25n, 27n, 34n, 35n];
  const taken = [MODULE, RAWIO, TIME, MKNOD, SYSLOG, WAKE].map((number) => 1n << number);
  for (const parts of [{}, NOBODY]) {
    const strict = bounds(PROFILES.strict, parts);
    const web = bounds(PROFILES.web, parts);
    for (const bit of taken) assertEquals([strict & bit, web & bit], [0n, 0n]);
  }
  assertEquals(bounds({ "protect-clock": true }) & (1n << SYSLOG), 1n << SYSLOG);
});

testNeeding("a program that cannot be executed is reported from within the box", NEEDS, () => {
  const attemptOf = (command: string) =>
    spawn(buildSettings({ command: [command], sandbox: PROFILES.strict }));
  assertEquals(attemptOf("/nowhere"), { kind: "exec-failed", stage: 18, errno: 2 });
  assertEquals(attemptOf("nowhere"), { kind: "exec-failed", stage: 18, errno: 2 });
  assertEquals(attemptOf("/etc/passwd"), { kind: "exec-failed", stage: 18, errno: 13 });
});
