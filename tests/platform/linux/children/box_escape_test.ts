/**
 * A program that tries to get out: what a box is to keep it from, all in one, under both profiles,
 * as root, as another user, and under an ordinary user's manager. What each line alone refuses is
 * in the tests beside this one.
 */
import { PROFILES } from "../../../../core/sandbox/profiles.ts";
import type { Sandbox } from "../../../../core/sandbox/sandbox.ts";
import { assert, assertEquals } from "../../../assert.ts";
import { testNeeding, tool } from "../../../skip.ts";
import {
  attempt,
  type Attempts,
  BOXES,
  NOBODY,
  open,
  type Outcomes,
  outcomesOf,
  probeScript,
  sys,
} from "./box_probe.ts";
import { runAsUser } from "./user_runs.ts";

const NEEDS = [BOXES, tool("perl")];
const [CLONE_NEWUSER, CLONE_NEWNS, SIGCHLD] = [0x10000000, 0x20000, 17];
const SHARED_ANONYMOUS = 0x21;
const NEW = "dinit-box-escape";

/** None of it changes anything where it is allowed. */
const ESCAPES: Attempts = {
  "read /root": 'opendir(my $d, "/root") or return undef; ' +
    'my @e = grep { !/^\\.\\.?$/ } readdir($d); $! = 2; @e > 0 ? "ok" : undef',
  "write /usr": open(`/usr/${NEW}`, "c"),
  "write /etc": open(`/etc/${NEW}`, "c"),
  "raw socket": "socket(my $s, 17, SOCK_RAW, 0)",
  "load a module": sys("finit_module", -1, '""', 0),
  "set the clock": sys("clock_settime", 0, 0),
  "adjust the clock": `my $t = pack("x208"); substr($t, 0, 4) = pack("I", 2); ${
    sys("adjtimex", "$t")
  }`,
  "trace": sys("ptrace", 16, 1, 0, 0),
  "read another's memory": 'open(my $m, "<", "/proc/1/mem")',
  "mount": sys("mount", '"none"', '"/usr"', '"tmpfs"', 0, 0),
  "pivot": sys("pivot_root", '"/"', '"/"'),
  "new users": sys("unshare", CLONE_NEWUSER),
  "new mounts": sys("unshare", CLONE_NEWNS),
  "clone into new users": sys("clone", CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0),
  "clone3": sys("clone3", 0, 0),
  "enter a namespace": `open(my $n, "<", "/proc/self/ns/uts"); ${sys("setns", "fileno($n)", 0)}`,
  "set-user-id": `open(my $f, ">", "/tmp/${NEW}"); chmod(04755, "/tmp/${NEW}") || undef`,
  "reboot": sys("reboot", 0, 0, 0, 0),
  "swap": sys("swapoff", '"/nowhere"'),
  "kernel's keys": sys("bpf", 0, 0, 0),
  "handles of files": sys("open_by_handle_at", -100, 0, 0),
};

/** What leaves no doubt that it was refused, and not merely useless. */
const REFUSALS = ["EPERM", "EACCES", "EROFS", "ENOENT", "ENOSYS", "EAFNOSUPPORT"];

function assertRefused(outcomes: Outcomes, attempts: Attempts, who: string): void {
  assertEquals(Object.keys(outcomes), Object.keys(attempts), who);
  const escaped = Object.entries(outcomes)
    .filter(([, outcome]) => !REFUSALS.includes(outcome));
  assertEquals(escaped, [], who);
}

/** Only the strictest forbids them: programs that translate code as they go could not run. */
const CODE: Attempts = {
  "writable code": sys("mmap", 0, 4096, 7, 0x22, -1, 0),
  "code that was written": `my $a = ${sys("mmap", 0, 4096, 3, SHARED_ANONYMOUS, -1, 0)}; ` +
    sys("mprotect", "$a", 4096, 5),
  "code that was written, with a key":
    `my $a = ${sys("mmap", 0, 4096, 3, SHARED_ANONYMOUS, -1, 0)}; ` +
    sys("pkey_mprotect", "$a", 4096, 5, -1),
  "shared code": `my $i = ${sys("shmget", 0, 4096, "01700")}; my $r = ${
    sys("shmat", "$i", 0, "0100000")
  }; my $e = $!; ${sys("shmctl", "$i", 0, 0)}; $! = $e; $r`,
};

const WAYS: Readonly<Record<string, Attempts>> = {
  web: ESCAPES,
  strict: {
    ...ESCAPES,
    ...CODE,
    "another user": sys("setresuid", 1234, 1234, 1234),
    "a network": "socket(my $s, AF_INET, SOCK_STREAM, 0)",
  },
};

for (const [profile, attempts] of Object.entries(WAYS)) {
  const sandbox: Sandbox = PROFILES[profile as keyof typeof PROFILES];

  testNeeding(`a program in the box "${profile}" does not get out, whoever it is`, NEEDS, () => {
    assertRefused(attempt(sandbox, attempts), attempts, "root");
    assertRefused(attempt(sandbox, attempts, NOBODY), attempts, "nobody");
  });

  testNeeding(
    `a program in the box "${profile}" of a user's manager does not get out`,
    NEEDS,
    () => {
      // As it is when it is loaded by such a manager.
      const { "protect-proc": _, "proc-subset": __, ...served } = sandbox;
      const script = `exec /usr/bin/perl - <<'END'\n${probeScript(attempts)}\nEND`;
      const [ran] = runAsUser([[served, script]]);
      assertEquals(ran?.outcome, { kind: "executed" });
      assertRefused(outcomesOf(ran?.output ?? ""), attempts, "a user's");
    },
  );
}

testNeeding("the same program without a box could do most of it as root", NEEDS, () => {
  // Else a refusal would prove nothing.
  const harmless = ["write /usr", "raw socket", "trace", "new mounts", "set-user-id"];
  const attempts = Object.fromEntries(
    Object.entries(ESCAPES).filter(([name]) => harmless.includes(name)),
  );
  const outcomes = attempt(undefined, { ...attempts, ...CODE });
  for (const path of [`/usr/${NEW}`, `/tmp/${NEW}`]) Deno.removeSync(path);
  assert(outcomes.trace === "ok" || outcomes.trace === "EPERM", outcomes.trace);
  assertEquals(
    Object.entries(outcomes).filter(([name, outcome]) => name !== "trace" && outcome !== "ok"),
    [],
  );
});
