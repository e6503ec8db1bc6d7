/**
 * A BSD-like system as the modules of this folder see it: its table, its calls by name, failures in words.
 *
 * The modules are functions of this record and not of a global, so that tests can run them on Linux's kernel
 * with Linux's numbers.
 */
import { type ErrnoTable, makeFailure } from "../ffi/errno.ts";
import type { AddressCalls, SystemCalls } from "../ffi/library.ts";
import { lastErrno } from "../ffi/library.ts";
import { allocate, type Block, writePath } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import type { BsdAbi } from "./bsd_abi.ts";

/** Calls that every system of this folder has. */
export type BsdCallName =
  | "accept4"
  | "bind"
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
  | "fstat"
  | "fstatat"
  | "getdirentries"
  | "geteuid"
  | "getpid"
  | "getrlimit"
  | "getsockopt"
  | "ioctl"
  | "kill"
  | "linkat"
  | "listen"
  | "mkdirat"
  | "mprotect"
  | "openat"
  | "pipe2"
  | "poll"
  | "read"
  | "readlinkat"
  | "recvmsg"
  | "renameat"
  | "sendmsg"
  | "setpgid"
  | "setrlimit"
  | "setsid"
  | "setsockopt"
  | "sigaction"
  | "sigprocmask"
  | "socket"
  | "socketpair"
  | "umask"
  | "unlinkat"
  | "wait4"
  | "wait6"
  | "write";

/** How a system call is made: by number, or by an index into functions of the C library. */
export type BsdCallNumbers = Readonly<Record<BsdCallName, number>>;

export interface BsdKernel extends SystemCalls, AddressCalls {
  readonly abi: BsdAbi;
  readonly calls: BsdCallNumbers;
  readonly errnoTable: ErrnoTable;
}

/** A failed call as a value, with the errno of the call just before. */
export function lastFailure(kernel: BsdKernel, call: string): Failure {
  return failure(kernel, call, lastErrno(kernel));
}

/** A failed call as a value. @param detail Words in place of the system's. */
export function failure(
  kernel: BsdKernel,
  call: string,
  errno: number,
  detail?: string,
): Failure {
  return makeFailure(kernel.errnoTable, call, errno, detail);
}

const pathBlock: Block = allocate(4096);

/** PATH_MAX of sys/syslimits.h, the NUL included; Linux's is four times as long. */
const PATH_LIMIT = 1024;

/**
 * Puts a path where calls find it: in `pathMemory`, which every call of this function writes over.
 *
 * @returns A failure named after the call when the kernel cannot be given this path.
 */
export function takePath(kernel: BsdKernel, call: string, path: string): Failure | undefined {
  const { errno } = kernel.abi;
  const written = writePath(pathBlock, path);
  if (written === "has-nul") {
    return failure(kernel, call, errno.EINVAL, "path holds a NUL character");
  }
  const isTooLong = written === "too-long" || written >= PATH_LIMIT;
  return isTooLong ? failure(kernel, call, errno.ENAMETOOLONG) : undefined;
}

/** The path taken last, NUL-terminated. */
export const pathMemory: Uint8Array<ArrayBuffer> = pathBlock.bytes;

/** Its address. */
export const pathAddress: number = pathBlock.address;

/**
 * A descriptor of at least 3, close-on-exec: moves what came out below because 0 to 2 were closed, so that
 * opening the console on them later cannot hit it.
 */
export function aboveStandard(kernel: BsdKernel, fd: number): number {
  if (fd < 0 || fd > 2) return fd;
  const { numbers, abi, calls } = kernel;
  const moved = numbers(calls.fcntl, fd, abi.file.F_DUPFD_CLOEXEC, 3, 0, 0, 0);
  numbers(calls.close, fd, 0, 0, 0, 0, 0);
  return moved;
}
