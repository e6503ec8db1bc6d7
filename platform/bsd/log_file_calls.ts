/**
 * The calls of BSD-like systems for log files; what is done with them is in `../log_files.ts`.
 */
import { type Fd, fd as asFd } from "../../core/types.ts";
import { currentDirectory } from "../posix/files/current_directory.ts";
import { lastErrno } from "../ffi/library.ts";
import { allocate, writePath } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import type { LogFileOwner } from "../interface/file_types.ts";
import type { Platform } from "../interface/platform.ts";
import {
  type LogAccess,
  type LogFiles,
  logFiles,
  type OpeningKind,
} from "../posix/logs/log_files.ts";
import { bsdFileStatus } from "./file_status.ts";
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

const decoder = new TextDecoder();

/** The functions over a system. */
export function bsdLogFiles(
  kernel: BsdKernel,
  { close }: Streams,
): LogFiles & Pick<Platform, "fileStatus"> {
  const { numbers, buffer, addresses, abi, calls } = kernel;
  const { file, errno: codes } = abi;
  const { AT_FDCWD } = file;
  const secondName = allocate(4096);
  const accesses: Readonly<Record<LogAccess, number>> = {
    append: file.O_WRONLY | file.O_APPEND,
    update: file.O_RDWR,
  };
  const { statusOfDescriptor, statusAt, statusOf } = bsdFileStatus(kernel);

  function readLink(path: string): string | Failure {
    const problem = takePath(kernel, "readlink", path);
    if (problem !== undefined) return problem;
    const { address, bytes } = secondName;
    const length = addresses(calls.readlinkat, AT_FDCWD, pathAddress, address, bytes.length, 0, 0);
    return length < 0 ? lastFailure(kernel, "readlink") : decoder.decode(bytes.subarray(0, length));
  }

  function openAt(folder: Fd | undefined, name: string, flags: number, mode = 0): Fd | Failure {
    const problem = takePath(kernel, "open", name);
    if (problem !== undefined) return problem;
    const where = folder ?? AT_FDCWD;
    for (;;) {
      const all = flags | file.O_CLOEXEC;
      const fd = buffer(calls.openat, where, pathMemory, all, mode, 0, 0);
      if (fd >= 0) return asFd(fd);
      const errno = lastErrno(kernel);
      if (errno !== codes.EINTR) return failure(kernel, "open", errno);
    }
  }

  function openLog(
    folder: Fd | undefined,
    name: string,
    how: OpeningKind,
    access: LogAccess,
  ): Fd | Failure {
    const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NOCTTY, O_NONBLOCK } = file;
    const flags = accesses[access] | O_NOCTTY | O_NONBLOCK;
    switch (how) {
      case "existing":
        return openAt(folder, name, flags | O_NOFOLLOW);
      case "followed":
        return openAt(folder, name, flags);
      case "new":
        return openAt(folder, name, flags | O_CREAT | O_EXCL, CREATION_MODE);
    }
  }

  function renameAt(folder: Fd | undefined, from: string, to: string): Failure | undefined {
    const problem = takePath(kernel, "rename", from);
    if (problem !== undefined) return problem;
    if (typeof writePath(secondName, to) !== "number") {
      return failure(kernel, "rename", codes.ENAMETOOLONG);
    }
    const where = folder ?? AT_FDCWD;
    const { address } = secondName;
    const result = addresses(calls.renameat, where, pathAddress, where, address, 0, 0);
    return result < 0 ? lastFailure(kernel, "rename") : undefined;
  }

  function unlinkAt(folder: Fd | undefined, name: string): Failure | undefined {
    const problem = takePath(kernel, "unlink", name);
    if (problem !== undefined) return problem;
    const result = buffer(calls.unlinkat, folder ?? AT_FDCWD, pathMemory, 0, 0, 0, 0);
    return result < 0 ? lastFailure(kernel, "unlink") : undefined;
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

  const failureHere = (call: string, errno: number, detail?: string) =>
    failure(kernel, call, errno, detail);
  const { openRecords: _records, ...logs } = logFiles({
    errno: codes,
    failure: failureHere,
    userId: () => numbers(calls.geteuid, 0, 0, 0, 0, 0, 0) >>> 0,
    currentDirectory: () => currentDirectory(failureHere, codes.ENOENT),
    readLink,
    status: statusOfDescriptor,
    statusAt,
    statusOf,
    openFolder: (folder, name) =>
      openAt(folder, name, file.O_SEARCH | file.O_DIRECTORY | file.O_NOFOLLOW),
    openLog,
    renameAt,
    unlinkAt,
    setOwner,
    close,
  });
  return {
    ...logs,
    fileStatus: (path, links) => links === "followed" ? statusOf(path) : statusAt(undefined, path),
  };
}
