/**
 * What the files of this folder must know of a BSD beyond what all systems have: offsets and sizes
 * are bytes.
 */
import type { Numbers, PosixAbi } from "../posix/kernel/abi.ts";
import type { CallNumbers, PosixCallName, PosixKernel } from "../posix/kernel/kernel.ts";

export interface BsdAbi extends PosixAbi {
  /**
   * How a descriptor only marks a place: the flag of open(2), and that of the *at calls which take
   * the descriptor itself for the file. Undefined: the system has neither.
   */
  readonly place: Numbers<"O_PATH" | "AT_EMPTY_PATH"> | undefined;
  /**
   * struct stat; MODE has 16 bits, UID 32, INODE, SIZE and all times 64. Of DEVICE and LINKS the
   * low 32 and 16 bits are read.
   */
  readonly stat: Numbers<
    | "BYTES"
    | "DEVICE"
    | "INODE"
    | "LINKS"
    | "MODE"
    | "UID"
    | "MTIME_SECONDS"
    | "MTIME_NANOSECONDS"
    | "BIRTH_SECONDS"
    | "BIRTH_NANOSECONDS"
    | "SIZE"
  >;
}

/** Calls that every BSD has. */
export type BsdCallName = PosixCallName | "fstat" | "fstatat";

export interface BsdKernel extends PosixKernel {
  readonly abi: BsdAbi;
  readonly calls: CallNumbers<BsdCallName>;
}
