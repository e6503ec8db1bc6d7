/**
 * What differs between x86-64 and aarch64 in the Linux kernel's interface: the numbers of the
 * system calls, and three facts more. Source: linux-libc-dev 6.1 (asm/unistd_64.h,
 * asm-generic/unistd.h), held against `tests/platform/linux/kernel/abi_linux.json` like the numbers
 * of `abi.ts`.
 */

import type { Architecture } from "../../ffi/architecture.ts";

/** System call numbers: x86-64, aarch64. */
const SYSTEM_CALLS = {
  accept4: [288, 242],
  bind: [49, 200],
  bpf: [321, 280],
  capget: [125, 90],
  capset: [126, 91],
  chdir: [80, 49],
  clock_gettime: [228, 113],
  clone: [56, 220],
  close: [3, 57],
  close_range: [436, 436],
  connect: [42, 203],
  dup3: [292, 24],
  epoll_create1: [291, 20],
  epoll_ctl: [233, 21],
  epoll_pwait: [281, 22],
  execve: [59, 221],
  exit_group: [231, 94],
  faccessat: [269, 48],
  fallocate: [285, 47],
  fchmod: [91, 52],
  fchown: [93, 55],
  fchownat: [260, 54],
  fcntl: [72, 25],
  flock: [73, 32],
  ftruncate: [77, 46],
  getdents64: [217, 61],
  getegid: [108, 177],
  geteuid: [107, 175],
  getpgid: [121, 155],
  getpid: [39, 172],
  getpriority: [140, 141],
  getsockopt: [55, 209],
  gettid: [186, 178],
  inotify_add_watch: [254, 27],
  inotify_init1: [294, 26],
  inotify_rm_watch: [255, 28],
  ioctl: [16, 29],
  ioprio_set: [251, 30],
  kill: [62, 129],
  landlock_add_rule: [445, 445],
  landlock_create_ruleset: [444, 444],
  landlock_restrict_self: [446, 446],
  linkat: [265, 37],
  listen: [50, 201],
  lseek: [8, 62],
  madvise: [28, 233],
  memfd_create: [319, 279],
  mkdirat: [258, 34],
  mount: [165, 40],
  mount_setattr: [442, 442],
  move_mount: [429, 429],
  mprotect: [10, 226],
  munmap: [11, 215],
  open_tree: [428, 428],
  openat: [257, 56],
  pidfd_open: [434, 434],
  pipe2: [293, 59],
  ppoll: [271, 73],
  prctl: [157, 167],
  prlimit64: [302, 261],
  read: [0, 63],
  readlinkat: [267, 78],
  reboot: [169, 142],
  recvmsg: [47, 212],
  renameat2: [316, 276],
  rt_sigaction: [13, 134],
  rt_sigprocmask: [14, 135],
  sched_getscheduler: [145, 120],
  sched_setscheduler: [144, 119],
  seccomp: [317, 277],
  sendmsg: [46, 211],
  setfsuid: [122, 151],
  setgroups: [116, 159],
  setpgid: [109, 154],
  setpriority: [141, 140],
  setresgid: [119, 149],
  setresuid: [117, 147],
  setsid: [112, 157],
  setsockopt: [54, 208],
  signalfd4: [289, 74],
  socket: [41, 198],
  socketpair: [53, 199],
  splice: [275, 76],
  statx: [332, 291],
  swapoff: [168, 225],
  symlinkat: [266, 36],
  sync: [162, 81],
  syslog: [103, 116],
  tgkill: [234, 131],
  timer_create: [222, 107],
  timer_settime: [223, 110],
  timerfd_create: [283, 85],
  timerfd_settime: [286, 86],
  umask: [95, 166],
  umount2: [166, 39],
  unlinkat: [263, 35],
  unshare: [272, 97],
  wait4: [61, 260],
  waitid: [247, 95],
  write: [1, 64],
} as const;

/** A system call that this program makes. */
export type SystemCallName = keyof typeof SYSTEM_CALLS;

/** What differs between the architectures. */
export interface LinuxAbi {
  readonly architecture: Architecture;
  readonly calls: Readonly<Record<SystemCallName, number>>;
  /** struct epoll_event is packed on x86-64 only (sys/epoll.h). */
  readonly epollEvent: { readonly bytes: number; readonly dataOffset: number };
  /** asm/fcntl.h */
  readonly O_DIRECTORY: number;
  readonly O_NOFOLLOW: number;
}

function numbersFor(column: 0 | 1): Readonly<Record<SystemCallName, number>> {
  const entries = Object.entries(SYSTEM_CALLS).map(([name, numbers]) => [name, numbers[column]]);
  return Object.freeze(Object.fromEntries(entries)) as Record<SystemCallName, number>;
}

/**
 * The tables by architecture, named as `Deno.build.arch` has them. Their numbers are put together
 * when they are read: every client does that at its start, for one processor.
 */
export const LINUX_ABI: Readonly<Record<Architecture, LinuxAbi>> = {
  x86_64: {
    architecture: "x86_64",
    get calls() {
      return numbersFor(0);
    },
    epollEvent: { bytes: 12, dataOffset: 4 },
    O_DIRECTORY: 0x10000,
    O_NOFOLLOW: 0x20000,
  },
  aarch64: {
    architecture: "aarch64",
    get calls() {
      return numbersFor(1);
    },
    epollEvent: { bytes: 16, dataOffset: 8 },
    O_DIRECTORY: 0x4000,
    O_NOFOLLOW: 0x8000,
  },
};
