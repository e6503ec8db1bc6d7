/**
 * Numbers of the Linux kernel's interface that are equal on x86-64 and aarch64; the others are in
 * `system_calls.ts`.
 *
 * Source: linux-libc-dev 6.1 (the headers named below). The kernel never changes a number once
 * published. `tests/platform/linux/kernel/abi_linux.json` holds the same facts as printed by C
 * programs on both architectures.
 */

/** memfd_create(2): linux/memfd.h. */
export const MFD_CLOEXEC = 1;

/** openat(2), fcntl(2), the *at calls: asm-generic/fcntl.h, linux/fcntl.h. */
export const FILE = {
  O_RDONLY: 0,
  O_WRONLY: 1,
  O_RDWR: 2,
  O_CREAT: 0o100,
  O_EXCL: 0o200,
  O_NOCTTY: 0o400,
  O_TRUNC: 0o1000,
  O_APPEND: 0o2000,
  O_NONBLOCK: 0o4000,
  O_CLOEXEC: 0o2000000,
  O_PATH: 0o10000000,
  AT_FDCWD: -100,
  AT_SYMLINK_NOFOLLOW: 0x100,
  AT_EMPTY_PATH: 0x1000,
  AT_REMOVEDIR: 0x200,
  F_GETFD: 1,
  F_SETFD: 2,
  F_GETFL: 3,
  F_SETFL: 4,
  F_OFD_SETLK: 37,
  F_DUPFD_CLOEXEC: 1030,
  FD_CLOEXEC: 1,
  S_IFMT: 0o170000,
  S_IFREG: 0o100000,
  S_IFDIR: 0o040000,
  S_IFSOCK: 0o140000,
  S_IFCHR: 0o020000,
  S_IFIFO: 0o010000,
  S_IFLNK: 0o120000,
  CLOSE_RANGE_CLOEXEC: 4,
} as const;

/** fallocate(2): linux/falloc.h; flock(2): asm-generic/fcntl.h. */
export const FILE_ROOM = {
  FALLOC_FL_KEEP_SIZE: 1,
  FALLOC_FL_PUNCH_HOLE: 2,
  LOCK_EX: 2,
  LOCK_NB: 4,
  LOCK_UN: 8,
} as const;

/** struct statx, 256 bytes on every architecture: linux/stat.h. */
export const STATX = {
  BYTES: 256,
  STATX_BASIC_STATS: 0x7ff,
  STATX_BTIME: 0x800,
  LINKS: 16,
  UID: 20,
  MODE: 28,
  INODE: 32,
  SIZE: 40,
  /** All zero where the file system keeps none. */
  BIRTH_SECONDS: 80,
  BIRTH_NANOSECONDS: 88,
  MTIME_SECONDS: 112,
  MTIME_NANOSECONDS: 120,
  /** Of the device that the file stands for. */
  OWN_MAJOR: 128,
  OWN_MINOR: 132,
  DEVICE_MAJOR: 136,
  DEVICE_MINOR: 140,
} as const;

/** Errors that the code decides by; all others are only reported. asm-generic/errno.h. */
export const ERRNO = {
  EPERM: 1,
  ENOENT: 2,
  ESRCH: 3,
  EINTR: 4,
  E2BIG: 7,
  ENOEXEC: 8,
  EBADF: 9,
  ECHILD: 10,
  EAGAIN: 11,
  EACCES: 13,
  EBUSY: 16,
  EEXIST: 17,
  ENODEV: 19,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  ENOTTY: 25,
  EFBIG: 27,
  EPIPE: 32,
  ENAMETOOLONG: 36,
  ELOOP: 40,
  EMSGSIZE: 90,
  EPROTOTYPE: 91,
  EOPNOTSUPP: 95,
  EADDRINUSE: 98,
  ECONNABORTED: 103,
  ETIMEDOUT: 110,
  ECONNREFUSED: 111,
  EINPROGRESS: 115,
  ESTALE: 116,
} as const;

/** sys/epoll.h, sys/signalfd.h */
export const EPOLL = {
  EPOLL_CLOEXEC: 0x80000,
  EPOLL_CTL_ADD: 1,
  EPOLL_CTL_DEL: 2,
  EPOLL_CTL_MOD: 3,
  EPOLLIN: 1,
  EPOLLOUT: 4,
  EPOLLERR: 8,
  EPOLLHUP: 0x10,
  SFD_CLOEXEC: 0x80000,
  SFD_NONBLOCK: 0x800,
  SIGNALFD_SIGINFO_BYTES: 128,
} as const;

/** inotify(7): linux/inotify.h. */
export const FILE_EVENTS = {
  IN_CLOEXEC: 0x80000,
  IN_NONBLOCK: 0x800,
  IN_MODIFY: 2,
  /** struct inotify_event without the name: wd, mask, cookie, len, 4 bytes each. */
  INOTIFY_EVENT_BYTES: 16,
} as const;

/** timerfd_create(2), timerfd_settime(2): linux/timerfd.h, linux/time.h. */
export const TIMER_DESCRIPTOR = {
  CLOCK_REALTIME: 0,
  TFD_CLOEXEC: 0x80000,
  TFD_NONBLOCK: 0x800,
  TFD_TIMER_ABSTIME: 1,
  TFD_TIMER_CANCEL_ON_SET: 2,
  /** struct itimerspec: it_interval, it_value, each seconds and nanoseconds of 8 bytes. */
  ITIMERSPEC_BYTES: 32,
} as const;

/** Signal numbers (asm-generic/signal.h): equal on both architectures. */
export const SIGNALS = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  PWR: 30,
  SYS: 31,
} as const;

/** rt_sigprocmask(2), rt_sigaction(2): the kernel's signal set has 8 bytes, its sigaction 32. */
export const SIGNAL_CALLS = {
  SIG_BLOCK: 0,
  SIG_UNBLOCK: 1,
  SIG_SETMASK: 2,
  SIG_IGN: 1,
  SET_BYTES: 8,
  ACTION_BYTES: 32,
  LAST_SIGNAL: 64,
} as const;

/** timer_create(2), timer_settime(2): asm-generic/siginfo.h, linux/time.h; places are bytes. */
export const TIMER = {
  CLOCK_MONOTONIC: 1,
  SIGEV_THREAD_ID: 4,
  SIGEVENT_BYTES: 64,
  sigev_signo: 8,
  sigev_notify: 12,
  sigev_tid: 16,
  ITIMERSPEC_BYTES: 32,
  it_interval: 0,
  it_value: 16,
} as const;

/** ioctl(2) of pidfds: linux/pidfd.h, struct pidfd_info in its first form; places are bytes. */
export const PIDFD = {
  GET_INFO: 0xc040_ff0b,
  INFO_EXIT: 8,
  INFO_BYTES: 64,
  mask: 0,
  ppid: 24,
  exit_code: 60,
} as const;

/** ioctl(2) of watchdogs: linux/watchdog.h. */
export const WATCHDOG = { WDIOC_SETTIMEOUT: 0xc004_5706 } as const;

/** wait4(2), waitid(2); siginfo_t has the PID at 16. */
export const WAIT = {
  WNOHANG: 1,
  WEXITED: 4,
  WNOWAIT: 0x1000000,
  P_ALL: 0,
  P_PID: 1,
  SIGINFO_BYTES: 128,
  SIGINFO_PID: 16,
} as const;

/** prctl(2), capset(2): linux/prctl.h, linux/capability.h. */
export const PRCTL = {
  PR_SET_KEEPCAPS: 8,
  PR_CAPBSET_READ: 23,
  PR_CAPBSET_DROP: 24,
  PR_SET_SECUREBITS: 28,
  PR_SET_CHILD_SUBREAPER: 36,
  PR_SET_NO_NEW_PRIVS: 38,
  PR_CAP_AMBIENT: 47,
  PR_CAP_AMBIENT_RAISE: 2,
  PR_CAP_AMBIENT_CLEAR_ALL: 4,
  CAPABILITY_VERSION_3: 0x20080522,
} as const;

/** prlimit64(2), setpriority(2), ioprio_set(2): asm-generic/resource.h, linux/ioprio.h. */
export const RESOURCES = {
  RLIMIT_CPU: 0,
  RLIMIT_FSIZE: 1,
  RLIMIT_DATA: 2,
  RLIMIT_STACK: 3,
  RLIMIT_CORE: 4,
  RLIMIT_NPROC: 6,
  RLIMIT_NOFILE: 7,
  RLIMIT_MEMLOCK: 8,
  RLIMIT_AS: 9,
  RLIMIT_SIGPENDING: 11,
  RLIMIT_MSGQUEUE: 12,
  RLIMIT_NICE: 13,
  RLIMIT_RTPRIO: 14,
  RLIMIT_RTTIME: 15,
  RLIM_INFINITY: 0xffff_ffff_ffff_ffffn,
  PRIO_PROCESS: 0,
  IOPRIO_WHO_PROCESS: 1,
} as const;

/** sched_setscheduler(2): linux/sched.h. */
export const SCHEDULING = {
  SCHED_OTHER: 0,
  SCHED_FIFO: 1,
  SCHED_RESET_ON_FORK: 0x4000_0000,
} as const;

/** Terminals: asm-generic/ioctls.h. */
export const TERMINAL = {
  TCGETS: 0x5401,
  TCSETS: 0x5402,
  TIOCSCTTY: 0x540e,
  TIOCSPGRP: 0x5410,
  TIOCGSID: 0x5429,
} as const;

/** Unix sockets: sys/socket.h, linux/un.h. */
export const SOCKET = {
  AF_UNIX: 1,
  AF_INET: 2,
  AF_INET6: 10,
  SOCK_STREAM: 1,
  SOCK_DGRAM: 2,
  SOCK_SEQPACKET: 5,
  SOCK_NONBLOCK: 0x800,
  SOCK_CLOEXEC: 0x80000,
  SOL_SOCKET: 1,
  SO_REUSEADDR: 2,
  SO_ERROR: 4,
  IPPROTO_IPV6: 41,
  IPV6_V6ONLY: 26,
  SO_PASSCRED: 16,
  SO_PEERCRED: 17,
  SO_SNDTIMEO: 21,
  SO_PEEK_OFF: 42,
  SO_PEERGROUPS: 59,
  SCM_RIGHTS: 1,
  SCM_CREDENTIALS: 2,
  MSG_NOSIGNAL: 0x4000,
  MSG_CTRUNC: 8,
  MSG_TRUNC: 0x20,
  MSG_CMSG_CLOEXEC: 0x40000000,
  /** ioctl(2): linux/un.h. */
  SIOCUNIXFILE: 0x89e0,
  /** Bytes of sockaddr_un's path, its final NUL included. */
  PATH_BYTES: 108,
} as const;

/** mount(2), umount2(2): linux/mount.h. */
export const MOUNT = {
  MS_RDONLY: 1,
  MS_NOSUID: 2,
  MS_NODEV: 4,
  MS_NOEXEC: 8,
  MS_REMOUNT: 0x20,
  UMOUNT_NOFOLLOW: 8,
} as const;

/** reboot(2): linux/reboot.h; syslog(2): SYSLOG_ACTION_CONSOLE_OFF. */
export const REBOOT = {
  MAGIC1: 0xfee1dead,
  MAGIC2: 0x28121969,
  CMD_RESTART: 0x01234567,
  CMD_HALT: 0xcdef0123,
  CMD_POWER_OFF: 0x4321fedc,
  CMD_KEXEC: 0x45584543,
  CMD_CAD_OFF: 0,
  SYSLOG_CONSOLE_OFF: 6,
} as const;

/** clone(2): linux/sched.h. */
export const CLONE = {
  CLONE_VM: 0x100,
  CLONE_PARENT_SETTID: 0x100000,
  CLONE_CHILD_CLEARTID: 0x200000,
} as const;

/** mprotect(2), mmap(2): asm-generic/mman-common.h. */
export const MEMORY = {
  PROT_READ: 1,
  PROT_WRITE: 2,
  PROT_EXEC: 4,
  MAP_SHARED: 1,
  MAP_PRIVATE: 2,
  MAP_ANONYMOUS: 0x20,
  MADV_DONTNEED: 4,
  MADV_DONTFORK: 10,
} as const;
