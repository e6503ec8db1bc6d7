/**
 * How each system is called on each processor: numbers of its calls, and how it tells a failure.
 *
 * The registers of the arguments are the same for all systems of a processor (`instruction_set.ts`
 * there). Sources: Linux arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h;
 * FreeBSD sys/kern/syscalls.master.
 */
import type { System } from "../core/types.ts";
import type { ChildTerms } from "./forms.ts";

export const PROCESSORS = ["x86_64", "aarch64"] as const;
export type Processor = typeof PROCESSORS[number];
/** Systems that have native programs. */
export type NativeSystem = Exclude<System, "darwin">;
export const NATIVE_SYSTEMS = ["linux", "freebsd"] as const satisfies readonly NativeSystem[];

/** How a failed call is told. */
export type FailureConvention =
  /** The result is the negative error number. */
  | "negative"
  /** The carry flag is set, and the result is the error number. */
  | "carry";

/**
 * How a child is made that begins behind the call: name of the call, and what it is told in which
 * place.
 */
export interface ChildConvention {
  readonly call: string;
  readonly terms: readonly (keyof ChildTerms | "nothing")[];
}

export interface Convention {
  readonly failure: FailureConvention;
  readonly numbers: Readonly<Record<string, number>>;
  readonly child: ChildConvention;
}

const LINUX_X86_64 = {
  ...{ read: 0, write: 1, close: 3, fstat: 5, lseek: 8, mmap: 9, mprotect: 10, munmap: 11 },
  ...{ rt_sigaction: 13, rt_sigprocmask: 14, ioctl: 16, pread64: 17, getpid: 39, socket: 41 },
  ...{ connect: 42, sendto: 44, sendmsg: 46, recvmsg: 47, getsockopt: 55, fork: 57, clone: 56 },
  ...{ execve: 59 },
  ...{ exit_group: 231, fcntl: 72, getcwd: 79, chdir: 80, getuid: 102, geteuid: 107, ppoll: 271 },
  ...{ kill: 62, reboot: 169, mount: 165, getppid: 110, wait4: 61, sync: 162, pause: 34 },
  ...{ faccessat: 269, openat: 257, mkdirat: 258, prlimit64: 302, sigaltstack: 131 },
  ...{ rt_sigtimedwait: 128, clock_gettime: 228, getrandom: 318, readlinkat: 267, futex: 202 },
  ...{ statx: 332, ftruncate: 77, gettid: 186, tgkill: 234, prctl: 157, memfd_create: 319 },
  ...{ sched_setscheduler: 144, sched_getscheduler: 145, mlock: 149, accept4: 288 },
  ...{ rt_sigreturn: 15, timer_create: 222, timer_settime: 223, signalfd4: 289 },
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
  ...{ statx: 291, ftruncate: 46, gettid: 178, tgkill: 131, prctl: 167, memfd_create: 279 },
  ...{ sched_setscheduler: 119, sched_getscheduler: 120, mlock: 228, accept4: 242 },
  ...{ rt_sigreturn: 139, timer_create: 107, timer_settime: 110, signalfd4: 74 },
};

const FREEBSD: Readonly<Partial<Record<CallName, number>>> = {
  ...{ exit_group: 1, fork: 2, read: 3, write: 4, close: 6, getpid: 20, execve: 59 },
};

/** What holds on a system of a processor. */
export function convention(system: NativeSystem, processor: Processor): Convention {
  if (system === "freebsd") return { failure: "carry", numbers: FREEBSD, child: FORK };
  if (processor === "x86_64") {
    return { failure: "negative", numbers: LINUX_X86_64, child: CLONE_X86_64 };
  }
  return { failure: "negative", numbers: LINUX_AARCH64, child: CLONE_AARCH64 };
}

const FORK: ChildConvention = { call: "fork", terms: [] };
const CLONE_X86_64: ChildConvention = {
  call: "clone",
  terms: ["flags", "stack", "number", "mark", "nothing"],
};
/** The last two are the other way round: CONFIG_CLONE_BACKWARDS. */
const CLONE_AARCH64: ChildConvention = {
  call: "clone",
  terms: ["flags", "stack", "number", "nothing", "mark"],
};

/** Calls whose result is never an error, on all systems. */
export const NEVER_FAIL: readonly string[] = ["getpid"] satisfies readonly CallName[];

/** Error numbers that differ. Sources: Linux asm-generic/errno.h; FreeBSD sys/sys/errno.h. */
export const ERROR_NUMBERS: Readonly<
  Record<NativeSystem, Readonly<Record<"ESTALE" | "ETIMEDOUT", number>>>
> = {
  linux: { ESTALE: 116, ETIMEDOUT: 110 },
  freebsd: { ESTALE: 70, ETIMEDOUT: 60 },
};
