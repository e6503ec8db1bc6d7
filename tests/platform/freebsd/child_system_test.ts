/** What a child does on FreeBSD, read from the plan, and the numbers that its stub is given. */
import { allocate } from "../../../platform/ffi/memory.ts";
import { EXEC_STAGE } from "../../../core/types.ts";
import { FREEBSD_CALLS } from "../../../platform/freebsd/abi.ts";
import { FREEBSD_CHILD_SYSTEM } from "../../../platform/freebsd/child_system.ts";
import type { ChildContext } from "../../../platform/child/call.ts";
import { childCalls } from "../../../platform/child/calls.ts";
import { CallList, EncodedBlocks } from "../../../platform/child/call_list.ts";
import { assert, assertEquals } from "../../assert.ts";
import {
  buildContext,
  buildSettings,
  descriptor,
  plannedLines,
  REPORT,
} from "../child_settings.ts";
import type { SettingsParts } from "../child_settings.ts";
import facts from "../abi_freebsd.json" with { type: "json" };

const { TIOCSCTTY, TIOCSPGRP } = facts.ioctl;

function freebsdContext(parts: Partial<ChildContext> = {}): ChildContext {
  return buildContext({ system: FREEBSD_CHILD_SYSTEM, ...parts });
}

function lines(parts: SettingsParts, context: Partial<ChildContext> = {}): string[] {
  return plannedLines(buildSettings(parts), freebsdContext(context));
}

const END = [
  "18 sigaction(13, [0 0 0 0], 0)",
  "18 sigprocmask(3, [0 0], 0)",
  '18 execve("/bin/true", argv, environment)',
];

Deno.test("a plain child on FreeBSD uses dup2 and FreeBSD's signal calls", () => {
  assertEquals(lines({}), [
    '5 chdir("/")',
    "6 dup2(20, 0)",
    "6 dup2(20, 1)",
    "6 dup2(1, 2)",
    "6 setsid()",
    ...END,
  ]);
});

Deno.test("sources in the way are parked close-on-exec by FreeBSD's fcntl", () => {
  const parts = {
    readiness: { fd: descriptor(30), number: 20 },
    activationSockets: [descriptor(40)],
  } as const;
  const first = lines(parts)[0];
  assertEquals(first, `0 fcntl(20, ${facts.open.F_DUP2FD_CLOEXEC}, 4)`);
});

Deno.test("a child on the console takes the terminal with FreeBSD's requests", () => {
  const own = lines({ console: "foreground" });
  assertEquals(own.slice(4, 6), ["6 setsid()", `6 ioctl(0, ${TIOCSCTTY}, 0) ignore`]);
  const { SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU } = facts.signals;
  const mask = [SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU]
    .reduce((bits, signal) => bits | (1n << BigInt(signal - 1)), 0n);
  assertEquals(own.at(-2), `18 sigprocmask(3, [${mask} 0], 0)`);
  assertEquals(lines({ console: "foreground" }, { consoleHasSession: true }).slice(4, 7), [
    "6 setpgid(0, 0)",
    "6 getpid()",
    `6 ioctl(0, ${TIOCSPGRP}, result-address) ignore`,
  ]);
});

Deno.test("a child opens the machine's console itself on FreeBSD, in its own session", () => {
  const inherit = { kind: "inherit" } as const;
  const streams = { standardInput: inherit, standardOutput: inherit };
  const own = { ownConsole: "/dev/console" };
  const { O_RDWR, O_CLOEXEC, O_NOCTTY } = facts.open;
  const opening = [
    "6 setsid()",
    `6 openat(-100, "/dev/console", ${O_RDWR | O_CLOEXEC | O_NOCTTY}, 0) ignore`,
    "6 dup2(result, 0) ignore",
    "6 dup2(0, 1)",
    "6 dup2(0, 2)",
  ];
  const foreground = lines({ ...streams, console: "foreground" }, own);
  assertEquals(foreground.slice(1, 7), [...opening, `6 ioctl(0, ${TIOCSCTTY}, 0) ignore`]);
  // Who shares it must not be the one whose end cuts everybody off.
  const sharing = lines({ ...streams, console: "shares" }, own);
  assertEquals(sharing.slice(1, 6), opening);
  assert(!sharing.some((line) => line.includes("ioctl")));
  const readiness = { fd: descriptor(30), number: 1 } as const;
  const without1 = lines({ ...streams, readiness, console: "shares" }, own);
  assertEquals(without1.slice(4, 6), ["6 dup2(result, 0) ignore", "6 dup2(0, 2)"]);
});

Deno.test("limits on FreeBSD are signed words of setrlimit", () => {
  const infinity = 2n ** 63n - 1n;
  const attributes = {
    limits: [
      { resource: "nofile", soft: 512n, hard: "unlimited" },
      { resource: "addrspace", soft: "unchanged", hard: 2n ** 63n },
    ],
  } as const;
  const { RLIMIT_NOFILE, RLIMIT_AS } = facts.rlimit;
  const limits = new Map([[RLIMIT_AS, { soft: 9n, hard: 10n }]]);
  const found = lines({ attributes }, { limits }).filter((line) => line.includes("setrlimit"));
  assertEquals(found, [
    `8 setrlimit(${RLIMIT_NOFILE}, [512 ${infinity}])`,
    `8 setrlimit(${RLIMIT_AS}, [9 ${infinity}])`,
  ]);
});

Deno.test("a raised descriptor limit is taken back on FreeBSD", () => {
  const { RLIMIT_NOFILE } = facts.rlimit;
  const limits = new Map([[RLIMIT_NOFILE, { soft: 1024n, hard: 4096n }]]);
  const found = lines({}, { limits, descriptorLimitRaised: true });
  assertEquals(found.filter((line) => line.startsWith("8 ")), [
    `8 setrlimit(${RLIMIT_NOFILE}, [1024 4096])`,
  ]);
});

Deno.test("the user's own group comes first and is set again on FreeBSD", () => {
  const attributes = {
    runAs: { kind: "named", user: "www", uid: 80, gid: 81, groups: [82, 81] },
  } as const;
  assertEquals(lines({ attributes }).filter((line) => line.startsWith("9 ")), [
    "9 setgroups(2, [81 82])",
    "9 setresgid(81, 81, 81)",
    "9 setresuid(80, 80, 80)",
  ]);
});

Deno.test("no-new-privileges is procctl on FreeBSD", () => {
  const { PROC_NO_NEW_PRIVS_CTL, PROC_NO_NEW_PRIVS_ENABLE } = facts.procctl;
  const found = lines({ attributes: { noNewPrivileges: true, nice: -30 } });
  assertEquals(found.slice(5, 7), [
    "12 setpriority(0, 0, -20)",
    `11 procctl(0, 0, ${PROC_NO_NEW_PRIVS_CTL}, [${PROC_NO_NEW_PRIVS_ENABLE}])`,
  ]);
});

Deno.test("what FreeBSD's kernel lacks makes no child, and names its stage", () => {
  const { EOPNOTSUPP } = facts.errno;
  const cases: readonly (readonly [SettingsParts, number])[] = [
    [{ attributes: { ioPriority: 7 } }, EXEC_STAGE.priority],
    [{ attributes: { oomScoreAdjust: 1 } }, EXEC_STAGE.priority],
    [{ attributes: { capabilities: [] } }, EXEC_STAGE.capabilities],
    [{ attributes: { secureBits: 0 } }, EXEC_STAGE.capabilities],
    [{ sandbox: { "private-tmp": true } }, EXEC_STAGE.capabilities],
    [{ cgroupProcs: "/x/cgroup.procs" }, EXEC_STAGE.cgroup],
  ];
  for (const [parts, stage] of cases) {
    assertEquals(lines(parts), [`impossible ${stage} ${EOPNOTSUPP}`]);
  }
});

Deno.test("the stub gets FreeBSD's numbers, and requests without a sign", () => {
  const settings = buildSettings({ console: "foreground" });
  const plan = childCalls(settings, freebsdContext({ consoleHasSession: true }), REPORT);
  assert(plan.kind === "plan");
  const encoded = new CallList({
    calls: FREEBSD_CALLS,
    cloneFlags: { sharing: 0, copying: 0 },
    allocate,
    blocks: new EncodedBlocks(),
  })
    .encode(plan, { report: REPORT, sharesMemory: false });
  assert(encoded.kind === "encoded");
  const pointer = Deno.UnsafePointer.create(BigInt(encoded.listAddress));
  assert(pointer !== null);
  const memory = new Deno.UnsafePointerView(pointer).getArrayBuffer(plan.calls.length * 64);
  const view = new DataView(memory);
  const numbers = plan.calls.map((_, index) => Number(view.getBigInt64(index * 64, true)));
  const expected: Readonly<Record<string, number>> = facts.syscalls;
  assertEquals(numbers, plan.calls.map((call) => expected[call.name] ?? 0));
  const ioctl = plan.calls.findIndex((call) => call.name === "ioctl");
  assertEquals(view.getBigUint64(ioctl * 64 + 16, true), BigInt(TIOCSPGRP));
});
