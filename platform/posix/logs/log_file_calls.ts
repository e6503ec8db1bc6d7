/**
 * The calls for log files; what is done with them is in `log_files.ts`.
 */
import type { Fd } from "../../../core/types.ts";
import { allocate, writePath } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import type { LogFileOwner } from "../../interface/file_types.ts";
import { currentDirectory } from "../files/current_directory.ts";
import type { StatusCalls } from "../files/file_status.ts";
import type { Files } from "../files/files.ts";
import {
  failure,
  lastFailure,
  pathAddress,
  pathMemory,
  type PosixKernel,
  takePath,
  userId,
} from "../kernel/kernel.ts";
import type { Streams } from "../descriptors/streams.ts";
import { type LogFiles, logFiles, type RecordFiles } from "./log_files.ts";
import type { LogAccess, OpeningKind } from "./placed_log.ts";

/** The group or owner stays as it is: chown(2). */
const UNCHANGED = -1;
const CREATION_MODE = 0o600;

/** What it is made of. */
export interface LogParts {
  readonly streams: Pick<Streams, "close">;
  readonly files: Pick<Files, "openAt" | "readLink">;
  readonly status: StatusCalls;
}

/** The functions over a system. */
export function posixLogFiles(
  kernel: PosixKernel,
  { streams, files, status }: LogParts,
): LogFiles & RecordFiles {
  const { numbers, buffer, addresses, abi, calls } = kernel;
  const { file, errno: codes } = abi;
  const { AT_FDCWD } = file;
  const { openAt } = files;
  const secondName = allocate(4096);
  const accesses: Readonly<Record<LogAccess, number>> = {
    append: file.O_WRONLY | file.O_APPEND,
    update: file.O_RDWR,
  };

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
  return logFiles({
    errno: codes,
    failure: failureHere,
    userId: () => userId(kernel),
    currentDirectory: () => currentDirectory(failureHere, codes.ENOENT),
    readLink: files.readLink,
    status: status.statusOfDescriptor,
    statusAt: status.statusAt,
    statusOf: status.statusOf,
    openFolder: (folder, name) =>
      openAt(folder, name, file.O_SEARCH | file.O_DIRECTORY | file.O_NOFOLLOW),
    openLog,
    renameAt,
    unlinkAt,
    setOwner,
    close: streams.close,
  });
}
