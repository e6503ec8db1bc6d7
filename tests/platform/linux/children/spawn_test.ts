/**
 * Children of the real kernel: what they inherit, what they are given, and why they cannot start.
 */
import { EXEC_STAGE, type Fd } from "../../../../core/types.ts";
import { call } from "../../../../platform/child/call.ts";
import { createLaunchPriority } from "../../../../platform/linux/children/launch_priority.ts";
import { assert, assertEquals, assertMatch } from "../../../assert.ts";
import { placeExecutableFile } from "../../../executable_file.ts";
import { surroundings, testNeeding, tool } from "../../../skip.ts";
import { buildSettings, type SettingsParts } from "../../child_settings.ts";
import {
  end,
  openDescriptors,
  platform,
  readAll,
  run,
  runShell,
  spawn,
  type Spawned,
  start,
  waitForEnd,
  waitReadable,
} from "../children.ts";
import { withFolder } from "../folder.ts";

type Launched = Extract<ReturnType<typeof platform.launch>, { kind: "launched" }>;
type WatchedLaunch = Launched & { readonly report: Fd };

const isRoot = surroundings("root", Deno.uid() === 0);
const KILL = 9;
const STOP = 19;
const CONT = 18;
const ENOENT = 2;
const EACCES = 13;

function attempt(parts: SettingsParts): Spawned {
  return spawn(buildSettings(parts));
}

/** Fields of a living child's /proc/PID/status. */
function statusOf(parts: SettingsParts): Map<string, string> {
  const { output } = run({ command: ["/bin/cat", "/proc/self/status"], ...parts });
  return new Map(
    output.trim().split("\n").map((line) => {
      const [name = "", value = ""] = line.split(":\t");
      return [name, value.trim()];
    }),
  );
}

Deno.test("launch() has a child's number noted, whatever becomes of the child", () => {
  const memory = platform.keptMemories?.make();
  assert(memory !== undefined && !("kind" in memory), "Linux has such memory");
  const region = memory.begin(65_536);
  assert(!("kind" in region), "there is room");
  const words = new Int32Array(region.buffer, region.byteOffset, 8);
  const numbers: number[] = [];
  for (const command of [["/bin/true"], ["/bin/false"], ["/no/such/program"]]) {
    const at = numbers.length + 1;
    const launched = platform.launch(buildSettings({ command }), { words, at });
    assert(launched.kind === "launched", "there is a child");
    numbers.push(launched.pid);
    waitForEnd(launched.pid);
    if (launched.report !== undefined) platform.close(launched.report);
  }
  assertEquals([...words.subarray(0, 5)], [0, ...numbers, 0]);
  memory.close();
});

Deno.test("spawn() starts a program with its arguments, environment and directory", () => {
  const { output, status } = run({
    command: ["/bin/sh", "-c", 'printf "%s|" "$@" "$A"; pwd', "sh", "one", "zwölf €", ""],
    environment: ["A=grüße", "PATH=/bin"],
    workingDirectory: "/usr/bin",
  });
  assertEquals(output, "one|zwölf €||grüße|/usr/bin\n");
  assertEquals(status, { kind: "exited", code: 0 });
});

Deno.test("spawn() gives exactly the environment that it was given", () => {
  const { output } = run({ command: ["/usr/bin/env"], environment: ["B=2", "A=1", "EMPTY="] });
  assertEquals(output, "B=2\nA=1\nEMPTY=\n");
});

Deno.test("spawn() unblocks all signals and ignores none", () => {
  const status = statusOf({});
  assertEquals(status.get("SigBlk"), "0000000000000000");
  assertEquals(status.get("SigIgn"), "0000000000000000");
  assertEquals(status.get("SigCgt"), "0000000000000000");
});

Deno.test("spawn() on the console blocks what the keyboard sends", () => {
  const blocked = (unmaskInterrupt: boolean) =>
    statusOf({ console: "foreground", unmaskInterrupt }).get("SigBlk");
  assertEquals(blocked(false), "0000000000380006");
  assertEquals(blocked(true), "0000000000380004");
});

Deno.test("spawn() hands no descriptor on but those asked for", () => {
  const { output } = run({ command: ["/bin/ls", "/proc/self/fd"] });
  // 3 is the directory that ls reads.
  assertEquals(output.trim().split(/\s+/), ["0", "1", "2", "3"]);
});

Deno.test("spawn() makes each service leader of its own session and group", () => {
  const { output } = runShell('cut -d" " -f1,5,6,7 /proc/$$/stat');
  const [pid, group, session, terminal] = output.trim().split(" ");
  assertEquals([group, session, terminal], [pid, pid, "0"]);
});

Deno.test("spawn() that shares the console stays in the manager's session in its own group", () => {
  const { output } = runShell('cut -d" " -f1,5,6 /proc/$$/stat; cut -d" " -f6 /proc/$PPID/stat', {
    console: "shares",
  });
  const [own = "", parent] = output.trim().split("\n");
  const [pid, group, session] = own.split(" ");
  assertEquals(group, pid);
  // Without a terminal of the manager's own the child makes its session.
  assert(session === pid || session === parent);
});

Deno.test("spawn() gives a child its own PID as WATCHDOG_PID, alone and beside LISTEN_PID", () => {
  const environment = ["PATH=/usr/bin:/bin", "WATCHDOG_PID=1"];
  const alone = runShell('echo "$((WATCHDOG_PID == $$)) $LISTEN_PID"', {
    environment,
    passesWatchdogPid: true,
  });
  assertEquals(alone.output, "1 \n");
  const pipe = platform.pipe();
  assert(pipe.kind === "pipe");
  const both = runShell('test "$WATCHDOG_PID" = $$ && test "$LISTEN_PID" = $$ && echo both', {
    environment,
    passesWatchdogPid: true,
    activationSockets: [pipe.writeEnd],
  });
  platform.close(pipe.readEnd);
  platform.close(pipe.writeEnd);
  assertEquals(both.output, "both\n");
});

Deno.test("spawn() passes sockets from 3 up with LISTEN_FDS and the child's own PID", () => {
  const pipes = [platform.pipe(), platform.pipe()];
  const ends = pipes.flatMap((pipe) => pipe.kind === "pipe" ? [pipe.readEnd, pipe.writeEnd] : []);
  const [readA, writeA, readB, writeB] = ends as [Fd, Fd, Fd, Fd];
  const { output } = runShell(
    'echo "$LISTEN_FDS $LISTEN_PID $$"; printf a >&3; printf b >&4; ls /proc/self/fd',
    { activationSockets: [writeA, writeB] },
  );
  platform.close(writeA);
  platform.close(writeB);
  assertEquals([readAll(readA), readAll(readB)], ["a", "b"]);
  platform.close(readA);
  platform.close(readB);
  const [line = "", ...numbers] = output.trim().split("\n");
  const [count, listenPid, pid] = line.split(" ");
  assertEquals([count, listenPid], ["2", pid]);
  assertEquals(numbers, ["0", "1", "2", "3", "4", "5"]);
});

for (const number of [0, 1, 2, 3, 9]) {
  Deno.test(`spawn() places the readiness pipe on descriptor ${number}`, () => {
    const ready = platform.pipe();
    assert(ready.kind === "pipe");
    const { output } = runShell(
      `printf ready >&${number}; printf out >&$((${number} == 1 ? 2 : 1))`,
      {
        readiness: { fd: ready.writeEnd, number },
      },
    );
    platform.close(ready.writeEnd);
    assertEquals(readAll(ready.readEnd), "ready");
    platform.close(ready.readEnd);
    assertEquals(output, "out");
  });
}

testNeeding("spawn() names passed descriptors by variables", [tool("bash")], () => {
  const ready = platform.pipe();
  const pair = platform.socketPair();
  assert(ready.kind === "pipe" && pair.kind === "pair");
  const { status } = run({
    readiness: { fd: ready.writeEnd, variable: "READY" },
    controlSocket: pair.far,
    // Descriptors of two digits need a shell that can redirect them.
    command: ["bash", "-c", 'printf r >&"$READY"; printf c >&"$DINIT_CS_FD"'],
  });
  platform.close(ready.writeEnd);
  platform.close(pair.far);
  assertEquals(status, { kind: "exited", code: 0 });
  assertEquals([readAll(ready.readEnd), readAll(pair.near)], ["r", "c"]);
  platform.close(ready.readEnd);
  platform.close(pair.near);
});

Deno.test("spawn() sets resource limits, filling in what is unchanged", () => {
  const { output } = runShell("ulimit -Sn; ulimit -Hn; ulimit -Sc; ulimit -Hc", {
    attributes: {
      limits: [
        { resource: "nofile", soft: 77n, hard: "unchanged" },
        { resource: "core", soft: 0n, hard: 512n },
      ],
    },
  });
  const [soft, hard, core, coreHard] = output.trim().split("\n");
  const own = runShell("ulimit -Hn").output.trim();
  assertEquals([soft, hard, core, coreHard], ["77", own, "0", "1"]);
});

Deno.test("spawn() sets priority, I/O priority and OOM score", () => {
  const { output } = runShell("nice; cat /proc/self/oom_score_adj; ionice 2>/dev/null || true", {
    attributes: { nice: 7, oomScoreAdjust: 300, ioPriority: (3 << 13) | 0 },
  });
  const [nice, score, ionice] = output.trim().split("\n");
  assertEquals([nice, score], ["7", "300"]);
  if (ionice !== undefined) assertMatch(ionice, /idle/);
});

testNeeding("spawn() changes user and groups", [isRoot], () => {
  const status = statusOf({
    attributes: { runAs: { kind: "named", user: "x", uid: 4321, gid: 4322, groups: [4322, 24] } },
  });
  assertEquals(status.get("Uid"), "4321\t4321\t4321\t4321");
  assertEquals(status.get("Gid"), "4322\t4322\t4322\t4322");
  assertEquals(status.get("Groups"), "24 4322");
  assertEquals(status.get("CapEff"), "0000000000000000");
});

testNeeding("spawn() of a numeric user drops all other groups", [isRoot], () => {
  const status = statusOf({ attributes: { runAs: { kind: "numeric", uid: 4321 } } });
  assertEquals(status.get("Uid"), "4321\t4321\t4321\t4321");
  assertEquals(status.get("Gid"), "0\t0\t0\t0");
  assertEquals(status.get("Groups"), "");
});

testNeeding("spawn() gives an unprivileged user the capabilities it is to have", [isRoot], () => {
  const status = statusOf({
    attributes: {
      runAs: { kind: "numeric", uid: 4321 },
      capabilities: [
        { capability: 10, inheritable: true, ambient: true, blocked: false },
        { capability: 21, inheritable: false, ambient: false, blocked: true },
      ],
      noNewPrivileges: true,
    },
  });
  assertEquals(status.get("CapAmb"), "0000000000000400");
  assertEquals(status.get("CapEff"), "0000000000000400");
  assertEquals(status.get("CapInh"), "0000000000000400");
  assertEquals(BigInt(`0x${status.get("CapBnd")}`) & (1n << 21n), 0n);
  assertEquals(status.get("NoNewPrivs"), "1");
});

testNeeding("spawn() sets securebits for another user", [isRoot, tool("python3")], () => {
  const { output, status } = run({
    command: ["python3", "-c", "import ctypes; print(ctypes.CDLL(None).prctl(27))"],
    attributes: { runAs: { kind: "numeric", uid: 4321 }, secureBits: 3 },
  });
  assertEquals([output, status], ["3\n", { kind: "exited", code: 0 }]);
});

testNeeding(
  "spawn() changes nothing of the manager, whose memory the child shares",
  [isRoot],
  () => {
    const own = () => ({
      status: Deno.readTextFileSync("/proc/thread-self/status")
        .split("\n").filter((line) => /^(Uid|Gid|Groups|Cap|Sig(Blk|Ign|Cgt)|NoNew)/.test(line)),
      score: Deno.readTextFileSync("/proc/self/oom_score_adj"),
      limits: Deno.readTextFileSync("/proc/self/limits"),
      directory: Deno.cwd(),
      umask: Deno.umask(),
      nice: Deno.readTextFileSync("/proc/self/stat").split(" ")[18],
      session: Deno.readTextFileSync("/proc/self/stat").split(" ")[5],
    });
    const before = own();
    const { status } = run({
      workingDirectory: "/usr",
      attributes: {
        runAs: { kind: "named", user: "x", uid: 4321, gid: 4322, groups: [24] },
        limits: [{ resource: "nofile", soft: 8n, hard: 128n }],
        nice: 5,
        oomScoreAdjust: 400,
        capabilities: [{ capability: 10, inheritable: true, ambient: true, blocked: false }],
        secureBits: 3,
        noNewPrivileges: true,
      },
    });
    assertEquals(status, { kind: "exited", code: 0 });
    assertEquals(own(), before);
  },
);

Deno.test("spawn() names the stage and the errno of what failed", () => {
  const failed = (stage: number, errno: number) => ({ kind: "exec-failed", stage, errno });
  const EINVAL = 22;
  assertEquals<unknown>(attempt({ workingDirectory: "/nowhere" }), failed(5, ENOENT));
  assertEquals<unknown>(attempt({ command: ["/bin/nothing"] }), failed(18, ENOENT));
  assertEquals<unknown>(attempt({ command: ["/etc/passwd"] }), failed(18, EACCES));
  assertEquals<unknown>(attempt({ command: [""] }), failed(18, ENOENT));
  assertEquals<unknown>(attempt({ cgroupProcs: "/nowhere/cgroup.procs" }), failed(7, ENOENT));
  assertEquals<unknown>(attempt({ environment: ["A=\0"] }), failed(1, EINVAL));
  assertEquals<unknown>(
    attempt({ attributes: { limits: [{ resource: "nofile", soft: 9n, hard: 8n }] } }),
    failed(8, EINVAL),
  );
  assertEquals<unknown>(attempt({ attributes: { ioPriority: 7 << 13 } }), failed(12, EINVAL));
  assertEquals(platform.hasChildren(), false);
});

Deno.test("spawn() reports EBADF for a descriptor that is not open", () => {
  const EBADF = 9;
  const result = attempt({ standardOutput: { kind: "descriptor", fd: 987 as Fd } });
  assertEquals<unknown>(result, { kind: "exec-failed", stage: 6, errno: EBADF });
});

Deno.test("spawn() finds programs as execvp(3) does", () => {
  withFolder((folder) => {
    const [first, second] = [`${folder}/first`, `${folder}/second`];
    for (const directory of [first, second]) Deno.mkdirSync(directory);
    placeExecutableFile(`${second}/tool`, "#!/bin/sh\necho second\n");
    const environment = [`PATH=${folder}/none:${first}:${second}`];
    const parts: SettingsParts = { command: ["tool"], environment };
    assertEquals(run(parts).output, "second\n");
    // One that may not be executed is passed over, but remembered.
    Deno.writeTextFileSync(`${first}/tool`, "", { mode: 0o644 });
    assertEquals(run(parts).output, "second\n");
    Deno.removeSync(`${second}/tool`);
    assertEquals<unknown>(attempt(parts), { kind: "exec-failed", stage: 18, errno: EACCES });
    Deno.removeSync(`${first}/tool`);
    assertEquals<unknown>(attempt(parts), { kind: "exec-failed", stage: 18, errno: ENOENT });
  });
});

Deno.test("spawn() runs a script without an interpreter line by the shell", () => {
  withFolder((folder) => {
    placeExecutableFile(`${folder}/script`, 'echo "$0 $1"\n');
    const { output } = run({ command: ["script", "x"], environment: [`PATH=${folder}`] });
    assertEquals(output, `${folder}/script x\n`);
  });
});

Deno.test("spawn() looks anew each time what a file is, also for the very same settings", () => {
  withFolder((folder) => {
    const file = `${folder}/tool`;
    const settings = buildSettings({ command: [file, "x"] });
    const runAgain = () => {
      const pipe = platform.pipe();
      assert(pipe.kind === "pipe");
      const standardOutput = { kind: "descriptor", fd: pipe.writeEnd } as const;
      const result = spawn({ ...settings, standardOutput });
      platform.close(pipe.writeEnd);
      const output = readAll(pipe.readEnd);
      platform.close(pipe.readEnd);
      if (result.kind === "started") waitForEnd(result.pid);
      return result.kind === "started" ? output : result;
    };
    const script = 'echo "script $1"\n';
    const program = Deno.readFileSync("/bin/echo");
    const outputs = [script, script, program, program, script].map((content) => {
      placeExecutableFile(`${folder}/new`, content);
      Deno.renameSync(`${folder}/new`, file);
      return runAgain();
    });
    assertEquals<unknown>(outputs, ["script x\n", "script x\n", "x\n", "x\n", "script x\n"]);
    Deno.removeSync(file);
    assertEquals<unknown>(runAgain(), { kind: "exec-failed", stage: 18, errno: ENOENT });
    placeExecutableFile(file, program);
    assertEquals(runAgain(), "x\n");
  });
});

Deno.test("spawn() keeps the mask of the caller and leaks no descriptor over 1,000 children", () => {
  start({});
  while (platform.hasChildren()) platform.reap();
  const mask = () => /SigBlk:\t(\w+)/.exec(Deno.readTextFileSync("/proc/thread-self/status"))?.[1];
  const [maskBefore, descriptorsBefore] = [mask(), openDescriptors()];
  const settings = buildSettings({ command: ["/nowhere"] });
  const wrong: Spawned[] = [];
  for (let round = 0; round < 1000; round++) {
    const result = spawn(settings);
    if (result.kind !== "exec-failed" || result.errno !== ENOENT) wrong.push(result);
  }
  assertEquals(wrong, []);
  assertEquals(platform.hasChildren(), false);
  assertEquals(openDescriptors(), descriptorsBefore);
  assertEquals(mask(), maskBefore);
});

Deno.test("spawn() keeps many children apart", () => {
  const pids = Array.from({ length: 200 }, () => start({ command: ["/bin/sleep", "100"] }));
  assertEquals(new Set(pids).size, 200);
  pids.forEach(end);
  assertEquals(platform.hasChildren(), false);
});

/**
 * Scheduling policy of a process: field 41 of /proc/PID/stat, proc(5); 0 is SCHED_OTHER, 1
 * SCHED_FIFO.
 */
function policyOf(pid: number | string): string | undefined {
  return statField(Deno.readTextFileSync(`/proc/${pid}/stat`), POLICY);
}

const NICE = 19;
const POLICY = 41;

/** A field of /proc/PID/stat, by its number in proc(5). */
function statField(stat: string, number: number): string | undefined {
  return stat.trim().slice(stat.lastIndexOf(")") + 2).split(" ")[number - 3];
}

/** Whoever was given a priority keeps it: see `launch_priority.ts`. Field 19 of proc(5)'s stat. */
const isNotNicedUp = surroundings(
  "no nice value below 0",
  Number(statField(Deno.readTextFileSync("/proc/self/stat"), NICE)) >= 0,
);

testNeeding("prefer() leaves no other process with real-time priority", [
  isRoot,
  isNotNicedUp,
], () => {
  platform.prefer("launches");
  try {
    assertEquals(policyOf("thread-self"), "1");
    const pid = start({ command: ["/bin/sleep", "100"] });
    assertEquals(policyOf(pid), "0");
    platform.signal(pid, KILL, "process");
    waitForEnd(pid);
    // What the shell starts is made at once, perhaps before the manager has put the shell back.
    const { output } = runShell("cat /proc/self/stat");
    assertEquals(statField(output, POLICY), "0");
    assertEquals(attempt({ command: ["/nonexistent"] }).kind, "exec-failed");
    platform.prefer("manager");
    assertEquals(policyOf("thread-self"), "1");
    const ordinary = start({ command: ["/bin/sleep", "100"] });
    assertEquals(policyOf(ordinary), "0");
    platform.signal(ordinary, KILL, "process");
    waitForEnd(ordinary);
  } finally {
    platform.prefer("nobody");
  }
  assertEquals(policyOf("thread-self"), "0");
});

testNeeding("a child that is preferred resets its priority for its own children", [isRoot], () => {
  const priority = createLaunchPriority();
  const plain = [
    call(EXEC_STAGE.arrangeDescriptors, "setsid"),
    call(EXEC_STAGE.execute, "execve", "/bin/a"),
    call(EXEC_STAGE.execute, "execve", "/bin/b"),
  ];
  const calls = (settings: Parameters<typeof buildSettings>[0]) =>
    priority.around(buildSettings(settings), plain)
      .map(({ name, arguments: [first, second] }) =>
        `${name} ${first ?? ""} ${second ?? ""}`.trim()
      );
  const programs = ["execve /bin/a", "execve /bin/b"];
  const [raised, lowered] = ["sched_setscheduler 0 1073741825", "sched_setscheduler 0 0"];
  assertEquals(calls({}), [raised, "setsid", ...programs]);
  assertEquals(calls({ cgroupProcs: "/sys/fs/cgroup/a/cgroup.procs" }), [
    lowered,
    "setsid",
    ...programs,
  ]);
  assertEquals(calls({ attributes: { nice: -1 } }), ["setsid", lowered, ...programs]);
});

testNeeding(
  "a child with a nice value below 0 is an ordinary process when it runs",
  [isRoot],
  () => {
    platform.prefer("launches");
    try {
      const command = ["/bin/cat", "/proc/self/stat"];
      const { output } = run({
        command,
        attributes: { nice: -3, runAs: { kind: "numeric", uid: 4321 } },
      });
      assertEquals([statField(output, POLICY), statField(output, NICE)], ["0", "-3"]);
    } finally {
      platform.prefer("nobody");
    }
  },
);

Deno.test("spawn() hands bytes on that are no UTF-8, which texts have as lone surrogates", () => {
  const { output } = runShell('printf %s "$LATIN" | od -An -tx1', {
    environment: ["PATH=/usr/bin:/bin", "LATIN=a\udce9b\udcff\u20ac"],
  });
  assertEquals(output.trim(), "61 e9 62 ff e2 82 ac");
});

Deno.test("spawn() gives the usual OOM score to a child that shares the manager's memory, and to nobody else", () => {
  const scoreOf = (pid: number | "self") =>
    Number(Deno.readTextFileSync(`/proc/${pid}/oom_score_adj`));
  const own = scoreOf("self");
  const wanted = own + 7;
  const pid = start({ command: ["/bin/sleep", "100"], usualOomScore: wanted });
  assertEquals([scoreOf(pid), scoreOf("self")], [wanted, own]);
  end(pid);
});

testNeeding("launch() does not wait for a child that is stopped before its program runs", [
  isRoot,
], () => {
  const launch = launchUntil({ runAs: { kind: "numeric", uid: 4321 } }, (launch) => {
    platform.signal(launch.pid, STOP, "process");
    if (launch.outcome(false).kind === "pending") return true;
    platform.signal(launch.pid, CONT, "process");
    assertEquals(waitForEnd(launch.pid), { kind: "exited", code: 0 });
    return false;
  });
  // The next one has memory of its own, and neither holds the other's descriptors.
  assertEquals(run({ command: ["/bin/echo", "other"] }).output, "other\n");
  assertEquals(launch.outcome(false), { kind: "pending" });
  platform.signal(launch.pid, CONT, "process");
  waitReadable(launch.report);
  assertEquals(launch.outcome(false), { kind: "executed" });
  platform.close(launch.report);
  assertEquals(waitForEnd(launch.pid), { kind: "exited", code: 0 });
});

Deno.test("launch() says of a child that was killed before its program ran that it has ended", () => {
  const launch = launchUntil({}, ({ pid }) => {
    platform.signal(pid, KILL, "process");
    return waitForEnd(pid).kind === "signalled";
  });
  assertEquals(launch.outcome(true), { kind: "executed" });
  platform.close(launch.report);
});

/**
 * A child that something was done to before its program ran: it searches so many directories that
 * it is at it for a while. Where the child was quicker nevertheless, another one is made.
 */
function launchUntil(
  attributes: SettingsParts["attributes"] & object,
  isInTime: (launch: WatchedLaunch) => boolean,
): WatchedLaunch {
  const path = Array.from({ length: 5000 }, (_, index) => `/nowhere/${index}`).join(":");
  for (;;) {
    const launch = platform.launch(buildSettings({
      command: ["true"],
      environment: [`PATH=${path}:/bin`],
      attributes,
    }));
    assert(launch.kind === "launched" && launch.report !== undefined);
    const watched = { ...launch, report: launch.report };
    if (isInTime(watched)) return watched;
    platform.close(launch.report);
  }
}
