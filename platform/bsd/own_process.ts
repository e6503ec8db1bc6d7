/**
 * Running this program anew in its own place, or another one.
 */
import type { Fd } from "../../core/types.ts";
import type { Failure } from "../interface/failure.ts";
import type { Platform } from "../interface/platform.ts";
import type { Files } from "../posix/files/files.ts";
import type { PosixKernel } from "../posix/kernel/kernel.ts";
import { execute } from "../posix/processes/own_process.ts";
import type { Succession } from "../posix/processes/succession.ts";

export type OwnProcess = Pick<
  Platform,
  "executeSelf" | "ownProgram" | "copyOwnProgram" | "execute" | "openScratchFile"
>;

/** Attempts to find a name that nothing has. */
const MOST_NAMES = 100;
const OWN_ONLY = 0o600;

/** The functions over a system. The runtime knows its own path (sysctl kern.proc.pathname). */
export function bsdOwnProcess(
  kernel: PosixKernel,
  { files, copyProgram, removeFile, closeInheritedOnExec }: {
    readonly files: Pick<Files, "openFile">;
    readonly copyProgram: Succession["copyProgram"];
    readonly removeFile: Platform["removeFile"];
    readonly closeInheritedOnExec: () => void;
  },
): OwnProcess {
  const { abi: { file, errno } } = kernel;

  /** A file that has no name any more. */
  function openScratchFile(): Fd | Failure {
    const folder = Deno.env.get("TMPDIR") || "/tmp";
    const flags = file.O_RDWR | file.O_CREAT | file.O_EXCL | file.O_NOFOLLOW;
    for (let count = 0;; count++) {
      const path = `${folder}/dinit-state.${Deno.pid}.${count}`;
      const made = files.openFile(path, flags, OWN_ONLY);
      if (typeof made === "number") removeFile(path);
      if (typeof made === "number" || made.errno !== errno.EEXIST || count === MOST_NAMES) {
        return made;
      }
    }
  }

  return {
    executeSelf: (args, variables) => {
      const path = Deno.execPath();
      closeInheritedOnExec();
      return execute(kernel, path, { words: [path, ...args], variables });
    },
    // Of a file that is gone the system gives no path, and the runtime none to us.
    ownProgram: () => ({ path: Deno.execPath(), isGone: false }),
    copyOwnProgram: (path) => copyProgram(Deno.execPath(), path),
    execute: (path, words, variables) => execute(kernel, path, { words, variables }),
    openScratchFile,
  };
}
