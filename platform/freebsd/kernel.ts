/**
 * FreeBSD's kernel: calls by number through libc's `syscall`, which passes six arguments on (on
 * amd64 the sixth lies on the stack, where the kernel fetches it: lib/libc/amd64/sys,
 * sys/amd64/amd64/trap.c).
 */
import { SYSTEM_CALLS } from "../ffi/library.ts";
import type { CallNumbers } from "../posix/kernel/kernel.ts";
import type { BsdKernel } from "../bsd/abi.ts";
import { FREEBSD_ERRNO } from "../bsd/errno.ts";
import { FREEBSD_ABI, FREEBSD_CALLS, type FreebsdCallName } from "./abi.ts";

/** With the calls that only FreeBSD has. */
export interface FreebsdKernel extends BsdKernel {
  readonly calls: BsdKernel["calls"] & CallNumbers<FreebsdCallName>;
}

/** All but the way in which calls are made. */
export const FREEBSD: Pick<FreebsdKernel, "abi" | "calls" | "errnoTable"> = {
  abi: FREEBSD_ABI,
  calls: { ...FREEBSD_CALLS, waitid: FREEBSD_CALLS.wait6 },
  errnoTable: FREEBSD_ERRNO,
};

/** The kernel; nothing is bound before the first call. */
export function freebsdKernel(): FreebsdKernel {
  return { ...SYSTEM_CALLS, ...FREEBSD };
}
