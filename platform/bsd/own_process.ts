/**
 * Running this program anew in its own place.
 */
import type { Platform } from "../interface/platform.ts";
import type { PosixKernel } from "../posix/kernel/kernel.ts";
import { execute } from "../posix/processes/own_process.ts";

/** The function over a system. The runtime knows its own path (sysctl kern.proc.pathname). */
export function bsdExecuteSelf(
  kernel: PosixKernel,
  closeInheritedOnExec: () => void,
): Platform["executeSelf"] {
  return (args, variables) => {
    const path = Deno.execPath();
    closeInheritedOnExec();
    return execute(kernel, path, { words: [path, ...args], variables });
  };
}
