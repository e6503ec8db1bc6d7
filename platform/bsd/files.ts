/**
 * Files as the daemon uses them: whole descriptions read at once, directories, links.
 */
import { type Fd, fd as asFd } from "../../core/types.ts";
import { lastErrno } from "../ffi/library.ts";
import { allocate } from "../ffi/memory.ts";
import type { FileContents } from "../interface/file_types.ts";
import type { Failure } from "../interface/failure.ts";
import type { Platform } from "../interface/platform.ts";
import { readToEnd } from "../posix/files/read_to_end.ts";
import { type BsdKernel, failure, lastFailure, pathMemory, takePath } from "./kernel.ts";
import { runtimeFailure } from "./runtime_failure.ts";
import type { Streams } from "./streams.ts";

export type Files =
  & Pick<Platform, "readFile" | "readDirectory" | "exists" | "realPath">
  & {
    /** Opens a file; the caller owns the descriptor. Close-on-exec is added to the flags. */
    openFile(path: string, flags: number, mode?: number): Fd | Failure;
    /** File type bits (S_IFMT) of an open descriptor. */
    typeOfDescriptor(fd: Fd): number | Failure;
  };

const decoder = new TextDecoder();

/** The functions over a system. */
export function bsdFiles(kernel: BsdKernel, { read, close }: Streams): Files {
  const { buffer, addresses, abi, calls } = kernel;
  const { file, errno: codes, stat, directory } = abi;
  const status = allocate(stat.BYTES);
  const directoryBlock = allocate(32 * 1024);
  /** Where getdirentries(2) tells the position; nobody asks for it. */
  const position = allocate(8);

  function openFile(path: string, flags: number, mode = 0): Fd | Failure {
    const problem = takePath(kernel, "open", path);
    if (problem !== undefined) return problem;
    for (;;) {
      const all = flags | file.O_CLOEXEC;
      const fd = buffer(calls.openat, file.AT_FDCWD, pathMemory, all, mode, 0, 0);
      if (fd >= 0) return asFd(fd);
      const errno = lastErrno(kernel);
      if (errno !== codes.EINTR) return failure(kernel, "open", errno);
    }
  }

  /** Opened non-blocking, so that a FIFO in a service directory cannot stop the manager. */
  function readFile(path: string, limitBytes: number): FileContents | Failure {
    const fd = openFile(path, file.O_RDONLY | file.O_NONBLOCK | file.O_NOCTTY);
    if (typeof fd !== "number") return fd;
    try {
      return readOpened(fd, limitBytes);
    } finally {
      close(fd);
    }
  }

  function readOpened(fd: Fd, limitBytes: number): FileContents | Failure {
    const type = typeOfDescriptor(fd);
    if (typeof type !== "number") return type;
    if (type === file.S_IFDIR) return failure(kernel, "read", codes.EISDIR);
    if (type !== file.S_IFREG) return failure(kernel, "read", codes.EINVAL, "not a regular file");
    const { view } = status;
    const modifiedSeconds = Number(view.getBigInt64(stat.MTIME_SECONDS, true));
    const modifiedNanoseconds = Number(view.getBigInt64(stat.MTIME_NANOSECONDS, true));
    const size = Number(view.getBigInt64(stat.SIZE, true));
    const bytes = readToEnd(
      {
        read: (target) => read(fd, target),
        failure: (errno, detail) => failure(kernel, "read", codes[errno], detail),
      },
      size,
      limitBytes,
    );
    if ("kind" in bytes) return bytes;
    return { kind: "contents", bytes, modifiedSeconds, modifiedNanoseconds };
  }

  function typeOfDescriptor(fd: Fd): number | Failure {
    const result = addresses(calls.fstat, fd, status.address, 0, 0, 0, 0);
    return result < 0 ? lastFailure(kernel, "fstat") : typeInStatus();
  }

  function typeInStatus(): number {
    return status.view.getUint16(stat.MODE, true) & file.S_IFMT;
  }

  function readDirectory(path: string): ReturnType<Platform["readDirectory"]> {
    const fd = openFile(path, file.O_RDONLY | file.O_NONBLOCK | file.O_DIRECTORY);
    if (typeof fd !== "number") return fd;
    const names: string[] = [];
    for (;;) {
      const { address, bytes } = directoryBlock;
      const count = addresses(
        calls.getdirentries,
        fd,
        address,
        bytes.length,
        position.address,
        0,
        0,
      );
      if (count < 0) {
        const problem = lastFailure(kernel, "getdirentries");
        close(fd);
        return problem;
      }
      if (count === 0) break;
      collectNames(count, names);
    }
    close(fd);
    return { kind: "names", names };
  }

  /** File number 0 marks an entry that was removed: dir(5). */
  function collectNames(count: number, names: string[]): void {
    const { bytes, view } = directoryBlock;
    for (let at = 0; at < count;) {
      const length = view.getUint16(at + directory.RECORD_LENGTH, true);
      if (length === 0) return;
      const start = at + directory.NAME;
      const name = decoder.decode(bytes.subarray(start, bytes.indexOf(0, start)));
      const isThere = view.getBigUint64(at, true) !== 0n;
      if (isThere && name !== "." && name !== "..") names.push(name);
      at += length;
    }
  }

  function exists(path: string): boolean {
    if (takePath(kernel, "faccessat", path) !== undefined) return false;
    return buffer(calls.faccessat, file.AT_FDCWD, pathMemory, 0, 0, 0, 0) === 0;
  }

  return {
    openFile,
    readFile,
    readDirectory,
    exists,
    realPath: (path) => realPath(kernel, path),
    typeOfDescriptor,
  };
}

/**
 * By the runtime's own realpath(3): without /proc the kernel has no call for it that all versions know. A loop
 * of links is ELOOP.
 */
function realPath(kernel: BsdKernel, path: string): ReturnType<Platform["realPath"]> {
  const problem = takePath(kernel, "realpath", path);
  if (problem !== undefined) return problem;
  try {
    return { kind: "path", path: Deno.realPathSync(path) };
  } catch (error) {
    return runtimeFailure(kernel, "realpath", error);
  }
}
