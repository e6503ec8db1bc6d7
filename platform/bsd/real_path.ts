/**
 * A path made absolute, without /proc.
 */
import type { Platform } from "../interface/platform.ts";
import { type PosixKernel, takePath } from "../posix/kernel/kernel.ts";
import { runtimeFailure } from "./runtime_failure.ts";

/**
 * The function over a system, by the runtime's own realpath(3): the kernel has no call for it that
 * all versions know. A loop of links is ELOOP.
 */
export function bsdRealPath(kernel: PosixKernel): Platform["realPath"] {
  return (path) => {
    const problem = takePath(kernel, "realpath", path);
    if (problem !== undefined) return problem;
    try {
      return { kind: "path", path: Deno.realPathSync(path) };
    } catch (error) {
      return runtimeFailure(kernel, "realpath", error);
    }
  };
}
