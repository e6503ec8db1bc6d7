/**
 * Numbers and layouts of FreeBSD's kernel that this program uses, for amd64 and arm64, which agree
 * on all of them; only the child stub differs.
 *
 * Source: headers of FreeBSD 14.0-STABLE, equal to 13.2 in every name here. FreeBSD never changes a
 * number once published; a call that gets a new form gets a new number (15 has setgroups 596, and
 * keeps 80). `tests/platform/abi_freebsd.json` holds the same facts as a C compiler made them of
 * the headers.
 *
 * Nothing of this has run on FreeBSD.
 */
import type { BsdAbi } from "../bsd/abi.ts";

/** System call numbers: sys/kern/syscalls.master. */
export const FREEBSD_CALLS = {
  __sysctl: 202,
  accept4: 541,
  bind: 104,
  chdir: 12,
  clock_gettime: 232,
  close: 6,
  close_range: 575,
  connect: 98,
  dup2: 90,
  execve: 59,
  exit: 1,
  faccessat: 489,
  fchmod: 124,
  fchown: 123,
  fchownat: 491,
  fcntl: 92,
  fstat: 551,
  fstatat: 552,
  getdirentries: 554,
  geteuid: 25,
  getfsstat: 557,
  getpid: 20,
  getrlimit: 194,
  getsid: 310,
  getsockopt: 118,
  ioctl: 54,
  kill: 37,
  linkat: 495,
  listen: 106,
  lseek: 478,
  minherit: 250,
  mkdirat: 496,
  mprotect: 74,
  nmount: 378,
  openat: 499,
  pipe2: 542,
  poll: 209,
  procctl: 544,
  read: 3,
  readlinkat: 500,
  reboot: 55,
  recvmsg: 27,
  renameat: 501,
  revoke: 56,
  sendmsg: 28,
  setgroups: 80,
  setlogin: 50,
  setpgid: 82,
  setpriority: 96,
  setresgid: 312,
  setresuid: 311,
  setrlimit: 195,
  setsid: 147,
  setsockopt: 105,
  sigaction: 416,
  sigprocmask: 340,
  socket: 97,
  socketpair: 135,
  sync: 36,
  umask: 60,
  unlinkat: 503,
  unmount: 22,
  wait4: 7,
  wait6: 532,
  write: 4,
} as const;

/** A system call that this program makes on FreeBSD. */
export type FreebsdCallName = keyof typeof FREEBSD_CALLS;

/**
 * Signals: sys/sys/signal.h. There are no PWR and STKFLT; EMT, INFO, THR and LIBRT are FreeBSD's
 * own.
 */
export const FREEBSD_SIGNALS = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  EMT: 7,
  FPE: 8,
  KILL: 9,
  BUS: 10,
  SEGV: 11,
  SYS: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  URG: 16,
  STOP: 17,
  TSTP: 18,
  CONT: 19,
  CHLD: 20,
  TTIN: 21,
  TTOU: 22,
  IO: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  INFO: 29,
  USR1: 30,
  USR2: 31,
  THR: 32,
  LIBRT: 33,
} as const;

const FREEBSD_LIMITS = {
  RLIMIT_DATA: 2,
  RLIMIT_CORE: 4,
  RLIMIT_NOFILE: 8,
  RLIMIT_AS: 10,
} as const;

/** setrlimit(2), setpriority(2): sys/sys/resource.h. */
export const FREEBSD_RESOURCES = {
  ...FREEBSD_LIMITS,
  RLIMIT_CPU: 0,
  RLIMIT_FSIZE: 1,
  RLIMIT_STACK: 3,
  RLIMIT_MEMLOCK: 6,
  RLIMIT_NPROC: 7,
  RLIM_INFINITY: 0x7fff_ffff_ffff_ffffn,
  PRIO_PROCESS: 0,
} as const;

/** The part of the tables that the modules shared with macOS use. */
export const FREEBSD_ABI: BsdAbi = {
  // sys/syslimits.h.
  PATH_MAX: 1024,
  // sys/sys/_clock_id.h
  CLOCK_MONOTONIC: 4,
  // CLOCK_REALTIME: ki_start of struct kinfo_proc.
  PROCESS_CLOCK: 0,
  file: {
    O_RDONLY: 0,
    O_WRONLY: 1,
    O_RDWR: 2,
    O_NONBLOCK: 4,
    O_APPEND: 8,
    O_CREAT: 0x200,
    O_EXCL: 0x800,
    O_NOFOLLOW: 0x100,
    O_SEARCH: 0x40000,
    O_NOCTTY: 0x8000,
    O_DIRECTORY: 0x20000,
    O_CLOEXEC: 0x100000,
    AT_FDCWD: -100,
    AT_REMOVEDIR: 0x800,
    AT_SYMLINK_NOFOLLOW: 0x200,
    F_GETFD: 1,
    F_SETFD: 2,
    F_GETFL: 3,
    F_SETFL: 4,
    F_DUPFD_CLOEXEC: 17,
    FD_CLOEXEC: 1,
    S_IFMT: 0o170000,
    S_IFREG: 0o100000,
    S_IFDIR: 0o040000,
    S_IFSOCK: 0o140000,
    S_IFCHR: 0o020000,
    S_IFIFO: 0o010000,
    S_IFLNK: 0o120000,
  },
  errno: {
    EPERM: 1,
    ENOENT: 2,
    ESRCH: 3,
    EINTR: 4,
    EBADF: 9,
    ECHILD: 10,
    EACCES: 13,
    EBUSY: 16,
    EEXIST: 17,
    ENOTDIR: 20,
    EISDIR: 21,
    EINVAL: 22,
    EFBIG: 27,
    EAGAIN: 35,
    EMSGSIZE: 40,
    EOPNOTSUPP: 45,
    EADDRINUSE: 48,
    ECONNABORTED: 53,
    ECONNREFUSED: 61,
    EINPROGRESS: 36,
    EPROTOTYPE: 41,
    ENAMETOOLONG: 63,
    ELOOP: 62,
  },
  signals: FREEBSD_SIGNALS,
  realTimeSignals: undefined,
  signalCalls: {
    SIG_BLOCK: 1,
    SIG_UNBLOCK: 2,
    SIG_SETMASK: 3,
    SIG_IGN: 1,
    SET_BYTES: 16,
    ACTION_BYTES: 32,
    /** Real-time signals (65 to 126) reach no manager and are not ignored by one. */
    LAST_SIGNAL: 33,
  },
  wait: {
    WNOHANG: 1,
    WEXITED: 16,
    WNOWAIT: 8,
    P_PID: 0,
    P_ALL: 7,
    SIGINFO_BYTES: 80,
    SIGINFO_PID: 12,
    /** wait6(2) takes two arguments more than waitid(2). */
    peekCall: "wait6",
  },
  // sys/filio.h.
  poll: { FIONREAD: 0x4004667f, POLLRDHUP: 0, hasTimeSpec: false },
  socket: {
    AF_UNIX: 1,
    AF_INET: 2,
    AF_INET6: 28,
    SOCK_STREAM: 1,
    SOCK_DGRAM: 2,
    SOCK_SEQPACKET: 5,
    SOCK_NONBLOCK: 0x20000000,
    SOCK_CLOEXEC: 0x10000000,
    SOL_SOCKET: 0xffff,
    SO_REUSEADDR: 4,
    SO_ERROR: 0x1007,
    // netinet/in.h, netinet6/in6.h; macOS has the same.
    IPPROTO_IPV6: 41,
    IPV6_V6ONLY: 27,
    SCM_RIGHTS: 1,
    MSG_NOSIGNAL: 0x20000,
    MSG_TRUNC: 0x10,
    MSG_CTRUNC: 0x20,
    MSG_CMSG_CLOEXEC: 0x40000,
    PATH_BYTES: 104,
    hasLengthByte: true,
    hasAbstractNames: false,
    fileHasMode: false,
  },
  message: {
    BYTES: 48,
    IOV: 16,
    IOVLEN: 24,
    CONTROL: 32,
    CONTROLLEN: 40,
    FLAGS: 44,
    /** struct cmsghdr and what follows it are aligned to 8 bytes. */
    LENGTH_BYTES: 4,
    HEADER_BYTES: 12,
    DATA_AT: 16,
    LEVEL: 4,
    TYPE: 8,
    ALIGN: 8,
  },
  credentials: {
    ...{ LEVEL: 0, OPTION: 1, BYTES: 88, UID: 4, GID: 12, PID: 80, PID_OPTION: 0 },
    ...{ GROUP_COUNT: 8, GROUPS_OPTION: 0 },
  },
  /**
   * LOCAL_CREDS_PERSISTENT (13 and later), SCM_CREDS2 with struct sockcred2, its effective ids:
   * unix(4).
   */
  sender: { LEVEL: 0, OPTION: 3, TYPE: 8, PID: 4, UID: 12, GID: 20 },
  /** 14 and later: open(2), chown(2). */
  place: { O_PATH: 0x400000, AT_EMPTY_PATH: 0x4000 },
  stat: {
    BYTES: 224,
    DEVICE: 0,
    INODE: 8,
    LINKS: 16,
    MODE: 24,
    UID: 28,
    MTIME_SECONDS: 64,
    MTIME_NANOSECONDS: 72,
    BIRTH_SECONDS: 96,
    BIRTH_NANOSECONDS: 104,
    SIZE: 112,
  },
  directory: { call: "getdirentries", RECORD_LENGTH: 16, NAME: 24, marksRemoved: true },
  terminal: {
    TIOCSCTTY: 0x20007461,
    TIOCSPGRP: 0x80047476,
    TIOCGSID: 0x40047463,
    TIOCGETA: 0x402c7413,
    TIOCSETA: 0x802c7414,
  },
  // Flags and places are equal on macOS: sys/_termios.h, sys/termios.h.
  termios: { LOCAL_FLAGS: 12, CHARACTERS: 16, ICANON: 0x100, VMIN: 16, VTIME: 17 },
  resources: FREEBSD_LIMITS,
};

/** mmap(2), mprotect(2): sys/sys/mman.h. */
export const FREEBSD_MEMORY = {
  PROT_READ: 1,
  PROT_WRITE: 2,
  PROT_EXEC: 4,
  MAP_PRIVATE: 2,
  MAP_ANON: 0x1000,
} as const;

/** minherit(2): sys/sys/mman.h. */
export const INHERIT_NONE = 2;

/** procctl(2): sys/sys/procctl.h. */
export const PROCCTL = {
  PROC_REAP_ACQUIRE: 2,
  PROC_NO_NEW_PRIVS_CTL: 19,
  PROC_NO_NEW_PRIVS_ENABLE: 1,
} as const;

/** reboot(2): sys/sys/reboot.h. */
export const REBOOT = {
  RB_AUTOBOOT: 0,
  RB_NOSYNC: 4,
  RB_HALT: 8,
  RB_POWEROFF: 0x4000,
} as const;

/** nmount(2), unmount(2), getfsstat(2): sys/sys/mount.h. */
export const MOUNT = {
  MNT_RDONLY: 1,
  MNT_NOEXEC: 4,
  MNT_NOSUID: 8,
  MNT_UPDATE: 0x10000,
  MNT_FORCE: 0x80000,
  MNT_NOWAIT: 2,
} as const;

/** struct statfs: sys/sys/mount.h. */
export const STATFS = {
  BYTES: 2344,
  FLAGS: 8,
  TYPE: 280,
  FROM: 296,
  ON: 1320,
  TYPE_BYTES: 16,
  PATH_BYTES: 1024,
} as const;

/** sysctl(3): sys/sys/sysctl.h. */
export const SYSCTL = {
  CTL_KERN: 1,
  KERN_PROC: 14,
  KERN_PROC_PID: 1,
} as const;

/** struct kinfo_proc: sys/sys/user.h; SZOMB: sys/sys/proc.h. */
export const KINFO_PROC = {
  BYTES: 1088,
  SIZE: 0,
  PID: 72,
  PARENT: 76,
  GROUP: 80,
  SESSION: 88,
  REAL_UID: 172,
  SAVED_UID: 176,
  START: 336,
  STATE: 388,
  SZOMB: 5,
} as const;
