/**
 * Running a program to its end, for clients: the caller waits.
 */
import type { ExitStatus, Pid } from "../../../core/types.ts";
import { allocate } from "../../ffi/memory.ts";
import { lastErrno } from "../../ffi/library.ts";
import type { ChildSettings, LaunchResult } from "../../interface/child_settings.ts";
import type { Failure } from "../../interface/failure.ts";
import { ERRNO, SIGNALS } from "../kernel/abi.ts";
import { programSettings } from "../../child/program_settings.ts";
import { linuxInheritance } from "./inheritance.ts";
import { failure, LINUX } from "../kernel/kernel.ts";
import { mask, streams } from "../kernel/parts.ts";
import { loadStub } from "./code_page.ts";
import { posixSpawner } from "./posix_spawn_host.ts";
import { createLauncher } from "./spawn.ts";
import { decodeStatus } from "../../posix/processes/wait_status.ts";

const status = allocate(8);

let launch: ((settings: ChildSettings) => LaunchResult) | undefined;

/**
 * Runs a program with our own standard descriptors and waits until it has ended. A bare name is
 * searched in PATH. The program is in a session of its own: keys of the terminal signal us only.
 *
 * @param environment `NAME=VALUE` each.
 * @returns How it ended; a Failure when it could not be started.
 */
export function runProgram(
  command: readonly string[],
  environment: readonly string[],
): ExitStatus | Failure {
  launch ??= makeLaunch();
  const child = launch(programSettings(command, environment));
  if (child.kind === "failure") return child;
  if (child.kind === "exec-failed") return failure("execve", child.errno);
  const end = waitFor(child.pid);
  const outcome = child.outcome(true);
  if (child.report !== undefined) streams.close(child.report);
  return outcome.kind === "exec-failed" ? failure("execve", outcome.errno) : end;
}

function makeLaunch(): (settings: ChildSettings) => LaunchResult {
  mask.restoreAction(SIGNALS.CHLD);
  const stub = loadStub();
  if (stub.kind === "failure") return posixSpawner();
  const launcher = createLauncher(stub, linuxInheritance().present);
  return (settings) => launcher.launch(settings);
}

function waitFor(child: Pid): ExitStatus | Failure {
  while (LINUX.buffer(LINUX.calls.wait4, child, status.bytes, 0, 0, 0, 0) < 0) {
    const errno = lastErrno(LINUX);
    if (errno !== ERRNO.EINTR) return failure("wait4", errno);
  }
  return decodeStatus(status.words32[0] ?? 0);
}
