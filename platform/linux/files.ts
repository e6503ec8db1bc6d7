/**
 * Files as the daemon uses them: whole descriptions read at once, directories, links.
 */
import { type Fd, fd as asFd } from "../../core/types.ts";
import { addressCalls, lastErrno } from "../ffi/library.ts";
import { allocate } from "../ffi/memory.ts";
import type { FileContents } from "../interface/file_types.ts";
import type { Failure } from "../interface/failure.ts";
import { readToEnd } from "../posix/files/read_to_end.ts";
import { ERRNO, FILE, STATX } from "./abi.ts";
import { failure, kernel, pathAddress, pathMemory, takePath } from "./kernel.ts";
import { close, read } from "./streams.ts";

const status = allocate(STATX.BYTES);
const emptyPath = allocate(8);
const directoryBlock = allocate(32 * 1024);
const decoder = new TextDecoder();

/** Opens a file; the caller owns the descriptor. Close-on-exec is added to the flags. */
export function openFile(path: string, flags: number, mode = 0): Fd | Failure {
  const problem = takePath("open", path);
  if (problem !== undefined) return problem;
  const calls = kernel();
  const { openat } = calls.abi.calls;
  for (;;) {
    const fd = calls.buffer(
      openat,
      FILE.AT_FDCWD,
      pathMemory,
      flags | FILE.O_CLOEXEC,
      mode,
      0,
      0,
    );
    if (fd >= 0) return asFd(fd);
    const errno = lastErrno(calls);
    if (errno !== ERRNO.EINTR) return failure("open", errno);
  }
}

/**
 * Reads a regular file whole.
 *
 * Opened non-blocking, so that a FIFO in a service directory cannot stop the manager. The limit counts
 * what is read, whatever size the file claims.
 *
 * @returns EISDIR for a directory, EINVAL for anything else that is no regular file, EFBIG above the limit.
 */
export function readFile(path: string, limitBytes: number): FileContents | Failure {
  const fd = openFile(path, FILE.O_RDONLY | FILE.O_NONBLOCK | FILE.O_NOCTTY);
  if (typeof fd !== "number") return fd;
  try {
    return readOpened(fd, limitBytes);
  } finally {
    close(fd);
  }
}

function readOpened(fd: Fd, limitBytes: number): FileContents | Failure {
  const problem = fillStatus(fd);
  if (problem !== undefined) return problem;
  const type = status.view.getUint16(STATX.MODE, true) & FILE.S_IFMT;
  if (type === FILE.S_IFDIR) return failure("read", ERRNO.EISDIR);
  if (type !== FILE.S_IFREG) return failure("read", ERRNO.EINVAL, "not a regular file");
  const size = Number(status.view.getBigUint64(STATX.SIZE, true));
  const modifiedSeconds = Number(status.view.getBigInt64(STATX.MTIME_SECONDS, true));
  const modifiedNanoseconds = status.view.getUint32(STATX.MTIME_NANOSECONDS, true);
  const bytes = readToEnd(
    {
      read: (target) => read(fd, target),
      failure: (errno, detail) => failure("read", ERRNO[errno], detail),
    },
    size,
    limitBytes,
  );
  if ("kind" in bytes) return bytes;
  return { kind: "contents", bytes, modifiedSeconds, modifiedNanoseconds };
}

/** File type bits (S_IFMT) of an open descriptor. */
export function typeOfDescriptor(fd: Fd): number | Failure {
  return fillStatus(fd) ?? status.view.getUint16(STATX.MODE, true) & FILE.S_IFMT;
}

function fillStatus(fd: Fd): Failure | undefined {
  const calls = kernel();
  const result = addressCalls().addresses(
    calls.abi.calls.statx,
    fd,
    emptyPath.address,
    FILE.AT_EMPTY_PATH,
    STATX.STATX_BASIC_STATS,
    status.address,
    0,
  );
  return result < 0 ? failure("statx", lastErrno(calls)) : undefined;
}

/** Names in a directory, without `.` and `..`, in the order of the system. */
export function readDirectory(
  path: string,
): { readonly kind: "names"; readonly names: string[] } | Failure {
  const calls = kernel();
  const { getdents64 } = calls.abi.calls;
  const fd = openFile(path, FILE.O_RDONLY | FILE.O_NONBLOCK | calls.abi.O_DIRECTORY);
  if (typeof fd !== "number") return fd;
  const names: string[] = [];
  const { bytes } = directoryBlock;
  for (;;) {
    const count = calls.buffer(getdents64, fd, bytes, bytes.length, 0, 0, 0);
    if (count < 0) {
      const problem = failure("getdents64", lastErrno(calls));
      close(fd);
      return problem;
    }
    if (count === 0) break;
    collectNames(count, names);
  }
  close(fd);
  return { kind: "names", names };
}

/** struct linux_dirent64: ino 8, off 8, reclen u16 at 16, type at 18, name at 19: getdents64(2). */
function collectNames(count: number, names: string[]): void {
  const { bytes, view } = directoryBlock;
  for (let at = 0; at < count; at += view.getUint16(at + 16, true)) {
    const name = decoder.decode(bytes.subarray(at + 19, bytes.indexOf(0, at + 19)));
    if (name !== "." && name !== "..") names.push(name);
  }
}

/** Whether the path exists, links followed. A path that cannot be looked up does not. */
export function exists(path: string): boolean {
  if (takePath("faccessat", path) !== undefined) return false;
  const { buffer, abi } = kernel();
  return buffer(abi.calls.faccessat, FILE.AT_FDCWD, pathMemory, 0, 0, 0, 0) === 0;
}

/**
 * The path made absolute with every link resolved, as the kernel sees it: the name of a descriptor that
 * only marks the place (O_PATH), in /proc.
 */
export function realPath(
  path: string,
): { readonly kind: "path"; readonly path: string } | Failure {
  const fd = openFile(path, FILE.O_PATH);
  if (typeof fd !== "number") return fd;
  const target = readLink(`/proc/self/fd/${fd}`);
  close(fd);
  return typeof target === "string" ? { kind: "path", path: target } : target;
}

/** Where a symbolic link leads: readlink(2). */
export function readLink(path: string): string | Failure {
  const problem = takePath("readlink", path);
  if (problem !== undefined) return problem;
  const calls = kernel();
  const { bytes, address } = directoryBlock;
  const length = addressCalls().addresses(
    calls.abi.calls.readlinkat,
    FILE.AT_FDCWD,
    pathAddress,
    address,
    bytes.length,
    0,
    0,
  );
  return length < 0
    ? failure("readlink", lastErrno(calls))
    : decoder.decode(bytes.subarray(0, length));
}
