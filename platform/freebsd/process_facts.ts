/**
 * What FreeBSD's kernel tells of one process: sysctl(3), kern.proc.pid; struct kinfo_proc of
 * sys/sys/user.h.
 */
import type { Pid } from "../../core/types.ts";
import { allocate, writeWord } from "../ffi/memory.ts";
import { lastErrno } from "../ffi/library.ts";
import type { Platform } from "../interface/platform.ts";
import { KINFO_PROC, SYSCTL } from "./abi.ts";
import type { PosixKernel } from "../posix/kernel/kernel.ts";

/** The function over a kernel. @param calls The number of __sysctl. */
export function freebsdProcessFacts(
  kernel: PosixKernel,
  calls: { readonly __sysctl: number },
): Platform["processFacts"] {
  const { addresses, abi } = kernel;
  const name = allocate(16);
  name.words32.set([SYSCTL.CTL_KERN, SYSCTL.KERN_PROC, SYSCTL.KERN_PROC_PID]);
  const record = allocate(KINFO_PROC.BYTES);
  const length = allocate(8);

  return (pid: Pid) => {
    name.words32[3] = pid;
    writeWord(length, 0, KINFO_PROC.BYTES);
    const result = addresses(
      calls.__sysctl,
      name.address,
      4,
      record.address,
      length.address,
      0,
      0,
    );
    if (result < 0) {
      return { kind: lastErrno(kernel) === abi.errno.ESRCH ? "gone" : "unknown" };
    }
    const { view } = record;
    // A process that the kernel does not show has no record, and one of another size is not ours to
    // read.
    const isKnown = view.getInt32(KINFO_PROC.SIZE, true) === KINFO_PROC.BYTES;
    if (!isKnown || view.getInt32(KINFO_PROC.PID, true) !== pid) return { kind: "unknown" };
    if (view.getInt8(KINFO_PROC.STATE) === KINFO_PROC.SZOMB) return { kind: "gone" };
    const seconds = view.getBigInt64(KINFO_PROC.START, true);
    const microseconds = view.getBigInt64(KINFO_PROC.START + 8, true);
    return {
      kind: "process",
      parent: view.getInt32(KINFO_PROC.PARENT, true),
      group: view.getInt32(KINFO_PROC.GROUP, true),
      session: view.getInt32(KINFO_PROC.SESSION, true),
      realUid: view.getUint32(KINFO_PROC.REAL_UID, true),
      savedUid: view.getUint32(KINFO_PROC.SAVED_UID, true),
      madeAt: `${seconds}.${microseconds}`,
    };
  };
}
