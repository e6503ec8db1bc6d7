/**
 * The end of this very process: by running itself anew, or by a signal.
 */
import type { Failure } from "../interface/failure.ts";
import type { Platform } from "../interface/platform.ts";
import { encodeStrings } from "../ffi/string_block.ts";
import { type BsdKernel, failure, lastFailure, pathAddress, takePath } from "./kernel.ts";
import type { SignalMask } from "./signal_mask.ts";

export type OwnProcess = Pick<Platform, "executeSelf" | "dieOfSignal">;

/** The functions over a system. */
export function bsdOwnProcess(
  kernel: BsdKernel,
  mask: SignalMask,
  closeInheritedOnExec: () => void,
): OwnProcess {
  const { numbers, addresses, abi, calls } = kernel;

  /** The runtime knows its own path (sysctl kern.proc.pathname). The ignored signals stay ignored over exec. */
  function executeSelf(args: readonly string[], variables: readonly string[]): Failure {
    const path = Deno.execPath();
    closeInheritedOnExec();
    const argv = encodeStrings([path, ...args]);
    const environment = encodeStrings(variables);
    if (argv === "has-nul" || environment === "has-nul") {
      return failure(kernel, "execve", abi.errno.EINVAL);
    }
    const unusable = takePath(kernel, "execve", path);
    if (unusable !== undefined) return unusable;
    addresses(
      calls.execve,
      pathAddress,
      argv.pointersAddress,
      environment.pointersAddress,
      0,
      0,
      0,
    );
    return lastFailure(kernel, "execve");
  }

  function dieOfSignal(signal: number): void {
    mask.restore(signal);
    const own = numbers(calls.getpid, 0, 0, 0, 0, 0, 0);
    numbers(calls.kill, own, signal, 0, 0, 0, 0);
  }

  return { executeSelf, dieOfSignal };
}
