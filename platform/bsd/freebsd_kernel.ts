/**
 * FreeBSD's kernel: calls by number through libc's `syscall`, which passes six arguments on (on amd64 the sixth
 * lies on the stack, where the kernel fetches it: lib/libc/amd64/sys, sys/amd64/amd64/trap.c).
 */
import { addressCalls, systemCalls, systemLibrary } from "../ffi/library.ts";
import type { Failure } from "../interface/failure.ts";
import { FREEBSD_ERRNO } from "./errno.ts";
import { FREEBSD_ABI, FREEBSD_CALLS } from "./freebsd_abi.ts";
import { type BsdKernel, lastFailure } from "./kernel.ts";

/** With the calls that only FreeBSD has. */
export interface FreebsdKernel extends BsdKernel {
  readonly calls: typeof FREEBSD_CALLS;
}

/** Binds the calls. @throws {Error} When the C library is not there. */
export function freebsdKernel(): FreebsdKernel {
  return {
    ...systemCalls(),
    ...addressCalls(),
    abi: FREEBSD_ABI,
    calls: FREEBSD_CALLS,
    errnoTable: FREEBSD_ERRNO,
  };
}

/** Process group of a process; 0: of the caller. By the C library's function of that name: getpgid(2). */
export function processGroups(kernel: BsdKernel): (pid: number) => number | Failure {
  const { symbols } = Deno.dlopen(systemLibrary(), {
    getpgid: { parameters: ["i32"], result: "i32" },
  });
  return (pid) => {
    const group = symbols.getpgid(pid);
    return group < 0 ? lastFailure(kernel, "getpgid") : group;
  };
}
