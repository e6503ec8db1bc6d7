/**
 * Linux's kernel in the forms of others: its numbers and layouts in the table that FreeBSD's fill,
 * with calls by number, as on FreeBSD, and by the names of the C library's functions, as on macOS.
 * x86-64 only: there the old calls still exist that the BSDs have.
 */
import type { BsdAbi, BsdKernel } from "../../../platform/bsd/abi.ts";
import { darwinFunctions, numberedFunctions } from "../../../platform/darwin/kernel.ts";
import { SYSTEM_CALLS } from "../../../platform/ffi/library.ts";
import { namedCalls } from "../../../platform/ffi/named_calls.ts";
import { FILE, SIGNAL_CALLS } from "../../../platform/linux/kernel/abi.ts";
import { LINUX_ERRNO } from "../../../platform/linux/kernel/errno.ts";
import { LINUX } from "../../../platform/linux/kernel/kernel.ts";
import { surroundings } from "../../skip.ts";

/** What tests need that use it. */
export const NEEDS_LINUX = [
  surroundings("an x86-64 Linux", Deno.build.os === "linux" && Deno.build.arch === "x86_64"),
];

/** asm/unistd_64.h: calls that the manager does not use on Linux. */
const OLD_CALLS = {
  dup2: 33,
  fstat: 5,
  fstatat: 262,
  getrlimit: 97,
  poll: 7,
  renameat: 264,
  setrlimit: 160,
} as const;

const ABI: BsdAbi = {
  ...LINUX.abi,
  PATH_MAX: 1024,
  poll: { FIONREAD: 0x541b, POLLRDHUP: 0, hasTimeSpec: false },
  socket: { ...LINUX.abi.socket, hasAbstractNames: false, fileHasMode: false },
  directory: { ...LINUX.abi.directory, call: "getdirentries", marksRemoved: true },
  place: { O_PATH: FILE.O_PATH, AT_EMPTY_PATH: FILE.AT_EMPTY_PATH },
  stat: {
    BYTES: 144,
    DEVICE: 0,
    INODE: 8,
    LINKS: 16,
    MODE: 24,
    UID: 28,
    SIZE: 48,
    MTIME_SECONDS: 88,
    MTIME_NANOSECONDS: 96,
    // Its last words, which nothing is in: this form of the structure tells no birth.
    BIRTH_SECONDS: 120,
    BIRTH_NANOSECONDS: 128,
  },
};

/** By number. */
export const LINUX_BY_NUMBER: BsdKernel & { readonly calls: typeof OLD_CALLS } = {
  ...SYSTEM_CALLS,
  abi: ABI,
  calls: { ...LINUX.calls, ...OLD_CALLS },
  errnoTable: LINUX_ERRNO,
};

/**
 * The same by the names of glibc's functions: those of macOS where the two agree. Its sigset_t has
 * 128 bytes, its struct sigaction 152.
 */
export function linuxByName(): BsdKernel {
  const { calls, list } = numberedFunctions({
    ...darwinFunctions("aarch64"),
    accept4: { name: "accept4", parameters: 4 },
    getdirentries: { name: "getdents64", parameters: 3 },
    pipe2: { name: "pipe2", parameters: 2 },
  });
  const bound = namedCalls(list, {
    library: "libc.so.6",
    errnoFunction: "__errno_location",
    variadicOnStack: false,
    ENOSYS: 38,
  });
  const signalCalls = { ...SIGNAL_CALLS, SET_BYTES: 128, ACTION_BYTES: 152, LAST_SIGNAL: 31 };
  return { ...bound, abi: { ...ABI, signalCalls }, calls, errnoTable: LINUX_ERRNO };
}
