/**
 * Log files and directories: what the daemon makes, renames and removes.
 */
import type { Fd } from "../../core/types.ts";
import { allocate, writePath } from "../ffi/memory.ts";
import type { LogFileOwner, OpenedLogFile } from "../file_types.ts";
import type { Failure } from "../failure.ts";
import type { Platform } from "../interface.ts";
import type { Files } from "./files.ts";
import {
  type BsdKernel,
  failure,
  lastFailure,
  pathAddress,
  pathMemory,
  takePath,
} from "./kernel.ts";
import type { Streams } from "./streams.ts";

/** The group or owner stays as it is: chown(2). */
const UNCHANGED = -1;
const CREATION_MODE = 0o600;

export type FileChanges = Pick<
  Platform,
  "openLogFile" | "rename" | "makeDirectory" | "removeDirectory" | "writeFile"
>;

/** The functions over a system. */
export function bsdFileChanges(kernel: BsdKernel, files: Files, streams: Streams): FileChanges {
  const { numbers, buffer, addresses, abi, calls } = kernel;
  const { file, errno: codes } = abi;
  const secondPath = allocate(4096);
  const encoder = new TextEncoder();

  function openLogFile(path: string, owner: LogFileOwner): OpenedLogFile | Failure {
    const fd = files.openAppend(path, CREATION_MODE);
    if (typeof fd !== "number") return fd;
    const status = files.statusOfDescriptor(fd);
    const problem = "call" in status
      ? status
      : status.type === file.S_IFREG
      ? setOwner(fd, owner)
      : undefined;
    if (problem === undefined && "type" in status) {
      const isRegular = status.type === file.S_IFREG;
      return { kind: "log-file", fd, isRegular, sizeBytes: status.sizeBytes };
    }
    streams.close(fd);
    return problem ?? failure(kernel, "fstat", codes.EINVAL);
  }

  function setOwner(fd: Fd, owner: LogFileOwner): Failure | undefined {
    const { uid = UNCHANGED, gid = UNCHANGED, mode } = owner;
    const isChanged = uid !== UNCHANGED || gid !== UNCHANGED;
    if (isChanged && numbers(calls.fchown, fd, uid, gid, 0, 0, 0) < 0) {
      return lastFailure(kernel, "fchown");
    }
    const result = numbers(calls.fchmod, fd, mode, 0, 0, 0, 0);
    return result < 0 ? lastFailure(kernel, "fchmod") : undefined;
  }

  function rename(from: string, to: string): Failure | undefined {
    const problem = takePath(kernel, "rename", from);
    if (problem !== undefined) return problem;
    const written = writePath(secondPath, to);
    if (typeof written !== "number") {
      const errno = written === "has-nul" ? codes.EINVAL : codes.ENAMETOOLONG;
      return failure(kernel, "rename", errno);
    }
    const { AT_FDCWD } = file;
    const result = addresses(
      calls.renameat,
      AT_FDCWD,
      pathAddress,
      AT_FDCWD,
      secondPath.address,
      0,
      0,
    );
    return result < 0 ? lastFailure(kernel, "rename") : undefined;
  }

  function makeDirectory(path: string, mode: number): Failure | undefined {
    const problem = takePath(kernel, "mkdir", path);
    if (problem !== undefined) return problem;
    const result = buffer(calls.mkdirat, file.AT_FDCWD, pathMemory, mode, 0, 0, 0);
    return result < 0 ? lastFailure(kernel, "mkdir") : undefined;
  }

  function removeDirectory(path: string): Failure | undefined {
    const problem = takePath(kernel, "rmdir", path);
    if (problem !== undefined) return problem;
    const result = buffer(
      calls.unlinkat,
      file.AT_FDCWD,
      pathMemory,
      file.AT_REMOVEDIR,
      0,
      0,
      0,
    );
    return result < 0 ? lastFailure(kernel, "rmdir") : undefined;
  }

  function writeFile(path: string, text: string): Failure | undefined {
    const fd = files.openFile(path, file.O_WRONLY | file.O_NONBLOCK | file.O_NOCTTY);
    if (typeof fd !== "number") return fd;
    const written = streams.write(fd, encoder.encode(text));
    streams.close(fd);
    if (written === "again") return failure(kernel, "write", codes.EAGAIN);
    return typeof written === "object" ? written : undefined;
  }

  return { openLogFile, rename, makeDirectory, removeDirectory, writeFile };
}
