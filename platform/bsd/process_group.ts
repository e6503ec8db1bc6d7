/**
 * Process groups, by the C library.
 */
import { systemLibrary } from "../ffi/library.ts";
import type { Failure } from "../interface/failure.ts";
import { lastFailure, type PosixKernel } from "../posix/kernel/kernel.ts";

/** getpgid(2) of a process; 0: of the caller. The library is bound at the first call. */
export function bsdProcessGroups(kernel: PosixKernel): (pid: number) => number | Failure {
  let getpgid: ((pid: number) => number) | undefined;
  return (pid) => {
    getpgid ??= bindGetpgid();
    const group = getpgid(pid);
    return group < 0 ? lastFailure(kernel, "getpgid") : group;
  };
}

function bindGetpgid(): (pid: number) => number {
  const { symbols } = Deno.dlopen(systemLibrary(), {
    getpgid: { parameters: ["i32"], result: "i32" },
  });
  return symbols.getpgid;
}
