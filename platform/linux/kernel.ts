/**
 * The Linux kernel as the modules of this folder see it: call numbers of this processor, the calls, and
 * failures in words.
 */
import { makeFailure } from "../ffi/errno.ts";
import { allocate, type Block, writePath } from "../ffi/memory.ts";
import { type SystemCalls, systemCalls } from "../ffi/library.ts";
import type { Failure } from "../interface/failure.ts";
import { ERRNO, FILE } from "./abi.ts";
import { LINUX_ABI, type LinuxAbi } from "./system_calls.ts";
import { LINUX_ERRNO } from "./errno.ts";

export interface Kernel extends SystemCalls {
  readonly abi: LinuxAbi;
}

let kernelBound: Kernel | undefined;

/**
 * Binds the calls on first use.
 *
 * @throws {Error} On a processor without a table.
 */
export function kernel(): Kernel {
  kernelBound ??= { ...systemCalls(), abi: LINUX_ABI[Deno.build.arch] };
  return kernelBound;
}

/** A failed call as a value. @param detail Words in place of the system's. */
export function failure(call: string, errno: number, detail?: string): Failure {
  return makeFailure(LINUX_ERRNO, call, errno, detail);
}

const pathBlock: Block = allocate(4096);

/**
 * Puts a path where calls find it: in `pathMemory`, which every call of this function writes over.
 *
 * @returns A failure named after the call when the kernel cannot be given this path.
 */
export function takePath(call: string, path: string): Failure | undefined {
  const written = writePath(pathBlock, path);
  if (written === "has-nul") return failure(call, ERRNO.EINVAL, "path holds a NUL character");
  return written === "too-long" ? failure(call, ERRNO.ENAMETOOLONG) : undefined;
}

/** The path taken last, NUL-terminated. */
export const pathMemory: Uint8Array<ArrayBuffer> = pathBlock.bytes;

/** Its address. */
export const pathAddress: number = pathBlock.address;

/**
 * A descriptor of at least 3, close-on-exec: moves what came out below because 0 to 2 were closed, so
 * that opening the console on them later cannot hit it.
 */
export function aboveStandard(fd: number): number {
  if (fd < 0 || fd > 2) return fd;
  const { numbers, abi } = kernel();
  const moved = numbers(abi.calls.fcntl, fd, FILE.F_DUPFD_CLOEXEC, 3, 0, 0, 0);
  numbers(abi.calls.close, fd, 0, 0, 0, 0, 0);
  return moved;
}
