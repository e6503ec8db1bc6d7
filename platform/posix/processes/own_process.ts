/**
 * The end of this very process: by running a program in its place, or by a signal.
 */
import { encodeStrings } from "../../ffi/string_block.ts";
import type { Failure } from "../../interface/failure.ts";
import type { Platform } from "../../interface/platform.ts";
import { failure, lastFailure, pathAddress, type PosixKernel, takePath } from "../kernel/kernel.ts";
import type { SignalMask } from "./signal_mask.ts";

/**
 * Replaces this program: execve(2). Ignored signals stay ignored. Returns only on failure.
 *
 * @param words Argument vector, its first word included.
 * @param variables `NAME=VALUE` each.
 */
export function execute(
  kernel: PosixKernel,
  path: string,
  { words, variables }: {
    readonly words: readonly string[];
    readonly variables: readonly string[];
  },
): Failure {
  const argv = encodeStrings(words);
  const environment = encodeStrings(variables);
  if (argv === "has-nul" || environment === "has-nul") {
    return failure(kernel, "execve", kernel.abi.errno.EINVAL);
  }
  const unusable = takePath(kernel, "execve", path);
  if (unusable !== undefined) return unusable;
  const [argvAddress, environmentAddress] = [argv.pointersAddress, environment.pointersAddress];
  kernel.addresses(kernel.calls.execve, pathAddress, argvAddress, environmentAddress, 0, 0, 0);
  return lastFailure(kernel, "execve");
}

/**
 * The function by which this process ends by a signal with its default action, so that its parent
 * sees it died of it.
 */
export function posixDieOfSignal(
  { numbers, calls }: PosixKernel,
  mask: Pick<SignalMask, "restoreAction" | "unblockAll">,
): Platform["dieOfSignal"] {
  return (signal) => {
    mask.restoreAction(signal);
    mask.unblockAll();
    numbers(calls.kill, numbers(calls.getpid, 0, 0, 0, 0, 0, 0), signal, 0, 0, 0, 0);
  };
}
