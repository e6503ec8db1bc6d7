/**
 * Files as the daemon uses them: whole descriptions read at once, directories, links.
 */
import { decodeText } from "../../../core/text/byte_text.ts";
import { type Fd, fd as asFd } from "../../../core/types.ts";
import { lastErrno } from "../../ffi/library.ts";
import { allocate } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import type { FileContents } from "../../interface/file_types.ts";
import type { Platform } from "../../interface/platform.ts";
import {
  failure,
  lastFailure,
  pathAddress,
  pathMemory,
  type PosixKernel,
  takePath,
} from "../kernel/kernel.ts";
import type { Streams } from "../descriptors/streams.ts";
import { directoryReader } from "./directories.ts";
import type { StatusCalls } from "./file_status.ts";
import { readToEnd } from "./read_to_end.ts";

export type Files =
  & Pick<Platform, "readFile" | "readDirectory" | "exists">
  & {
    /** Opens a file; the caller owns the descriptor. Close-on-exec is added to the flags. */
    openFile(path: string, flags: number, mode?: number): Fd | Failure;
    /** The same by a folder's descriptor; without one the name is a path. */
    openAt(folder: Fd | undefined, name: string, flags: number, mode?: number): Fd | Failure;
    /** Some of the names in a directory, as many as one call gives; none: it is empty. */
    someNames(path: string): readonly string[] | Failure;
    /** Where a symbolic link leads: readlink(2). */
    readLink(path: string): string | Failure;
  };

/** The functions over a system. */
export function posixFiles(
  kernel: PosixKernel,
  { read, close }: Pick<Streams, "read" | "close">,
  { statusOfDescriptor }: Pick<StatusCalls, "statusOfDescriptor">,
): Files {
  const { buffer, addresses, abi, calls } = kernel;
  const { file, errno: codes } = abi;
  /** For the text of a link. */
  const linkText = allocate(4096);

  function openAt(folder: Fd | undefined, name: string, flags: number, mode = 0): Fd | Failure {
    const problem = takePath(kernel, "open", name);
    if (problem !== undefined) return problem;
    const where = folder ?? file.AT_FDCWD;
    const all = flags | file.O_CLOEXEC;
    for (;;) {
      const fd = buffer(calls.openat, where, pathMemory, all, mode, 0, 0);
      if (fd >= 0) return asFd(fd);
      const errno = lastErrno(kernel);
      if (errno !== codes.EINTR) return failure(kernel, "open", errno);
    }
  }

  function openFile(path: string, flags: number, mode?: number): Fd | Failure {
    return openAt(undefined, path, flags, mode);
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
    const status = statusOfDescriptor(fd);
    if ("kind" in status) return status;
    const { type, sizeBytes, modifiedSeconds, modifiedNanoseconds } = status;
    if (type === "directory") return failure(kernel, "read", codes.EISDIR);
    if (type !== "regular") return failure(kernel, "read", codes.EINVAL, "not a regular file");
    const bytes = readToEnd(
      {
        read: (target) => read(fd, target),
        failure: (errno, detail) => failure(kernel, "read", codes[errno], detail),
      },
      sizeBytes,
      limitBytes,
    );
    if ("kind" in bytes) return bytes;
    return { kind: "contents", bytes, modifiedSeconds, modifiedNanoseconds };
  }

  function exists(path: string): boolean {
    if (takePath(kernel, "faccessat", path) !== undefined) return false;
    return buffer(calls.faccessat, file.AT_FDCWD, pathMemory, 0, 0, 0, 0) === 0;
  }

  function readLink(path: string): string | Failure {
    const problem = takePath(kernel, "readlink", path);
    if (problem !== undefined) return problem;
    const { address, bytes } = linkText;
    const { AT_FDCWD } = file;
    const length = addresses(calls.readlinkat, AT_FDCWD, pathAddress, address, bytes.length, 0, 0);
    return length < 0 ? lastFailure(kernel, "readlink") : decodeText(bytes, 0, length);
  }

  const { readDirectory, someNames } = directoryReader(kernel, { openFile, close });
  return { openFile, openAt, readFile, readDirectory, someNames, exists, readLink };
}
