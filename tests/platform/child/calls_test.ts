/** What a child does before its program runs, read from the plan: nothing is started here. */
import type { ChildContext } from "../../../platform/child/call.ts";
import { childCalls } from "../../../platform/child/calls.ts";
import type { StandardStream } from "../../../platform/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import {
  allPlannedLines,
  buildContext,
  buildSettings,
  descriptor,
  plannedLines,
  REPORT,
} from "../child_settings.ts";

/** What every child that is not on the console ends with. */
const END = [
  "18 rt_sigaction(13, [0 0 0 0], 0, 8)",
  "18 rt_sigprocmask(2, [0], 0, 8)",
  '18 execve("/bin/true", argv, environment)',
];

const O_WRONLY_CLOEXEC_NOCTTY = 1 | 0o2000000 | 0o400;

Deno.test("childCalls() of a plain service connects, makes a session and runs it", () => {
  const output: StandardStream = { kind: "descriptor", fd: descriptor(41) };
  assertEquals(plannedLines(buildSettings({ standardOutput: output, workingDirectory: "/srv" })), [
    '5 chdir("/srv")',
    "6 dup3(20, 0, 0)",
    "6 dup3(41, 1, 0)",
    "6 dup3(1, 2, 0)",
    "6 setsid()",
    ...END,
  ]);
});

Deno.test("childCalls() hands the environment on untouched when nothing is added", () => {
  const settings = buildSettings();
  const plan = childCalls(settings, buildContext(), REPORT);
  assert(plan.kind === "plan" && plan.environment === settings.environment);
});

Deno.test("childCalls() without an open /dev/null lets the child open it", () => {
  const lines = plannedLines(buildSettings(), buildContext({ nullDevice: undefined }));
  assertEquals(lines.slice(1, 6), [
    '6 openat(-100, "/dev/null", 524290, 0)',
    "6 dup3(result, 0, 0)",
    '6 openat(-100, "/dev/null", 524290, 0)',
    "6 dup3(result, 1, 0)",
    "6 dup3(1, 2, 0)",
  ]);
});

Deno.test("childCalls() on a console without a session makes one and takes the terminal", () => {
  const inherit: StandardStream = { kind: "inherit" };
  const settings = buildSettings({
    console: "foreground",
    standardInput: inherit,
    standardOutput: inherit,
  });
  assertEquals(plannedLines(settings), [
    '5 chdir("/")',
    "6 setsid()",
    "6 ioctl(0, 21518, 0) ignore",
    "18 rt_sigaction(13, [0 0 0 0], 0, 8)",
    // INT, QUIT, TSTP, TTIN, TTOU
    `18 rt_sigprocmask(2, [${2 + 4 + (7 << 19)}], 0, 8)`,
    '18 execve("/bin/true", argv, environment)',
  ]);
});

Deno.test("childCalls() on the manager's own terminal puts a new group in the foreground", () => {
  const inherit: StandardStream = { kind: "inherit" };
  const settings = buildSettings({
    console: "foreground",
    unmaskInterrupt: true,
    standardInput: inherit,
    standardOutput: inherit,
  });
  const lines = plannedLines(settings, buildContext({ consoleHasSession: true }));
  assertEquals(lines.slice(1, 4), [
    "6 setpgid(0, 0)",
    "6 getpid()",
    "6 ioctl(0, 21520, result-address) ignore",
  ]);
  assertEquals(lines.at(-2), `18 rt_sigprocmask(2, [${4 + (7 << 19)}], 0, 8)`);
});

Deno.test("childCalls() that shares the console makes a group that reading does not stop", () => {
  const inherit: StandardStream = { kind: "inherit" };
  const settings = buildSettings({
    console: "shares",
    standardInput: inherit,
    standardOutput: inherit,
  });
  const lines = plannedLines(settings, buildContext({ consoleHasSession: true }));
  const [defaults, , program] = END;
  // TTIN, TTOU
  const ignored = [21, 22].map((signal) => `18 rt_sigaction(${signal}, [1 0 0 0], 0, 8)`);
  const mask = `18 rt_sigprocmask(2, [${3 << 20}], 0, 8)`;
  assertEquals(lines, ['5 chdir("/")', "6 setpgid(0, 0)", defaults, ...ignored, mask, program]);
});

Deno.test("childCalls() that shares a console without a session does not take the terminal", () => {
  const inherit: StandardStream = { kind: "inherit" };
  const settings = buildSettings({
    console: "shares",
    standardInput: inherit,
    standardOutput: inherit,
  });
  const lines = plannedLines(settings);
  assertEquals(lines.slice(0, 3), ['5 chdir("/")', "6 setsid()", END[0]]);
});

Deno.test("childCalls() moves the readiness pipe to its number and leaves that stream to it", () => {
  const output: StandardStream = { kind: "descriptor", fd: descriptor(41) };
  const withNumber = (number: number) =>
    plannedLines(buildSettings({
      standardOutput: output,
      readiness: { fd: descriptor(30), number },
    })).slice(0, 5);
  assertEquals(withNumber(0), [
    "0 dup3(30, 0, 0)",
    '5 chdir("/")',
    "6 dup3(41, 1, 0)",
    "6 dup3(1, 2, 0)",
    "6 setsid()",
  ]);
  assertEquals(withNumber(1), [
    "0 dup3(30, 1, 0)",
    '5 chdir("/")',
    "6 dup3(20, 0, 0)",
    "6 dup3(41, 2, 0)",
    "6 setsid()",
  ]);
  assertEquals(withNumber(2), [
    "0 dup3(30, 2, 0)",
    '5 chdir("/")',
    "6 dup3(20, 0, 0)",
    "6 dup3(41, 1, 0)",
    "6 setsid()",
  ]);
});

Deno.test("childCalls() clears close-on-exec when a descriptor is in its place already", () => {
  const lines = plannedLines(buildSettings({ readiness: { fd: descriptor(9), number: 9 } }));
  assertEquals(lines[0], "0 fcntl(9, 2, 0)");
});

Deno.test("childCalls() parks a descriptor that another one moves over", () => {
  const settings = buildSettings({
    readiness: { fd: descriptor(3), number: 5 },
    activationSockets: [descriptor(5)],
    standardOutput: { kind: "descriptor", fd: descriptor(3) },
  });
  assertEquals(plannedLines(settings).slice(0, 9), [
    "0 dup3(5, 4, 524288)",
    "0 dup3(3, 6, 524288)",
    "3 dup3(4, 3, 0)",
    "0 dup3(6, 5, 0)",
    "3 write-own-pid(pid-text)",
    '5 chdir("/")',
    "6 dup3(20, 0, 0)",
    "6 dup3(6, 1, 0)",
    "6 dup3(1, 2, 0)",
  ]);
});

Deno.test("childCalls() parks /dev/null when its number is asked for", () => {
  const settings = buildSettings({ readiness: { fd: descriptor(30), number: 20 } });
  assertEquals(plannedLines(settings).slice(0, 6), [
    "0 dup3(20, 3, 524288)",
    "0 dup3(30, 20, 0)",
    '5 chdir("/")',
    "6 dup3(3, 0, 0)",
    "6 dup3(3, 1, 0)",
    "6 dup3(1, 2, 0)",
  ]);
});

Deno.test("childCalls() names passed sockets in the environment, replacing inherited names", () => {
  const settings = buildSettings({
    environment: ["LISTEN_PID=1", "A=b", "DINIT_CS_FD=9", "DINIT_CS_FDX=kept"],
    activationSockets: [descriptor(31), descriptor(32)],
    controlSocket: descriptor(33),
    readiness: { fd: descriptor(34), variable: "READY" },
  });
  const plan = childCalls(settings, buildContext(), REPORT);
  assertEquals(plan.kind === "plan" ? plan.environment : [], [
    "A=b",
    "DINIT_CS_FDX=kept",
    "LISTEN_FDS=2",
    "LISTEN_PID=0000000",
    "READY=34",
    "DINIT_CS_FD=33",
  ]);
  assertEquals(plannedLines(settings).slice(0, 5), [
    "3 dup3(31, 3, 0)",
    "3 dup3(32, 4, 0)",
    "2 fcntl(34, 2, 0)",
    "4 fcntl(33, 2, 0)",
    "3 write-own-pid(pid-text)",
  ]);
});

Deno.test("childCalls() gives the control socket a free number when its own is taken", () => {
  const settings = buildSettings({
    activationSockets: [descriptor(31)],
    controlSocket: descriptor(3),
  });
  const lines = plannedLines(settings);
  assertEquals(lines.slice(0, 3), [
    "0 dup3(3, 5, 524288)",
    "3 dup3(31, 3, 0)",
    "4 dup3(5, 4, 0)",
  ]);
});

Deno.test("childCalls() refuses a readiness number that a passed socket has", () => {
  const settings = buildSettings({
    activationSockets: [descriptor(31)],
    readiness: { fd: descriptor(30), number: 3 },
  });
  assertEquals(plannedLines(settings), ["impossible 3 16"]);
});

/** The calls between session and signals. */
function attributeLines(
  attributes: Parameters<typeof buildSettings>[0] & object,
  context?: Partial<ChildContext>,
): string[] {
  const lines = plannedLines(buildSettings(attributes), buildContext(context));
  return lines.slice(lines.indexOf("6 setsid()") + 1, -END.length);
}

Deno.test("childCalls() fills unchanged halves of limits with the manager's", () => {
  const limits = new Map([[7, { soft: 1024n, hard: 4096n }], [4, { soft: 0n, hard: 9n }]]);
  const lines = attributeLines({
    attributes: {
      limits: [
        { resource: "nofile", soft: 512n, hard: "unchanged" },
        { resource: "core", soft: "unchanged", hard: "unlimited" },
      ],
    },
  }, { limits, descriptorLimitRaised: true });
  assertEquals(lines, [
    "8 prlimit64(0, 7, [512 4096], 0)",
    "8 prlimit64(0, 4, [0 18446744073709551615], 0)",
  ]);
});

Deno.test("childCalls() gives the first limit back when the manager has raised its own", () => {
  const limits = new Map([[7, { soft: 1024n, hard: 4096n }]]);
  const lines = attributeLines({}, { limits, descriptorLimitRaised: true });
  assertEquals(lines, ["8 prlimit64(0, 7, [1024 4096], 0)"]);
});

Deno.test("childCalls() opens files before limits come and the user changes", () => {
  const lines = attributeLines({
    cgroupProcs: "/sys/fs/cgroup/web/cgroup.procs",
    attributes: {
      limits: [{ resource: "nofile", soft: 8n, hard: 8n }],
      nice: -30,
      ioPriority: (2 << 13) | 4,
      oomScoreAdjust: -500,
      runAs: { kind: "named", user: "www", uid: 33, gid: 34, groups: [34, 4] },
    },
  });
  assertEquals(lines, [
    "12 setpriority(0, 0, -20)",
    `12 openat(-100, "/proc/self/autogroup", ${O_WRONLY_CLOEXEC_NOCTTY}, 0) ignore-missing`,
    '12 write(result, "-20", 3) ignore',
    "12 ioprio_set(1, 0, 16388)",
    `12 openat(-100, "/proc/self/oom_score_adj", ${O_WRONLY_CLOEXEC_NOCTTY}, 0)`,
    '12 write(result, "-500", 4)',
    `7 openat(-100, "/sys/fs/cgroup/web/cgroup.procs", ${O_WRONLY_CLOEXEC_NOCTTY}, 0)`,
    '7 write(result, "0", 1)',
    "8 prlimit64(0, 7, [8 8], 0)",
    "9 setgroups(2, [34 4])",
    "9 setresgid(34, 34, 34)",
    "9 setresuid(33, 33, 33)",
  ]);
});

Deno.test("childCalls() of a numeric user keeps the group and drops all others", () => {
  const lines = attributeLines({ attributes: { runAs: { kind: "numeric", uid: 1000 } } });
  assertEquals(lines, ["9 setgroups(0, [])", "9 setresuid(1000, 1000, 1000)"]);
});

Deno.test("childCalls() carries capabilities over the change of user", () => {
  const lines = attributeLines({
    attributes: {
      runAs: { kind: "numeric", uid: 1000 },
      capabilities: [
        { capability: 10, inheritable: true, ambient: true, blocked: false },
        { capability: 40, inheritable: true, ambient: false, blocked: false },
        { capability: 21, inheritable: false, ambient: false, blocked: true },
      ],
      secureBits: 3,
      noNewPrivileges: true,
    },
  }, { capabilities: { permitted: 0x1ff_ffff_ffffn, inheritable: 0n } });
  assertEquals(lines, [
    "9 setgroups(0, [])",
    "9 prctl(8, 1, 0, 0, 0)",
    "9 setresuid(1000, 1000, 1000)",
    `11 capset([${0x20080522} 0], [4294967295 4294967295 1024 511 511 256])`,
    "11 prctl(47, 4, 0, 0, 0) ignore",
    "11 prctl(47, 2, 10, 0, 0)",
    "11 prctl(24, 21, 0, 0, 0)",
    "11 prctl(28, 3, 0, 0, 0)",
    "11 prctl(38, 1, 0, 0, 0)",
  ]);
});

Deno.test("childCalls() searches the child's own PATH, an empty element being its directory", () => {
  const settings = buildSettings({
    command: ["web", "--port=80"],
    environment: ["PATH=/opt/bin::/bin"],
  });
  assertEquals(plannedLines(settings).slice(-3), [
    '18 execve("/opt/bin/web", argv, environment) search',
    '18 execve("web", argv, environment) search',
    '18 execve("/bin/web", argv, environment) search',
  ]);
});

Deno.test("childCalls() without a PATH searches the system's two directories", () => {
  const settings = buildSettings({ command: ["web"], environment: [] });
  assertEquals(plannedLines(settings).slice(-2), [
    '18 execve("/bin/web", argv, environment) search',
    '18 execve("/usr/bin/web", argv, environment) search',
  ]);
});

Deno.test("childCalls() of an empty name does not search", () => {
  const lines = plannedLines(buildSettings({ command: [""] }));
  assertEquals(lines.at(-1), '18 execve("", argv, environment)');
});

Deno.test("childCalls() sets the usual oom_score_adj if it can, and the service's own instead", () => {
  const lines = (attributes: { readonly oomScoreAdjust?: number }) =>
    plannedLines(buildSettings({ usualOomScore: 17, attributes }))
      .filter((line) => line.startsWith("12 "));
  assertEquals(lines({}), [
    `12 openat(-100, "/proc/self/oom_score_adj", ${O_WRONLY_CLOEXEC_NOCTTY}, 0) ignore`,
    '12 write(result, "17", 2) ignore',
  ]);
  assertEquals(lines({ oomScoreAdjust: 0 }), [
    `12 openat(-100, "/proc/self/oom_score_adj", ${O_WRONLY_CLOEXEC_NOCTTY}, 0)`,
    '12 write(result, "0", 1)',
  ]);
});

const closing = (first: number, last: number) => `0 close_range(${first}, ${last}, 0) ignore`;
const HIGHEST = 0xffff_ffff;

Deno.test("childCalls() closes first of all what the child does not need", () => {
  const output: StandardStream = { kind: "descriptor", fd: descriptor(41) };
  const lines = allPlannedLines(
    buildSettings({ standardOutput: output, workingDirectory: "/srv" }),
  );
  // Needed are /dev/null (20), the output and the report's descriptor.
  assertEquals(lines.slice(0, 5), [
    closing(3, 19),
    closing(21, 40),
    closing(42, 49),
    closing(51, HIGHEST),
    '5 chdir("/srv")',
  ]);
});

Deno.test("childCalls() keeps what it has moved and what is still to be connected", () => {
  const output: StandardStream = { kind: "descriptor", fd: descriptor(3) };
  const lines = allPlannedLines(buildSettings({
    standardOutput: output,
    activationSockets: [descriptor(30)],
    readiness: { fd: descriptor(31), number: 9 },
  }));
  const moved = lines.slice(0, lines.indexOf('5 chdir("/")'));
  assertEquals(moved.filter((line) => !line.includes("write-own-pid")), [
    // The output's source gives way to the first socket.
    "0 dup3(3, 4, 524288)",
    "3 dup3(30, 3, 0)",
    "0 dup3(31, 9, 0)",
    closing(5, 8),
    closing(10, 19),
    closing(21, 49),
    closing(51, HIGHEST),
  ]);
});

Deno.test("childCalls() moves nothing to the descriptor of the report", () => {
  const output: StandardStream = { kind: "descriptor", fd: descriptor(3) };
  const settings = buildSettings({
    standardOutput: output,
    activationSockets: [descriptor(30)],
    controlSocket: descriptor(2),
  });
  const plan = childCalls(settings, buildContext(), descriptor(4));
  assert(plan.kind === "plan");
  const moves = plan.calls.filter(({ name }) => name === "dup3").map((call) => call.arguments);
  // The output waits on 6, since 4 is the report's and 5 the control socket's.
  assertEquals(moves.slice(0, 4), [[2, 6, 524288], [3, 7, 524288], [30, 3, 0], [6, 5, 0]]);
});
