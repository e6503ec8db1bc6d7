/**
 * The end of this very process: by running itself anew, or by a signal.
 */
import { addressCalls, lastErrno } from "../ffi/library.ts";
import type { Failure } from "../interface/failure.ts";
import { ERRNO } from "./abi.ts";
import { readLink } from "./files.ts";
import { closeInheritedOnExec } from "./inherited.ts";
import { failure, kernel, pathAddress, takePath } from "./kernel.ts";
import { restoreAction, unblockSignals } from "./signal_mask.ts";
import { encodeStrings } from "../ffi/string_block.ts";

const OWN_EXECUTABLE = "/proc/self/exe";
/** What the kernel adds to the name of a file that is gone: proc(5). */
const GONE = " (deleted)";

/**
 * Replaces this program by a new run of its executable; all descriptors above 2 close. If the executable was replaced (an update), the new one runs. Returns only on failure.
 */
export function executeSelf(args: readonly string[], variables: readonly string[]): Failure {
  const link = readLink(OWN_EXECUTABLE);
  if (typeof link !== "string") return link;
  const path = link.endsWith(GONE) ? link.slice(0, -GONE.length) : link;
  closeInheritedOnExec();
  const problem = execute(path, [path, ...args], variables);
  // Removed and not replaced: the running file is still there.
  return problem.errno === ERRNO.ENOENT
    ? execute(OWN_EXECUTABLE, [path, ...args], variables)
    : problem;
}

function execute(path: string, words: readonly string[], variables: readonly string[]): Failure {
  const argv = encodeStrings(words);
  const environment = encodeStrings(variables);
  if (argv === "has-nul" || environment === "has-nul") return failure("execve", ERRNO.EINVAL);
  const unusable = takePath("execve", path);
  if (unusable !== undefined) return unusable;
  const calls = kernel();
  addressCalls().addresses(
    calls.abi.calls.execve,
    pathAddress,
    argv.pointersAddress,
    environment.pointersAddress,
    0,
    0,
    0,
  );
  return failure("execve", lastErrno(calls));
}

/** Ends this process by a signal with its default action, so that the parent sees it died of it. */
export function dieOfSignal(signal: number): void {
  const { numbers, abi } = kernel();
  const { kill, getpid } = abi.calls;
  restoreAction(signal);
  unblockSignals();
  numbers(kill, numbers(getpid, 0, 0, 0, 0, 0, 0), signal, 0, 0, 0, 0);
}
