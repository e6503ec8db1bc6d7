/** Processes: how they ended, who may be signalled, whose they are. */
import type { Pid } from "../../../../core/types.ts";
import { decodeStatus } from "../../../../platform/posix/processes/wait_status.ts";
import { assert, assertEquals, assertMatch } from "../../../assert.ts";
import { end, platform, readAll, runShell, start, waitForEnd, waitReadable } from "../children.ts";

Deno.test("decodeStatus() reads the status words of wait4(2)", () => {
  assertEquals(decodeStatus(0x2a00), { kind: "exited", code: 42 });
  assertEquals(decodeStatus(0x0f), { kind: "signalled", signal: 15, dumpedCore: false });
  assertEquals(decodeStatus(0x83), { kind: "signalled", signal: 3, dumpedCore: true });
});

Deno.test("reap() gives exit codes and signals of real children", () => {
  assertEquals(runShell("exit 42").status, { kind: "exited", code: 42 });
  assertEquals(runShell("kill -TERM $$").status, {
    kind: "signalled",
    signal: 15,
    dumpedCore: false,
  });
  assertEquals(platform.reap(), undefined);
});

Deno.test("childState() tells living, ended, foreign and missing processes apart", () => {
  const pid = start({ command: ["/bin/sleep", "100"] });
  assertEquals(platform.childState(pid), "running");
  assertEquals(platform.hasChildren(), true);
  platform.signal(pid, 9, "process");
  const status = waitForEnd(pid);
  assertEquals(status.kind, "signalled");
  assertEquals(platform.childState(pid), "none");
  assertEquals(platform.childState(1 as Pid), "foreign");
  assertEquals(platform.hasChildren(), false);
});

Deno.test("signal() reaches a whole group or one process", () => {
  const pipe = platform.pipe();
  assert(pipe.kind === "pipe");
  // The stream ends when all processes that hold it are gone.
  const pid = start({
    command: ["/bin/sh", "-c", "sleep 100 & sleep 100"],
    standardOutput: { kind: "descriptor", fd: pipe.writeEnd },
  });
  platform.close(pipe.writeEnd);
  assertEquals(platform.signal(pid, 15, "group"), undefined);
  assertEquals(readAll(pipe.readEnd), "");
  platform.close(pipe.readEnd);
  assertEquals(waitForEnd(pid), { kind: "signalled", signal: 15, dumpedCore: false });
  const ESRCH = 3;
  assertEquals(platform.signal(pid, 15, "process")?.errno, ESRCH);
  assertEquals(platform.signal(pid, 15, "group")?.errno, ESRCH);
  const EINVAL = 22;
  const sleeper = start({ command: ["/bin/sleep", "100"] });
  assertEquals(platform.signal(sleeper, 99, "process")?.errno, EINVAL);
  end(sleeper);
});

Deno.test("signal() to the manager's own group spares the manager", () => {
  const WINCH = 28;
  // Signal 0 would do no harm; what counts is that the receiver is the process.
  assertEquals(platform.signal(platform.processId(), 0, "group"), undefined);
  assertEquals(platform.signal(platform.processId(), WINCH, "group"), undefined);
});

Deno.test("becomeSubreaper() makes orphans ours", () => {
  assertEquals(platform.becomeSubreaper(), undefined);
  const { output } = runShell("sleep 0.01 & echo $!");
  const orphan = Number(output) as Pid;
  assertEquals(waitForEnd(orphan), { kind: "exited", code: 0 });
});

Deno.test("signalNumber() knows names with and without SIG", () => {
  const names = ["TERM", "SIGTERM", "PWR", "INFO", "constructor", ""];
  assertEquals(names.map((name) => platform.signalNumber(name)), [
    15,
    15,
    30,
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("signalNumber() counts real-time signals from glibc's first", () => {
  const names = ["RTMIN+3", "SIGRTMIN+30", "RTMIN+31", "RTMIN+0", "RTMIN", "RTMIN+x"];
  assertEquals(names.map((name) => platform.signalNumber(name)), [
    37,
    64,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("errnoText() names errors in words", () => {
  assertEquals(platform.errnoText(2), { name: "ENOENT", text: "no such file or directory" });
  assertMatch(platform.errnoText(9999).name, /9999/);
});

Deno.test("processId() and userId() are the kernel's", () => {
  assertEquals<number>(platform.processId(), Deno.pid);
  assertEquals(platform.userId(), Deno.uid());
});

Deno.test("processFacts() tells parents, groups, users and ages, and threads from processes", () => {
  const script = "setpriv --reuid 4711 --clear-groups sleep 1000 & echo $!; exec sleep 1000";
  const pipe = platform.pipe();
  assert(pipe.kind === "pipe");
  const main = start({
    command: ["/bin/sh", "-c", script],
    standardOutput: { kind: "descriptor", fd: pipe.writeEnd },
  });
  platform.close(pipe.writeEnd);
  waitReadable(pipe.readEnd);
  const buffer = new Uint8Array(16);
  const count = platform.read(pipe.readEnd, buffer);
  assert(typeof count === "number");
  platform.close(pipe.readEnd);
  const child = Number(new TextDecoder().decode(buffer.subarray(0, count))) as Pid;
  const facts = platform.processFacts(child);
  assert(facts.kind === "process");
  assertEquals([facts.parent, facts.group, facts.session], [main, main, main]);
  while (realUidOf(child) !== 4711) { /* ask again */ }
  assertEquals(realUidOf(main), Deno.uid());
  platform.signal(main, 9, "group");
  waitForEnd(main);
  assertEquals(platform.processFacts(main).kind, "gone");
  const threads = [...Deno.readDirSync("/proc/self/task")].map(({ name }) => Number(name));
  const thread = threads.find((number) => number !== Deno.pid);
  assertEquals(platform.processFacts(thread as Pid), { kind: "thread", process: Deno.pid });
});

function realUidOf(pid: Pid): number | undefined {
  const facts = platform.processFacts(pid);
  return facts.kind === "process" ? facts.realUid : undefined;
}
