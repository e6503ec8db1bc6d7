/**
 * What stat(2) tells of files.
 */
import type { Fd } from "../../core/types.ts";
import { allocate } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import type { FileStatus } from "../interface/file_status.ts";
import { type BsdKernel, lastFailure, pathAddress, takePath } from "./kernel.ts";

/** The functions. A folder that is undefined: the name is a path. */
export interface StatusCalls {
  statusOfDescriptor(fd: Fd): FileStatus | Failure;
  /** Links are not followed. */
  statusAt(folder: Fd | undefined, name: string): FileStatus | Failure;
  /** Links are followed. */
  statusOf(path: string): FileStatus | Failure;
}

/** The functions over a system. */
export function bsdFileStatus(kernel: BsdKernel): StatusCalls {
  const { addresses, abi, calls } = kernel;
  const { file, stat } = abi;
  const block = allocate(stat.BYTES);
  const types: ReadonlyMap<number, FileStatus["type"]> = new Map([
    [file.S_IFREG, "regular"],
    [file.S_IFDIR, "directory"],
    [file.S_IFLNK, "link"],
    [file.S_IFIFO, "fifo"],
    [file.S_IFSOCK, "socket"],
  ]);

  function statusInBlock(): FileStatus {
    const { view } = block;
    const mode = view.getUint16(stat.MODE, true);
    return {
      type: types.get(mode & file.S_IFMT) ?? "other",
      mode: mode & 0o7777,
      uid: view.getUint32(stat.UID, true),
      links: view.getUint16(stat.LINKS, true),
      sizeBytes: Number(view.getBigInt64(stat.SIZE, true)),
      device: view.getUint32(stat.DEVICE, true),
      inode: view.getBigUint64(stat.INODE, true),
      birth: view.getBigInt64(stat.BIRTH_SECONDS, true) * 1_000_000_000n +
        view.getBigInt64(stat.BIRTH_NANOSECONDS, true),
    };
  }

  function statusOfName(
    folder: Fd | undefined,
    name: string,
    flags: number,
  ): FileStatus | Failure {
    const problem = takePath(kernel, "fstatat", name);
    if (problem !== undefined) return problem;
    const where = folder ?? file.AT_FDCWD;
    const result = addresses(calls.fstatat, where, pathAddress, block.address, flags, 0, 0);
    return result < 0 ? lastFailure(kernel, "fstatat") : statusInBlock();
  }

  return {
    statusOfDescriptor: (fd) => {
      const result = addresses(calls.fstat, fd, block.address, 0, 0, 0, 0);
      return result < 0 ? lastFailure(kernel, "fstat") : statusInBlock();
    },
    statusAt: (folder, name) => statusOfName(folder, name, file.AT_SYMLINK_NOFOLLOW),
    statusOf: (path) => statusOfName(undefined, path, 0),
  };
}
