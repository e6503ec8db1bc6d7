/**
 * What statx(2) tells of files. Kernels since 4.11 have it.
 */
import type { Fd } from "../../core/types.ts";
import { addressCalls, lastErrno } from "../ffi/library.ts";
import { allocate } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import type { FileStatus } from "../interface/file_status.ts";
import { FILE, STATX } from "./abi.ts";
import { failure, kernel, pathAddress, takePath } from "./kernel.ts";

const block = allocate(STATX.BYTES);
const emptyPath = allocate(8);

/** Status of what an open descriptor leads to. */
export function statusOfDescriptor(fd: Fd): FileStatus | Failure {
  return read(fd, emptyPath.address, FILE.AT_EMPTY_PATH);
}

/** Status of a name in a folder, links not followed; without a folder the name is a path. */
export function statusAt(folder: Fd | undefined, name: string): FileStatus | Failure {
  return takePath("statx", name) ??
    read(folder ?? FILE.AT_FDCWD, pathAddress, FILE.AT_SYMLINK_NOFOLLOW);
}

/** Status of what a path leads to, links followed. */
export function statusOf(path: string): FileStatus | Failure {
  return takePath("statx", path) ?? read(FILE.AT_FDCWD, pathAddress, 0);
}

function read(folder: number, nameAddress: number, flags: number): FileStatus | Failure {
  const calls = kernel();
  const { statx } = calls.abi.calls;
  const mask = STATX.STATX_BASIC_STATS | STATX.STATX_BTIME;
  const { addresses } = addressCalls();
  const result = addresses(statx, folder, nameAddress, flags, mask, block.address, 0);
  if (result < 0) return failure("statx", lastErrno(calls));
  const { view } = block;
  const mode = view.getUint16(STATX.MODE, true);
  const major = view.getUint32(STATX.DEVICE_MAJOR, true);
  return {
    type: TYPES.get(mode & FILE.S_IFMT) ?? "other",
    mode: mode & 0o7777,
    uid: view.getUint32(STATX.UID, true),
    links: view.getUint32(STATX.LINKS, true),
    sizeBytes: Number(view.getBigUint64(STATX.SIZE, true)),
    // Minor numbers have 20 bits: include/linux/kdev_t.h.
    device: major * 2 ** 20 + view.getUint32(STATX.DEVICE_MINOR, true),
    inode: view.getBigUint64(STATX.INODE, true),
    birth: view.getBigInt64(STATX.BIRTH_SECONDS, true) * 1_000_000_000n +
      BigInt(view.getUint32(STATX.BIRTH_NANOSECONDS, true)),
  };
}

const TYPES: ReadonlyMap<number, FileStatus["type"]> = new Map([
  [FILE.S_IFREG, "regular"],
  [FILE.S_IFDIR, "directory"],
  [FILE.S_IFLNK, "link"],
  [FILE.S_IFIFO, "fifo"],
  [FILE.S_IFSOCK, "socket"],
]);
