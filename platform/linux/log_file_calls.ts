/**
 * Linux's calls for log files; what is done with them is in `../log_files.ts`.
 */
import { type Fd, fd as asFd } from "../../core/types.ts";
import { currentDirectory } from "../posix/files/current_directory.ts";
import { addressCalls, lastErrno } from "../ffi/library.ts";
import { allocate, writePath } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import type { LogFileOwner } from "../interface/file_types.ts";
import {
  type LogAccess,
  type LogFiles,
  logFiles,
  type OpeningKind,
  type RecordFiles,
} from "../posix/logs/log_files.ts";
import { ERRNO, FILE } from "./abi.ts";
import { statusAt, statusOf, statusOfDescriptor } from "./file_status.ts";
import { readLink } from "./files.ts";
import { failure, kernel, pathAddress, pathMemory, takePath } from "./kernel.ts";
import { userId } from "./processes.ts";
import { close } from "./streams.ts";

const secondName = allocate(4096);

/** The group or owner stays as it is: chown(2). */
const UNCHANGED = -1;
const CREATION_MODE = 0o600;
const ACCESS: Readonly<Record<LogAccess, number>> = {
  append: FILE.O_WRONLY | FILE.O_APPEND,
  update: FILE.O_RDWR,
};

const { openRecords, ...logs } = logFiles({
  errno: ERRNO,
  failure,
  userId,
  currentDirectory: () => currentDirectory(failure, ERRNO.ENOENT),
  readLink,
  status: statusOfDescriptor,
  statusAt,
  statusOf,
  openFolder,
  openLog,
  renameAt,
  unlinkAt,
  setOwner,
  close,
});

/** The functions of `Platform`. */
export const linuxLogFiles: LogFiles = logs;

/** For utmp and wtmp. */
export const openRecordFile: RecordFiles["openRecords"] = openRecords;

function openFolder(folder: Fd | undefined, name: string): Fd | Failure {
  const { O_DIRECTORY, O_NOFOLLOW } = kernel().abi;
  return openAt(folder, name, FILE.O_PATH | O_DIRECTORY | O_NOFOLLOW);
}

function openLog(
  folder: Fd | undefined,
  name: string,
  how: OpeningKind,
  access: LogAccess,
): Fd | Failure {
  const { O_NOFOLLOW } = kernel().abi;
  const flags = ACCESS[access] | FILE.O_NOCTTY | FILE.O_NONBLOCK;
  switch (how) {
    case "existing":
      return openAt(folder, name, flags | O_NOFOLLOW);
    case "followed":
      return openAt(folder, name, flags);
    case "new":
      return openAt(folder, name, flags | FILE.O_CREAT | FILE.O_EXCL, CREATION_MODE);
  }
}

function openAt(folder: Fd | undefined, name: string, flags: number, mode = 0): Fd | Failure {
  const problem = takePath("open", name);
  if (problem !== undefined) return problem;
  const calls = kernel();
  const { openat } = calls.abi.calls;
  const where = folder ?? FILE.AT_FDCWD;
  for (;;) {
    const fd = calls.buffer(openat, where, pathMemory, flags | FILE.O_CLOEXEC, mode, 0, 0);
    if (fd >= 0) return asFd(fd);
    const errno = lastErrno(calls);
    if (errno !== ERRNO.EINTR) return failure("open", errno);
  }
}

function renameAt(folder: Fd | undefined, from: string, to: string): Failure | undefined {
  const problem = takePath("rename", from);
  if (problem !== undefined) return problem;
  if (typeof writePath(secondName, to) !== "number") return failure("rename", ERRNO.ENAMETOOLONG);
  const calls = kernel();
  const { renameat2 } = calls.abi.calls;
  const where = folder ?? FILE.AT_FDCWD;
  const { addresses } = addressCalls();
  const result = addresses(renameat2, where, pathAddress, where, secondName.address, 0, 0);
  return result < 0 ? failure("rename", lastErrno(calls)) : undefined;
}

function unlinkAt(folder: Fd | undefined, name: string): Failure | undefined {
  const problem = takePath("unlink", name);
  if (problem !== undefined) return problem;
  const calls = kernel();
  const where = folder ?? FILE.AT_FDCWD;
  const result = calls.buffer(calls.abi.calls.unlinkat, where, pathMemory, 0, 0, 0, 0);
  return result < 0 ? failure("unlink", lastErrno(calls)) : undefined;
}

function setOwner(fd: Fd, owner: LogFileOwner): Failure | undefined {
  const { uid = UNCHANGED, gid = UNCHANGED, mode } = owner;
  const calls = kernel();
  const { fchown, fchmod } = calls.abi.calls;
  if (uid !== UNCHANGED || gid !== UNCHANGED) {
    if (calls.numbers(fchown, fd, uid, gid, 0, 0, 0) < 0) {
      return failure("fchown", lastErrno(calls));
    }
  }
  const result = calls.numbers(fchmod, fd, mode, 0, 0, 0, 0);
  return result < 0 ? failure("fchmod", lastErrno(calls)) : undefined;
}
