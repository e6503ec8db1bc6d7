/**
 * Reading directories on macOS: by the runtime, because the kernel's call is not for programs.
 */
import { type PosixKernel, takePath } from "../posix/kernel/kernel.ts";
import { runtimeFailure } from "../bsd/runtime_failure.ts";
import type { Platform } from "../interface/platform.ts";

/** Names in a directory, in the order of the system. */
export function readDirectoryByRuntime(
  kernel: PosixKernel,
  path: string,
): ReturnType<Platform["readDirectory"]> {
  const problem = takePath(kernel, "readdir", path);
  if (problem !== undefined) return problem;
  try {
    return { kind: "names", names: [...Deno.readDirSync(path)].map((entry) => entry.name) };
  } catch (error) {
    return runtimeFailure(kernel, "readdir", error);
  }
}
