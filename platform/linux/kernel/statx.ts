/**
 * What statx(2) tells of files. Kernels since 4.11 have it.
 */
import { allocate } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import { fileTypes, type StatusCalls, type TimedStatus } from "../../posix/files/file_status.ts";
import { lastFailure, pathAddress, takePath } from "../../posix/kernel/kernel.ts";
import { FILE, STATX } from "./abi.ts";
import { LINUX } from "./kernel.ts";

const block = allocate(STATX.BYTES);
const emptyPath = allocate(8);
const types = fileTypes(FILE);

/** The calls. */
export const LINUX_STATUS: StatusCalls = {
  statusOfDescriptor: (fd) => read(fd, emptyPath.address, FILE.AT_EMPTY_PATH),
  statusAt: (folder, name) =>
    takePath(LINUX, "statx", name) ??
      read(folder ?? FILE.AT_FDCWD, pathAddress, FILE.AT_SYMLINK_NOFOLLOW),
  statusOf: (path) => takePath(LINUX, "statx", path) ?? read(FILE.AT_FDCWD, pathAddress, 0),
};

function read(folder: number, nameAddress: number, flags: number): TimedStatus | Failure {
  const mask = STATX.STATX_BASIC_STATS | STATX.STATX_BTIME;
  const { statx } = LINUX.calls;
  const result = LINUX.addresses(statx, folder, nameAddress, flags, mask, block.address, 0);
  if (result < 0) return lastFailure(LINUX, "statx");
  const { view } = block;
  const mode = view.getUint16(STATX.MODE, true);
  const major = view.getUint32(STATX.DEVICE_MAJOR, true);
  return {
    type: types.get(mode & FILE.S_IFMT) ?? "other",
    mode: mode & 0o7777,
    uid: view.getUint32(STATX.UID, true),
    links: view.getUint32(STATX.LINKS, true),
    sizeBytes: Number(view.getBigUint64(STATX.SIZE, true)),
    // Minor numbers have 20 bits: include/linux/kdev_t.h.
    device: major * 2 ** 20 + view.getUint32(STATX.DEVICE_MINOR, true),
    inode: view.getBigUint64(STATX.INODE, true),
    birth: view.getBigInt64(STATX.BIRTH_SECONDS, true) * 1_000_000_000n +
      BigInt(view.getUint32(STATX.BIRTH_NANOSECONDS, true)),
    modifiedSeconds: Number(view.getBigInt64(STATX.MTIME_SECONDS, true)),
    modifiedNanoseconds: view.getUint32(STATX.MTIME_NANOSECONDS, true),
  };
}
