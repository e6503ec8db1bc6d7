/**
 * Real children for tests: what they print, and their end, awaited with a deadline.
 */
import type { ExitStatus, Fd, Pid } from "../../../core/types.ts";
import {
  type ChildSettings,
  type ExecFailed,
  type Failure,
  openPlatform,
  type Platform,
  type PollSink,
} from "../../../platform/mod.ts";
import { assert, assertEquals, fail } from "../../assert.ts";
import { buildSettings, type SettingsParts } from "../child_settings.ts";

/** Longest wait for anything; a test that reaches it fails. */
export const DEADLINE_MS = 120_000;

/** One platform for all tests of a file: libraries stay open for the life of the process. */
export const platform: Platform = openPlatform();
// Whoever runs the tests may have left descriptors open to us.
platform.closeInheritedOnExec();
// The first child opens /dev/null for good; tests that count descriptors are to find it open.
platform.launch(buildSettings());
while (platform.hasChildren()) platform.reap();

/** What a child printed and how it ended. */
export interface Finished {
  readonly output: string;
  readonly status: ExitStatus;
}

/** A child that runs its program, or why there is none. */
export type Spawned = { readonly kind: "started"; readonly pid: Pid } | ExecFailed | Failure;

/** Makes a child and waits until its program runs; one that could not execute it is collected. */
export function spawn(settings: ChildSettings): Spawned {
  const launch = platform.launch(settings);
  if (launch.kind !== "launched") return launch;
  const { pid, report } = launch;
  if (report !== undefined) waitReadable(report);
  const outcome = launch.outcome(false);
  if (report !== undefined) platform.close(report);
  if (outcome.kind === "executed") return { kind: "started", pid };
  if (outcome.kind === "pending") fail("There is nothing to be read about the launch");
  assertEquals(waitForEnd(pid), { kind: "exited", code: 127 });
  return outcome;
}

/** Starts a child that must start. */
export function start(parts: SettingsParts): Pid {
  const result = spawn(buildSettings(parts));
  if (result.kind !== "started") fail(`Not started: ${JSON.stringify(result)}`);
  return result.pid;
}

/** Runs a shell script to its end, output and error caught. */
export function runShell(script: string, parts: SettingsParts = {}): Finished {
  return run({ command: ["/bin/sh", "-c", script], ...parts });
}

/** Runs a child to its end with its output in a pipe. */
export function run(parts: SettingsParts): Finished {
  const pipe = platform.pipe();
  assert(pipe.kind === "pipe");
  const pid = start({
    standardOutput: { kind: "descriptor", fd: pipe.writeEnd },
    ...parts,
  });
  platform.close(pipe.writeEnd);
  const output = readAll(pipe.readEnd);
  platform.close(pipe.readEnd);
  return { output, status: waitForEnd(pid) };
}

/** Reads to the end of the stream. */
export function readAll(fd: Fd): string {
  const chunks: string[] = [];
  const buffer = new Uint8Array(65536);
  const deadline = platform.now() + DEADLINE_MS;
  for (;;) {
    const count = platform.read(fd, buffer);
    if (count === "again") waitReadable(fd, deadline - platform.now());
    else if (typeof count !== "number") fail(count.message);
    else if (count === 0) return chunks.join("");
    else chunks.push(new TextDecoder().decode(buffer.subarray(0, count)));
  }
}

/** Waits until something can be read. */
export function waitReadable(fd: Fd, timeoutMs = DEADLINE_MS): void {
  let isReadable = false;
  const sink: PollSink = {
    descriptor: (ready) => {
      isReadable ||= ready === fd;
    },
    signal: () => {},
  };
  platform.poller.watch(fd, { read: true, write: false });
  platform.poller.wait(timeoutMs, sink);
  platform.poller.unwatch(fd);
  assert(isReadable, "nothing to read before the deadline");
}

/** Reaps one child; others that end meanwhile are not expected. */
export function waitForEnd(pid: Pid): ExitStatus {
  const deadline = platform.now() + DEADLINE_MS;
  while (platform.childState(pid) !== "ended") {
    assert(platform.now() < deadline, `process ${pid} has not ended`);
  }
  const reaped = platform.reap();
  assert(reaped?.pid === pid, `reaped ${JSON.stringify(reaped)} instead of ${pid}`);
  return reaped.status;
}

/** Kills a child and reaps it. */
export function end(pid: Pid): void {
  platform.signal(pid, 9, "process");
  waitForEnd(pid);
}

/** Numbers of this process's open descriptors, the one used to list them left out. */
export function openDescriptors(): number[] {
  const listed = platform.readDirectory("/proc/self/fd");
  assert(listed.kind === "names");
  return listed.names.map(Number).sort((a, b) => a - b);
}
