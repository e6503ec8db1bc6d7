/**
 * Who belongs to whom, by sessions: FreeBSD tells a process's session, not its parents, without a table to be read.
 *
 * A process that the manager makes leads a session; whoever is in it descends from it, orphans included, which the
 * manager adopts. One that makes a session of its own is a stranger.
 */
import type { Pid } from "../../core/types.ts";
import type { Platform } from "../interface.ts";
import { lastErrno } from "../ffi/library.ts";
import type { BsdKernel } from "./kernel.ts";

/** The function over a kernel. @param calls The number of getsid(2). */
export function freebsdKinship(
  kernel: BsdKernel,
  calls: { readonly getsid: number },
): Platform["kinship"] {
  const { numbers, abi } = kernel;

  function sessionOf(pid: number): number | "gone" | "unknown" {
    const session = numbers(calls.getsid, pid, 0, 0, 0, 0, 0);
    if (session >= 0) return session;
    return lastErrno(kernel) === abi.errno.ESRCH ? "gone" : "unknown";
  }

  return (pid: Pid, ancestor: Pid) => {
    if (pid === ancestor) return "related";
    const session = sessionOf(pid);
    if (session === "gone") return "gone";
    if (session === "unknown") return "stranger";
    const own = sessionOf(0);
    // In the manager's own session anybody could be.
    if (session === own) return "stranger";
    // Services' sessions are all the manager's making, in the end.
    if (ancestor === Deno.pid) return "related";
    return session === ancestor || session === sessionOf(ancestor) ? "related" : "stranger";
  };
}
