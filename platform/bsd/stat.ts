/**
 * What fstat(2) and fstatat(2) tell of files.
 */
import { allocate } from "../ffi/memory.ts";
import { fileTypes, type StatusCalls, type TimedStatus } from "../posix/files/file_status.ts";
import { lastFailure, pathAddress, takePath } from "../posix/kernel/kernel.ts";
import type { BsdKernel } from "./abi.ts";

/** The functions over a system. */
export function bsdFileStatus(kernel: BsdKernel): StatusCalls {
  const { addresses, abi, calls } = kernel;
  const { file, stat } = abi;
  const block = allocate(stat.BYTES);
  const types = fileTypes(file);

  function statusInBlock(): TimedStatus {
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
      modifiedSeconds: Number(view.getBigInt64(stat.MTIME_SECONDS, true)),
      modifiedNanoseconds: Number(view.getBigInt64(stat.MTIME_NANOSECONDS, true)),
    };
  }

  function statusOfName(folder: number, name: string, flags: number) {
    const problem = takePath(kernel, "fstatat", name);
    if (problem !== undefined) return problem;
    const result = addresses(calls.fstatat, folder, pathAddress, block.address, flags, 0, 0);
    return result < 0 ? lastFailure(kernel, "fstatat") : statusInBlock();
  }

  return {
    statusOfDescriptor: (fd) => {
      const result = addresses(calls.fstat, fd, block.address, 0, 0, 0, 0);
      return result < 0 ? lastFailure(kernel, "fstat") : statusInBlock();
    },
    statusAt: (folder, name) =>
      statusOfName(folder ?? file.AT_FDCWD, name, file.AT_SYMLINK_NOFOLLOW),
    statusOf: (path) => statusOfName(file.AT_FDCWD, path, 0),
  };
}
