/**
 * Children that have ended: which there are, how they ended, and their collection.
 */
import { type Pid, pid as asPid } from "../../../core/types.ts";
import { allocate } from "../../ffi/memory.ts";
import type { Reaped } from "../../interface/child_settings.ts";
import type { PosixKernel } from "../kernel/kernel.ts";
import { decodeStatus } from "./wait_status.ts";

/** siginfo_t: its first three words are si_signo, si_errno, si_code; the user stands between. */
const SIGINFO_CODE = 8;
const STATUS_BEHIND_PID = 8;
/** Of SIGCHLD, the same on all systems: sigaction(2). */
const CLD_EXITED = 1;
const CLD_DUMPED = 3;

/** What is known of a child, or of all of them together, without a change to it. */
export type ChildSight = "running" | "ended" | "no-child";

export interface EndedChildren {
  /**
   * Collects one that has ended, if there is one.
   *
   * @param note Called before the kernel forgets it.
   */
  reap(note?: (ended: Reaped) => void): Reaped | undefined;
  /** @param pid Absent: of all children, `ended` when one of them has. */
  look(pid?: Pid): ChildSight;
}

/** The functions over a system. */
export function endedChildren({ buffer, addresses, abi, calls }: PosixKernel): EndedChildren {
  const { wait } = abi;
  const status = allocate(8);
  const information = allocate(wait.SIGINFO_BYTES);

  function reap(note?: (ended: Reaped) => void): Reaped | undefined {
    if (note !== undefined) {
      const ended = peek(wait.P_ALL, 0) === "ended" ? endedChild() : undefined;
      if (ended === undefined) return undefined;
      note(ended);
      buffer(calls.wait4, ended.pid, status.bytes, wait.WNOHANG, 0, 0, 0);
      return ended;
    }
    const pid = buffer(calls.wait4, -1, status.bytes, wait.WNOHANG, 0, 0, 0);
    // −1 is ECHILD: no children at all; WNOHANG leaves no other.
    return pid <= 0 ? undefined : { pid: asPid(pid), status: decodeStatus(status.words32[0] ?? 0) };
  }

  /**
   * WNOWAIT leaves the child as it is; WNOHANG does not wait for one that runs. Only the result of
   * wait6 tells then: the kernel fills in siginfo for children that it passes over, too
   * (sys/kern/kern_exit.c, proc_to_reap). waitid answers 0 in both cases and leaves the PID 0 where
   * there is nothing to report.
   */
  function peek(type: number, id: number): ChildSight {
    const options = wait.WEXITED | wait.WNOHANG | wait.WNOWAIT;
    information.words32.fill(0);
    const { address } = information;
    if (wait.peekCall === "wait6") {
      // wait6(type, id, status, options, usage, siginfo)
      const found = addresses(calls.waitid, type, id, status.address, options, 0, address);
      if (found < 0) return "no-child";
      return found > 0 ? "ended" : "running";
    }
    // waitid(type, id, siginfo, options)
    if (addresses(calls.waitid, type, id, address, options, 0, 0) < 0) return "no-child";
    return information.view.getInt32(wait.SIGINFO_PID, true) === 0 ? "running" : "ended";
  }

  /** The one that {@linkcode peek} has found. wait6 tells its status as wait4 does. */
  function endedChild(): Reaped {
    const { view } = information;
    const pid = asPid(view.getInt32(wait.SIGINFO_PID, true));
    if (wait.peekCall === "wait6") return { pid, status: decodeStatus(status.words32[0] ?? 0) };
    const code = view.getInt32(SIGINFO_CODE, true);
    const number = view.getInt32(wait.SIGINFO_PID + STATUS_BEHIND_PID, true);
    return {
      pid,
      status: code === CLD_EXITED
        ? { kind: "exited", code: number & 0xff }
        : { kind: "signalled", signal: number, dumpedCore: code === CLD_DUMPED },
    };
  }

  return { reap, look: (pid) => pid === undefined ? peek(wait.P_ALL, 0) : peek(wait.P_PID, pid) };
}
