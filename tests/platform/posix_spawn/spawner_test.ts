/** Real children by posix_spawn. */
import type { ExitStatus } from "../../../core/types.ts";
import { EXEC_STAGE } from "../../../core/types.ts";
import { posixSpawner } from "../../../platform/linux/children/posix_spawn_host.ts";
import type { LaunchResult } from "../../../platform/mod.ts";
import { assert, assertEquals, fail } from "../../assert.ts";
import { buildSettings, type SettingsParts } from "../child_settings.ts";
import { openDescriptors, platform, readAll, waitForEnd } from "../linux/children.ts";

const spawn = posixSpawner();
// Binds the library and opens /dev/null, both for good.
waitForEnd(started(spawn(buildSettings())));

function started(result: LaunchResult) {
  return result.kind === "launched" ? result.pid : fail(`Not started: ${JSON.stringify(result)}`);
}

function run(parts: SettingsParts): { output: string; status: ExitStatus } {
  const pipe = platform.pipe();
  assert(pipe.kind === "pipe");
  const standardOutput = { kind: "descriptor", fd: pipe.writeEnd } as const;
  const pid = started(spawn(buildSettings({ standardOutput, ...parts })));
  platform.close(pipe.writeEnd);
  const output = readAll(pipe.readEnd);
  platform.close(pipe.readEnd);
  return { output, status: waitForEnd(pid) };
}

function runShell(script: string, parts: SettingsParts = {}) {
  return run({ command: ["/bin/sh", "-c", script], ...parts });
}

/** 32 and 33, which glibc may leave ignored in a child of posix_spawn. */
const C_LIBRARY_SIGNALS = 0x180000000n;

Deno.test("posix_spawn gives a child its directory, environment, arguments and exit code", () => {
  const { output, status } = runShell('pwd; echo "$A $1"; exit 7', {
    workingDirectory: "/usr",
    environment: ["PATH=/usr/bin:/bin", "A=wäh"],
    command: ["/bin/sh", "-c", 'pwd; echo "$A $1"; exit 7', "sh", "x"],
  });
  assertEquals(output, "/usr\nwäh x\n");
  assertEquals(status, { kind: "exited", code: 7 });
});

Deno.test("posix_spawn gives a child clean signals, its own session and no descriptors", () => {
  const script = "grep -E '^Sig(Blk|Ign)' /proc/self/status; " +
    "ps -o pid=,sid= -p $$ | awk '{ print ($1 == $2) }'; ls /proc/self/fd | tr '\\n' ' '";
  const { output } = runShell(script);
  const [blocked, ignored, ...rest] = output.replaceAll("\t", " ").split("\n");
  assertEquals(blocked, "SigBlk: 0000000000000000");
  const ignoredMask = BigInt(`0x${ignored?.slice("SigIgn: ".length)}`);
  assertEquals(ignoredMask & ~C_LIBRARY_SIGNALS, 0n);
  // The last is the directory that ls reads.
  assertEquals(rest, ["1", "0 1 2 3 "]);
});

Deno.test("posix_spawn passes the readiness pipe by number and by variable", () => {
  for (const number of [3, 9, 20]) {
    const pipe = platform.pipe();
    assert(pipe.kind === "pipe");
    const readiness = { fd: pipe.writeEnd, number } as const;
    const pid = started(spawn(buildSettings({
      command: ["/bin/bash", "-c", `echo ready >&${number}`],
      readiness,
    })));
    platform.close(pipe.writeEnd);
    assertEquals(readAll(pipe.readEnd), "ready\n");
    platform.close(pipe.readEnd);
    waitForEnd(pid);
  }
});

Deno.test("posix_spawn leaves WATCHDOG_PID out, which nobody can know before", () => {
  const parts = { passesWatchdogPid: true, environment: ["PATH=/usr/bin:/bin"] };
  assertEquals(runShell('echo "pid:$WATCHDOG_PID"', parts).output, "pid:\n");
});

Deno.test("posix_spawn searches PATH and runs scripts without an interpreter line", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/script`, 'echo "$0 $1"');
  await Deno.chmod(`${folder}/script`, 0o755);
  const environment = [`PATH=/nonexistent:${folder}:/usr/bin`];
  const { output } = run({ command: ["script", "x"], environment });
  assertEquals(output, `${folder}/script x\n`);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("posix_spawn reports what failed, and leaves no child and no descriptor", () => {
  const before = openDescriptors();
  const ENOENT = 2;
  const EACCES = 13;
  const outcome = (parts: SettingsParts) => spawn(buildSettings(parts));
  const failed = (stage: number, errno: number) => ({ kind: "exec-failed", stage, errno });
  assertEquals(
    outcome({ command: ["/nonexistent"] }) as unknown,
    failed(EXEC_STAGE.execute, ENOENT),
  );
  assertEquals(
    outcome({ command: ["passwd"], environment: ["PATH=/etc:/nonexistent"] }) as unknown,
    failed(EXEC_STAGE.execute, EACCES),
  );
  assertEquals(
    outcome({ workingDirectory: "/nonexistent" }) as unknown,
    failed(EXEC_STAGE.workingDirectory, ENOENT),
  );
  assertEquals(outcome({ command: ["/bin/a\0b"] }).kind, "exec-failed");
  assertEquals(platform.hasChildren(), false);
  assertEquals(openDescriptors(), before);
});

Deno.test("posix_spawn starts children on descriptors that are in each other's way", () => {
  const pipe = platform.pipe();
  assert(pipe.kind === "pipe");
  const { output } = runShell("cat", {
    standardInput: { kind: "descriptor", fd: pipe.readEnd },
    readiness: { fd: pipe.writeEnd, number: pipe.readEnd },
    command: ["/bin/bash", "-c", `echo through >&${pipe.readEnd}; read line; echo "$line"`],
  });
  assertEquals(output, "through\n");
  platform.close(pipe.readEnd);
  platform.close(pipe.writeEnd);
});
