/**
 * Directories and the kernel's interface files: what the daemon makes, removes and writes to.
 */
import { encodeText } from "../../../core/text/byte_text.ts";
import type { Failure } from "../../interface/failure.ts";
import type { Platform } from "../../interface/platform.ts";
import { failure, lastFailure, pathMemory, type PosixKernel, takePath } from "../kernel/kernel.ts";
import type { Streams } from "../descriptors/streams.ts";
import type { Files } from "./files.ts";

export type FileChanges = Pick<
  Platform,
  "makeDirectory" | "removeDirectory" | "writeFile" | "changeOwner"
>;

/** The functions over a system. */
export function posixFileChanges(
  kernel: PosixKernel,
  files: Pick<Files, "openFile">,
  streams: Pick<Streams, "write" | "close">,
): FileChanges {
  const { buffer, abi, calls } = kernel;
  const { file, errno: codes } = abi;

  function makeDirectory(path: string, mode: number): Failure | undefined {
    const problem = takePath(kernel, "mkdir", path);
    if (problem !== undefined) return problem;
    const result = buffer(calls.mkdirat, file.AT_FDCWD, pathMemory, mode, 0, 0, 0);
    return result < 0 ? lastFailure(kernel, "mkdir") : undefined;
  }

  function removeDirectory(path: string): Failure | undefined {
    const problem = takePath(kernel, "rmdir", path);
    if (problem !== undefined) return problem;
    const { AT_FDCWD, AT_REMOVEDIR } = file;
    const result = buffer(calls.unlinkat, AT_FDCWD, pathMemory, AT_REMOVEDIR, 0, 0, 0);
    return result < 0 ? lastFailure(kernel, "rmdir") : undefined;
  }

  /** In one write: the kernel's interface files take no other form. */
  function writeFile(path: string, text: string): Failure | undefined {
    const fd = files.openFile(path, file.O_WRONLY | file.O_NONBLOCK | file.O_NOCTTY);
    if (typeof fd !== "number") return fd;
    const written = streams.write(fd, encodeText(text));
    streams.close(fd);
    if (written === "again") return failure(kernel, "write", codes.EAGAIN);
    return typeof written === "object" ? written : undefined;
  }

  function changeOwner(
    path: string,
    { uid, gid }: { readonly uid: number; readonly gid: number },
  ): Failure | undefined {
    const problem = takePath(kernel, "fchownat", path);
    if (problem !== undefined) return problem;
    const { AT_FDCWD, AT_SYMLINK_NOFOLLOW } = file;
    const result = buffer(
      calls.fchownat,
      AT_FDCWD,
      pathMemory,
      uid,
      gid,
      AT_SYMLINK_NOFOLLOW,
      0,
    );
    return result < 0 ? lastFailure(kernel, "fchownat") : undefined;
  }

  return { makeDirectory, removeDirectory, writeFile, changeOwner };
}
