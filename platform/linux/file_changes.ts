/**
 * Log files, directories and the kernel's interface files: what the daemon makes, renames and removes.
 */
import { addressCalls, lastErrno } from "../ffi/library.ts";
import { allocate, writePath } from "../ffi/memory.ts";
import type { LogFileOwner, OpenedLogFile } from "../file_types.ts";
import type { Failure } from "../failure.ts";
import { ERRNO, FILE } from "./abi.ts";
import { openFile, sizeOfDescriptor, typeOfDescriptor } from "./files.ts";
import { failure, kernel, pathAddress, pathMemory, takePath } from "./kernel.ts";
import { close, write } from "./streams.ts";

const secondPath = allocate(4096);
const encoder = new TextEncoder();

/** The group or owner stays as it is: chown(2). */
const UNCHANGED = -1;
const CREATION_MODE = 0o600;

/**
 * Opens a service's log to append to it, non-blocking; then sets mode and owner of a regular file. A
 * device belongs to the system and stays as it is.
 *
 * @returns ENXIO for a FIFO that nobody reads, EISDIR for a directory.
 */
export function openLogFile(path: string, owner: LogFileOwner): OpenedLogFile | Failure {
  const flags = FILE.O_WRONLY | FILE.O_CREAT | FILE.O_APPEND | FILE.O_NOCTTY | FILE.O_NONBLOCK;
  const fd = openFile(path, flags, CREATION_MODE);
  if (typeof fd !== "number") return fd;
  const type = typeOfDescriptor(fd);
  const size = sizeOfDescriptor(fd);
  const problem = typeof type === "object" ? type : typeof size === "object" ? size : undefined;
  const isRegular = type === FILE.S_IFREG;
  const refused = problem ?? (isRegular ? setOwner(fd, owner) : undefined);
  if (refused === undefined) return { kind: "log-file", fd, isRegular, sizeBytes: size as number };
  close(fd);
  return refused;
}

function setOwner(fd: number, owner: LogFileOwner): Failure | undefined {
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

/** Gives a file another name in the same file system; what has the new name already is replaced. */
export function rename(from: string, to: string): Failure | undefined {
  const problem = takePath("rename", from);
  if (problem !== undefined) return problem;
  const written = writePath(secondPath, to);
  if (written === "has-nul") return failure("rename", ERRNO.EINVAL, "path holds a NUL character");
  if (written === "too-long") return failure("rename", ERRNO.ENAMETOOLONG);
  const calls = kernel();
  const { AT_FDCWD } = FILE;
  const { renameat2 } = calls.abi.calls;
  const { addresses } = addressCalls();
  const result = addresses(renameat2, AT_FDCWD, pathAddress, AT_FDCWD, secondPath.address, 0, 0);
  return result < 0 ? failure("rename", lastErrno(calls)) : undefined;
}

/** Makes a directory (mode less the umask). @returns EEXIST when something is there. */
export function makeDirectory(path: string, mode: number): Failure | undefined {
  const problem = takePath("mkdir", path);
  if (problem !== undefined) return problem;
  const calls = kernel();
  const result = calls.buffer(calls.abi.calls.mkdirat, FILE.AT_FDCWD, pathMemory, mode, 0, 0, 0);
  return result < 0 ? failure("mkdir", lastErrno(calls)) : undefined;
}

/** Removes an empty directory, or a control group that holds no process. */
export function removeDirectory(path: string): Failure | undefined {
  const problem = takePath("rmdir", path);
  if (problem !== undefined) return problem;
  const calls = kernel();
  const { unlinkat } = calls.abi.calls;
  const result = calls.buffer(unlinkat, FILE.AT_FDCWD, pathMemory, FILE.AT_REMOVEDIR, 0, 0, 0);
  return result < 0 ? failure("rmdir", lastErrno(calls)) : undefined;
}

/** Writes a text to a file that exists, in one write: the kernel's interface files take no other form. */
export function writeFile(path: string, text: string): Failure | undefined {
  const fd = openFile(path, FILE.O_WRONLY | FILE.O_NONBLOCK | FILE.O_NOCTTY);
  if (typeof fd !== "number") return fd;
  const written = write(fd, encoder.encode(text));
  close(fd);
  if (written === "again") return failure("write", ERRNO.EAGAIN);
  return typeof written === "object" ? written : undefined;
}
