/**
 * Who belongs to whom, by sessions first, which is one short call.
 *
 * A process that the manager makes leads a session; whoever is in it descends from it, orphans
 * included, which the manager adopts. Of one that makes a session of its own the parents tell.
 */
import type { Pid } from "../../core/types.ts";
import type { Platform } from "../interface/platform.ts";
import { lastErrno } from "../ffi/library.ts";
import type { PosixKernel } from "../posix/kernel/kernel.ts";
import { ancestry } from "../posix/processes/ancestry.ts";

/** The function over a kernel. @param calls The number of getsid(2). */
export function freebsdKinship(
  kernel: PosixKernel,
  calls: { readonly getsid: number },
  factsOf: Platform["processFacts"],
): Platform["kinship"] {
  const { numbers, abi } = kernel;

  function sessionOf(pid: number): number | "gone" | "unknown" {
    const session = numbers(calls.getsid, pid, 0, 0, 0, 0, 0);
    if (session >= 0) return session;
    return lastErrno(kernel) === abi.errno.ESRCH ? "gone" : "unknown";
  }

  function parentOf(pid: Pid): number | undefined {
    const facts = factsOf(pid);
    return facts.kind === "process" ? facts.parent : undefined;
  }

  return (pid: Pid, ancestor: Pid) => {
    if (pid === ancestor) return "related";
    const session = sessionOf(pid);
    if (session === "gone") return "gone";
    if (session === "unknown") return "stranger";
    const own = sessionOf(0);
    // In the manager's own session anybody could be.
    if (session !== own && (session === ancestor || session === sessionOf(ancestor))) {
      return "related";
    }
    return ancestry(pid, ancestor, parentOf) === "related" ? "related" : "stranger";
  };
}
