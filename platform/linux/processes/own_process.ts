/**
 * Running this program anew in its own place, or another one.
 */
import { type Fd, fd as asFd } from "../../../core/types.ts";
import { lastErrno } from "../../ffi/library.ts";
import type { Failure } from "../../interface/failure.ts";
import type { Platform, ProgramFile } from "../../interface/platform.ts";
import { pathAddress, takePath } from "../../posix/kernel/kernel.ts";
import { execute as executePath } from "../../posix/processes/own_process.ts";
import { ERRNO, MFD_CLOEXEC } from "../kernel/abi.ts";
import { failure, LINUX } from "../kernel/kernel.ts";
import { files } from "../kernel/parts.ts";

/** The file that this program was executed from, whatever has its name by now. */
export const OWN_EXECUTABLE = "/proc/self/exe";
/** What the kernel adds to the name of a file that is gone: proc(5). */
const GONE = " (deleted)";
/** For people who look into /proc. */
const SCRATCH_NAME = "dinit-state";

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
  const own = ownProgram();
  if ("kind" in own) return own;
  const { path } = own;
  closeInheritedOnExec();
  const call = { words: [path, ...args], variables };
  const problem = executePath(LINUX, path, call);
  // Removed and not replaced: the running file is still there.
  return problem.errno === ERRNO.ENOENT ? executePath(LINUX, OWN_EXECUTABLE, call) : problem;
}

/** As `Platform.ownProgram`. */
export function ownProgram(): ProgramFile | Failure {
  const link = files.readLink(OWN_EXECUTABLE);
  if (typeof link !== "string") return link;
  return { path: withoutMark(link), isGone: link.endsWith(GONE) };
}

/** As `Platform.execute`. */
export const execute: Platform["execute"] = (path, words, variables) =>
  executePath(LINUX, path, { words, variables });

/** As `Platform.openScratchFile`: memfd_create(2), since Linux 3.17. */
export function openScratchFile(): Fd | Failure {
  const problem = takePath(LINUX, "memfd_create", SCRATCH_NAME);
  if (problem !== undefined) return problem;
  const { memfd_create } = LINUX.calls;
  const made = LINUX.addresses(memfd_create, pathAddress, MFD_CLOEXEC, 0, 0, 0, 0);
  return made < 0 ? failure("memfd_create", lastErrno(LINUX)) : asFd(made);
}

function withoutMark(link: string): string {
  return link.endsWith(GONE) ? link.slice(0, -GONE.length) : link;
}
