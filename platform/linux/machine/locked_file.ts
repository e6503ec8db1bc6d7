/**
 * Files that several programs change, under a lock: fcntl(2), "Open file description locks", which
 * keep out the older locks of the C library and are kept out by them.
 *
 * struct flock, 32 bytes on both architectures: l_type (2 bytes) at 0, l_whence (2) at 2, l_start
 * (8) at 8, l_len (8; 0: to the end, wherever that will be) at 16, l_pid (4; must be 0) at 24.
 */
import type { Fd } from "../../../core/types.ts";
import { lastErrno } from "../../ffi/library.ts";
import { allocate } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import type { LogAccess } from "../../posix/logs/placed_log.ts";
import { FILE } from "../kernel/abi.ts";
import { failure, LINUX } from "../kernel/kernel.ts";
import { streams } from "../kernel/parts.ts";
import { LINUX_SYSTEM } from "../kernel/system.ts";

const F_WRLCK = 1;

const wholeFile = allocate(32);
wholeFile.view.setInt16(0, F_WRLCK, true);

/**
 * Opens a file and locks the whole of it for writing; the caller owns the descriptor, and closing
 * it unlocks. No link of others is followed, no file of theirs taken: `posix/files/file_trust.ts`.
 *
 * @param mode Of a file that is made; undefined: it must be there.
 * @returns EAGAIN when another process has it locked; never waits.
 */
export function openLocked(path: string, access: LogAccess, mode?: number): Fd | Failure {
  const fd = LINUX_SYSTEM.openRecords(path, access, mode);
  if (typeof fd !== "number") return fd;
  const { fcntl } = LINUX.calls;
  const { address } = wholeFile;
  if (LINUX.addresses(fcntl, fd, FILE.F_OFD_SETLK, address, 0, 0, 0) >= 0) return fd;
  const problem = failure("fcntl", lastErrno(LINUX));
  streams.close(fd);
  return problem;
}
