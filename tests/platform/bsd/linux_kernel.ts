/**
 * Linux's kernel as a BSD-like one: its numbers and layouts in the table that FreeBSD's fill, so that the modules
 * of platform/bsd run here. x86-64 only: there the old calls still exist that the BSDs have.
 */
import type { BsdAbi } from "../../../platform/bsd/bsd_abi.ts";
import type { BsdCallNumbers, BsdKernel } from "../../../platform/bsd/kernel.ts";
import { darwinFunctions, numberedFunctions } from "../../../platform/darwin/kernel.ts";
import { addressCalls, systemCalls } from "../../../platform/ffi/library.ts";
import { namedCalls } from "../../../platform/ffi/named_calls.ts";
import {
  ERRNO,
  FILE,
  RESOURCES,
  SIGNAL_CALLS,
  SIGNALS,
  SOCKET,
  TERMINAL,
  WAIT,
} from "../../../platform/linux/abi.ts";
import { LINUX_ABI } from "../../../platform/linux/system_calls.ts";
import { LINUX_ERRNO } from "../../../platform/linux/errno.ts";
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
  getdirentries: 217,
  getrlimit: 97,
  mkdirat: 258,
  poll: 7,
  renameat: 264,
  setrlimit: 160,
} as const;

const ABI: BsdAbi = {
  os: "linux",
  file: {
    ...FILE,
    O_DIRECTORY: 0x10000,
    O_NOFOLLOW: 0x20000,
    O_SEARCH: FILE.O_PATH,
    AT_REMOVEDIR: 0x200,
  },
  errno: { ...ERRNO, EOPNOTSUPP: 95 },
  signals: SIGNALS,
  signalCalls: SIGNAL_CALLS,
  wait: { ...WAIT, peekCall: "waitid" },
  socket: { ...SOCKET, hasLengthByte: false },
  message: {
    BYTES: 56,
    IOV: 16,
    IOVLEN: 24,
    CONTROL: 32,
    CONTROLLEN: 40,
    FLAGS: 48,
    LENGTH_BYTES: 8,
    HEADER_BYTES: 16,
    DATA_AT: 16,
    LEVEL: 8,
    TYPE: 12,
    ALIGN: 8,
  },
  credentials: {
    LEVEL: 1,
    OPTION: SOCKET.SO_PEERCRED,
    BYTES: 12,
    PID: 0,
    UID: 4,
    GID: 8,
    PID_OPTION: 0,
  },
  sender: {
    LEVEL: SOCKET.SOL_SOCKET,
    OPTION: SOCKET.SO_PASSCRED,
    TYPE: SOCKET.SCM_CREDENTIALS,
    PID: 0,
    UID: 4,
    GID: 8,
  },
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
  directory: { RECORD_LENGTH: 16, NAME_LENGTH: 16, NAME: 19 },
  terminal: { ...TERMINAL, TIOCGETA: TERMINAL.TCGETS, TIOCSETA: TERMINAL.TCSETS },
  termios: { LOCAL_FLAGS: 12, CHARACTERS: 17 },
  resources: RESOURCES,
  memory: { PROT_READ: 1, PROT_WRITE: 2, PROT_EXEC: 4, MAP_PRIVATE: 2, MAP_ANON: 0x20 },
};

/** Binds it. */
export function linuxAsBsd(): BsdKernel {
  const { calls: linux } = LINUX_ABI.x86_64;
  const calls: BsdCallNumbers = {
    ...linux,
    ...OLD_CALLS,
    sigaction: linux.rt_sigaction,
    sigprocmask: linux.rt_sigprocmask,
    wait6: linux.waitid,
  };
  return {
    ...systemCalls(),
    ...addressCalls(),
    abi: ABI,
    calls,
    errnoTable: LINUX_ERRNO,
  };
}

/**
 * The same by the names of glibc's functions: those of macOS where the two agree. Its sigset_t has 128 bytes, its struct
 * sigaction 152.
 */
export function glibcAsBsd(): BsdKernel {
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
