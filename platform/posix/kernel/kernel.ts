/**
 * A system of the POSIX family as the modules of `posix/` see it: its table, its calls by name,
 * failures in words.
 *
 * The modules are functions of this record and not of a global, so that each system has them, and
 * tests can run them on Linux's kernel in the forms of the others.
 */
import { type ErrnoTable, makeFailure } from "../../ffi/errno.ts";
import { type AddressCalls, lastErrno, type SystemCalls } from "../../ffi/library.ts";
import { allocate, type Block, writePath } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import type { PosixAbi } from "./abi.ts";

/**
 * Calls that every system has, by the usual name: `poll` stands for ppoll(2) as well, `waitid` for
 * wait6(2), `getdirentries` for getdents64(2), and so on. Where the arguments differ the table
 * tells.
 */
export type PosixCallName =
  | "accept4"
  | "bind"
  | "clock_gettime"
  | "close"
  | "close_range"
  | "connect"
  | "dup2"
  | "execve"
  | "faccessat"
  | "fchmod"
  | "fchown"
  | "fchownat"
  | "fcntl"
  | "getdirentries"
  | "geteuid"
  | "getpid"
  | "getsockopt"
  | "ioctl"
  | "kill"
  | "linkat"
  | "listen"
  | "lseek"
  | "mkdirat"
  | "openat"
  | "pipe2"
  | "poll"
  | "read"
  | "readlinkat"
  | "recvmsg"
  | "renameat"
  | "sendmsg"
  | "setsid"
  | "setsockopt"
  | "sigaction"
  | "sigprocmask"
  | "socket"
  | "socketpair"
  | "umask"
  | "unlinkat"
  | "wait4"
  | "waitid"
  | "write";

/** How a system call is made: by number, or by an index into functions of the C library. */
export type CallNumbers<Name extends string> = Readonly<Record<Name, number>>;

export interface PosixKernel extends SystemCalls, AddressCalls {
  readonly abi: PosixAbi;
  readonly calls: CallNumbers<PosixCallName>;
  readonly errnoTable: ErrnoTable;
}

/** A failed call as a value, with the errno of the call just before. */
export function lastFailure(kernel: PosixKernel, call: string): Failure {
  return failure(kernel, call, lastErrno(kernel));
}

/** A failed call as a value. @param detail Words in place of the system's. */
export function failure(
  { errnoTable }: Pick<PosixKernel, "errnoTable">,
  call: string,
  errno: number,
  detail?: string,
): Failure {
  return makeFailure(errnoTable, call, errno, detail);
}

/** The manager's effective user. */
export function userId({ numbers, calls }: PosixKernel): number {
  return numbers(calls.geteuid, 0, 0, 0, 0, 0, 0) >>> 0;
}

const pathBlock: Block = allocate(4096);

/**
 * Puts a path where calls find it: in `pathMemory`, which every call of this function writes over.
 *
 * @returns A failure named after the call when the kernel cannot be given this path.
 */
export function takePath(kernel: PosixKernel, call: string, path: string): Failure | undefined {
  const { errno, PATH_MAX } = kernel.abi;
  const written = writePath(pathBlock, path);
  if (written === "has-nul") {
    return failure(kernel, call, errno.EINVAL, "path holds a NUL character");
  }
  const isTooLong = written === "too-long" || written >= PATH_MAX;
  return isTooLong ? failure(kernel, call, errno.ENAMETOOLONG) : undefined;
}

/** The path taken last, NUL-terminated. */
export const pathMemory: Uint8Array<ArrayBuffer> = pathBlock.bytes;

/** Its address. */
export const pathAddress: number = pathBlock.address;

/**
 * A descriptor of at least 3, close-on-exec: moves what came out below because 0 to 2 were closed,
 * so that opening the console on them later cannot hit it.
 */
export function aboveStandard(kernel: PosixKernel, fd: number): number {
  if (fd < 0 || fd > 2) return fd;
  const { numbers, abi, calls } = kernel;
  const moved = numbers(calls.fcntl, fd, abi.file.F_DUPFD_CLOEXEC, 3, 0, 0, 0);
  numbers(calls.close, fd, 0, 0, 0, 0, 0);
  return moved;
}
