/**
 * The Linux kernel: its calls by the numbers of this processor, and its table for the modules of
 * `posix/`.
 *
 * Layouts are those of x86-64 and aarch64, which agree on them. Sources: linux/un.h, linux/socket.h
 * (struct msghdr as recvmsg(2) has it), bits/types/struct_cmsghdr, getdents64(2),
 * asm-generic/termbits.h, poll(2).
 */
import { SYSTEM_CALLS } from "../../ffi/library.ts";
import type { Failure } from "../../interface/failure.ts";
import type { PosixAbi } from "../../posix/kernel/abi.ts";
import {
  type CallNumbers,
  failure as posixFailure,
  type PosixKernel,
} from "../../posix/kernel/kernel.ts";
import { ERRNO, FILE, RESOURCES, SIGNAL_CALLS, SIGNALS, SOCKET, TERMINAL, WAIT } from "./abi.ts";
import { LINUX_ERRNO } from "./errno.ts";
import { LINUX_ABI, type LinuxAbi, type SystemCallName } from "./system_calls.ts";

/** With the calls that only Linux has. */
export interface LinuxKernel extends PosixKernel {
  readonly calls: PosixKernel["calls"] & CallNumbers<SystemCallName>;
  /** What differs between processors. */
  readonly processor: Omit<LinuxAbi, "calls">;
}

const { calls, ...processor } = LINUX_ABI[Deno.build.arch];
const { O_DIRECTORY, O_NOFOLLOW } = processor;

const ABI: PosixAbi = {
  PATH_MAX: 4096,
  CLOCK_MONOTONIC: 1,
  // CLOCK_BOOTTIME; proc(5), starttime of /proc/PID/stat.
  PROCESS_CLOCK: 7,
  file: { ...FILE, O_DIRECTORY, O_NOFOLLOW, O_SEARCH: FILE.O_PATH },
  errno: ERRNO,
  signals: SIGNALS,
  // What the C library leaves to programs: signal(7). musl leaves one less, but what sends them to
  // managers counts as glibc does.
  realTimeSignals: { first: 34, last: 64 },
  signalCalls: SIGNAL_CALLS,
  wait: { ...WAIT, peekCall: "waitid" },
  // asm-generic/ioctls.h.
  poll: { FIONREAD: 0x541b, POLLRDHUP: 0x2000, hasTimeSpec: true },
  socket: { ...SOCKET, hasLengthByte: false, hasAbstractNames: true, fileHasMode: true },
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
  // struct ucred.
  credentials: {
    LEVEL: SOCKET.SOL_SOCKET,
    OPTION: SOCKET.SO_PEERCRED,
    BYTES: 12,
    PID: 0,
    UID: 4,
    GID: 8,
    PID_OPTION: 0,
    GROUP_COUNT: 0,
    GROUPS_OPTION: SOCKET.SO_PEERGROUPS,
  },
  sender: {
    LEVEL: SOCKET.SOL_SOCKET,
    OPTION: SOCKET.SO_PASSCRED,
    TYPE: SOCKET.SCM_CREDENTIALS,
    PID: 0,
    UID: 4,
    GID: 8,
  },
  // struct linux_dirent64: ino 8, off 8, reclen u16 at 16, type at 18, name at 19.
  directory: { call: "getdents64", RECORD_LENGTH: 16, NAME: 19, marksRemoved: false },
  terminal: { ...TERMINAL, TIOCGETA: TERMINAL.TCGETS, TIOCSETA: TERMINAL.TCSETS },
  // Four words of flags, the line discipline, 19 characters.
  termios: { LOCAL_FLAGS: 12, CHARACTERS: 17, ICANON: 2, VMIN: 6, VTIME: 5 },
  resources: RESOURCES,
};

/** Nothing is bound before the first call. */
export const LINUX: LinuxKernel = {
  ...SYSTEM_CALLS,
  abi: ABI,
  calls: {
    ...calls,
    // With no flags, which is the third and fifth argument, they are what the older ones are.
    dup2: calls.dup3,
    renameat: calls.renameat2,
    getdirentries: calls.getdents64,
    poll: calls.ppoll,
    sigaction: calls.rt_sigaction,
    sigprocmask: calls.rt_sigprocmask,
  },
  errnoTable: LINUX_ERRNO,
  processor,
};

/** A failed call as a value. @param detail Words in place of the system's. */
export function failure(call: string, errno: number, detail?: string): Failure {
  return posixFailure(LINUX, call, errno, detail);
}
