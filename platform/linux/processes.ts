/**
 * Processes: collecting ended ones, signals to them, adopting orphans.
 */
import { type Pid, pid as asPid } from "../../core/types.ts";
import { addressCalls, lastErrno } from "../ffi/library.ts";
import { allocate } from "../ffi/memory.ts";
import type { Reaped } from "../interface/child_settings.ts";
import type { Failure } from "../interface/failure.ts";
import { decodeStatus } from "../posix/processes/wait_status.ts";
import { ERRNO, PRCTL, WAIT } from "./abi.ts";
import { failure, kernel } from "./kernel.ts";

const status = allocate(8);
const information = allocate(WAIT.SIGINFO_BYTES);

export function processId(): Pid {
  const { numbers, abi } = kernel();
  return asPid(numbers(abi.calls.getpid, 0, 0, 0, 0, 0, 0));
}

/** Effective user. */
export function userId(): number {
  const { numbers, abi } = kernel();
  return numbers(abi.calls.geteuid, 0, 0, 0, 0, 0, 0) >>> 0;
}

/** Collects one ended child, ours or adopted; undefined when none has ended. */
export function reap(): Reaped | undefined {
  const { buffer, abi } = kernel();
  const pid = buffer(abi.calls.wait4, -1, status.bytes, WAIT.WNOHANG, 0, 0, 0);
  // −1 is ECHILD: no children at all; WNOHANG leaves no other.
  return pid <= 0 ? undefined : { pid: asPid(pid), status: decodeStatus(status.words32[0] ?? 0) };
}

/** Whether any child is left, ended or not. */
export function hasChildren(): boolean {
  return peek(WAIT.P_ALL, 0) !== "no-child";
}

/** What a process is to us; nothing is reaped. */
export function childState(pid: Pid): "running" | "ended" | "foreign" | "none" {
  const state = peek(WAIT.P_PID, pid);
  if (state !== "no-child") return state;
  const calls = kernel();
  if (calls.numbers(calls.abi.calls.kill, pid, 0, 0, 0, 0, 0) === 0) return "foreign";
  return lastErrno(calls) === ERRNO.ESRCH ? "none" : "foreign";
}

/** WNOWAIT leaves the child as it is; with WNOHANG and nothing to report the PID is 0: waitid(2). */
function peek(type: number, id: number): "running" | "ended" | "no-child" {
  const { abi } = kernel();
  const options = WAIT.WEXITED | WAIT.WNOHANG | WAIT.WNOWAIT;
  information.words32.fill(0);
  const { addresses } = addressCalls();
  const result = addresses(abi.calls.waitid, type, id, information.address, options, 0, 0);
  if (result < 0) return "no-child";
  return information.view.getInt32(WAIT.SIGINFO_PID, true) === 0 ? "running" : "ended";
}

/**
 * Sends a signal to a process, or to the group that it is in.
 *
 * A process that is still in the manager's own group (or in one outside this PID namespace, 0) is
 * signalled alone: the group would include the manager.
 *
 * @returns ESRCH when it is gone.
 */
export function signal(
  pid: Pid,
  number: number,
  target: "process" | "group",
): Failure | undefined {
  const calls = kernel();
  const { getpgid, kill } = calls.abi.calls;
  let receiver: number = pid;
  if (target === "group") {
    const group = calls.numbers(getpgid, pid, 0, 0, 0, 0, 0);
    if (group < 0) return failure("getpgid", lastErrno(calls));
    const own = calls.numbers(getpgid, 0, 0, 0, 0, 0, 0);
    if (group > 1 && group !== own) receiver = -group;
  }
  const result = calls.numbers(kill, receiver, number, 0, 0, 0, 0);
  return result < 0 ? failure("kill", lastErrno(calls)) : undefined;
}

/** To every process that may be signalled, but the manager and PID 1: kill(2). Nobody there is no error. */
export function signalAll(number: number): Failure | undefined {
  const calls = kernel();
  if (calls.numbers(calls.abi.calls.kill, -1, number, 0, 0, 0, 0) === 0) return undefined;
  const errno = lastErrno(calls);
  return errno === ERRNO.ESRCH ? undefined : failure("kill", errno);
}

/** Orphans below the manager become its children: PR_SET_CHILD_SUBREAPER of prctl(2). */
export function becomeSubreaper(): Failure | undefined {
  const calls = kernel();
  const option = PRCTL.PR_SET_CHILD_SUBREAPER;
  const result = calls.numbers(calls.abi.calls.prctl, option, 1, 0, 0, 0, 0);
  return result < 0 ? failure("prctl", lastErrno(calls)) : undefined;
}
