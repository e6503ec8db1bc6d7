/**
 * Processes: whose they are, and signals to them. Those that have ended: `ended_children.ts`.
 */
import { type Pid, pid as asPid } from "../../../core/types.ts";
import { lastErrno } from "../../ffi/library.ts";
import type { Failure } from "../../interface/failure.ts";
import type { Platform } from "../../interface/platform.ts";
import { failure, lastFailure, type PosixKernel, userId } from "../kernel/kernel.ts";
import { endedChildren } from "./ended_children.ts";

export type Processes = Pick<
  Platform,
  "processId" | "userId" | "reap" | "hasChildren" | "childState" | "signal" | "signalAll"
>;

/** The functions over a system. @param groupOf getpgid(2) of a process; 0: of the manager. */
export function posixProcesses(
  kernel: PosixKernel,
  groupOf: (pid: number) => number | Failure,
): Processes {
  const { numbers, abi, calls } = kernel;
  const { errno: codes } = abi;
  const { reap, look } = endedChildren(kernel);

  function childState(pid: Pid): ReturnType<Platform["childState"]> {
    const state = look(pid);
    if (state !== "no-child") return state;
    if (numbers(calls.kill, pid, 0, 0, 0, 0, 0) === 0) return "foreign";
    return lastErrno(kernel) === codes.ESRCH ? "none" : "foreign";
  }

  /**
   * A process that is still in the manager's own group is signalled alone: the group has the
   * manager.
   */
  function signal(
    pid: Pid,
    number: number,
    target: "process" | "group",
  ): Failure | undefined {
    let receiver: number = pid;
    if (target === "group") {
      const group = groupOf(pid);
      if (typeof group !== "number") return group;
      if (group > 1 && group !== groupOf(0)) receiver = -group;
    }
    const result = numbers(calls.kill, receiver, number, 0, 0, 0, 0);
    return result < 0 ? lastFailure(kernel, "kill") : undefined;
  }

  /** To all but the manager, PID 1 and system processes: kill(2). Nobody there is no error. */
  function signalAll(number: number): Failure | undefined {
    if (numbers(calls.kill, -1, number, 0, 0, 0, 0) === 0) return undefined;
    const errno = lastErrno(kernel);
    return errno === codes.ESRCH ? undefined : failure(kernel, "kill", errno);
  }

  return {
    processId: () => asPid(numbers(calls.getpid, 0, 0, 0, 0, 0, 0)),
    userId: () => userId(kernel),
    reap,
    hasChildren: () => look() !== "no-child",
    childState,
    signal,
    signalAll,
  };
}
