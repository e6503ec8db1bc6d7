/**
 * How each system is called on each processor: numbers of its calls, and how it tells a failure.
 *
 * The registers of the arguments are the same for all systems of a processor (`instruction_set.ts` there).
 * Sources: Linux arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h;
 * FreeBSD sys/kern/syscalls.master.
 */
import type { System } from "../core/types.ts";

export type Processor = "x86_64" | "aarch64";
/** Systems that have native programs. */
export type NativeSystem = Exclude<System, "darwin">;

/** How a failed call is told. */
export type FailureConvention =
  /** The result is the negative error number. */
  | "negative"
  /** The carry flag is set, and the result is the error number. */
  | "carry";

export interface Convention {
  readonly failure: FailureConvention;
  readonly numbers: Readonly<Record<string, number>>;
}

const LINUX_X86_64 = {
  ...{ read: 0, write: 1, close: 3, fstat: 5, lseek: 8, mmap: 9, mprotect: 10, munmap: 11 },
  ...{ rt_sigaction: 13, rt_sigprocmask: 14, ioctl: 16, pread64: 17, getpid: 39, socket: 41 },
  ...{
    connect: 42,
    sendto: 44,
    sendmsg: 46,
    recvmsg: 47,
    getsockopt: 55,
    vfork: 58,
    clone: 56,
    execve: 59,
  },
  ...{ exit_group: 231, fcntl: 72, getcwd: 79, chdir: 80, getuid: 102, geteuid: 107, ppoll: 271 },
  ...{ kill: 62, reboot: 169, mount: 165, getppid: 110, wait4: 61, sync: 162, pause: 34 },
  ...{ faccessat: 269, openat: 257, mkdirat: 258, prlimit64: 302, sigaltstack: 131 },
  ...{ rt_sigtimedwait: 128, clock_gettime: 228, getrandom: 318, readlinkat: 267, futex: 202 },
} as const;

/** Names of the calls that programs may make. */
export type CallName = keyof typeof LINUX_X86_64;

const LINUX_AARCH64: Readonly<Partial<Record<CallName, number>>> = {
  ...{ read: 63, write: 64, close: 57, fstat: 80, lseek: 62, mmap: 222, mprotect: 226 },
  ...{ munmap: 215, rt_sigaction: 134, rt_sigprocmask: 135, ioctl: 29, pread64: 67, getpid: 172 },
  ...{
    socket: 198,
    connect: 203,
    sendto: 206,
    sendmsg: 211,
    recvmsg: 212,
    getsockopt: 209,
    clone: 220,
  },
  ...{ execve: 221, exit_group: 94, fcntl: 25, getcwd: 17, chdir: 49, getuid: 174, geteuid: 175 },
  ...{ ppoll: 73, kill: 129, reboot: 142, mount: 40, getppid: 173, wait4: 260, sync: 81 },
  ...{ faccessat: 48, openat: 56, mkdirat: 34, prlimit64: 261, sigaltstack: 132 },
  ...{ rt_sigtimedwait: 137, clock_gettime: 113, getrandom: 278, readlinkat: 78, futex: 98 },
};

const FREEBSD: Readonly<Partial<Record<CallName, number>>> = {
  ...{ exit_group: 1, read: 3, write: 4, close: 6, getpid: 20, vfork: 66, execve: 59 },
};

/** What holds on a system of a processor. */
export function convention(system: NativeSystem, processor: Processor): Convention {
  if (system === "freebsd") return { failure: "carry", numbers: FREEBSD };
  return { failure: "negative", numbers: processor === "x86_64" ? LINUX_X86_64 : LINUX_AARCH64 };
}
