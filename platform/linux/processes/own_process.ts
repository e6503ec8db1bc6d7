/**
 * Running this program anew in its own place.
 */
import type { Failure } from "../../interface/failure.ts";
import { execute } from "../../posix/processes/own_process.ts";
import { ERRNO } from "../kernel/abi.ts";
import { LINUX } from "../kernel/kernel.ts";
import { files } from "../kernel/parts.ts";

const OWN_EXECUTABLE = "/proc/self/exe";
/** What the kernel adds to the name of a file that is gone: proc(5). */
const GONE = " (deleted)";

/**
 * As `Platform.executeSelf`. If the executable was replaced (an update), the new one runs.
 *
 * @param closeInheritedOnExec Called before.
 */
export function executeSelf(
  args: readonly string[],
  variables: readonly string[],
  closeInheritedOnExec: () => void,
): Failure {
  const link = files.readLink(OWN_EXECUTABLE);
  if (typeof link !== "string") return link;
  const path = link.endsWith(GONE) ? link.slice(0, -GONE.length) : link;
  closeInheritedOnExec();
  const call = { words: [path, ...args], variables };
  const problem = execute(LINUX, path, call);
  // Removed and not replaced: the running file is still there.
  return problem.errno === ERRNO.ENOENT ? execute(LINUX, OWN_EXECUTABLE, call) : problem;
}
