/**
 * Numbers and layouts of macOS, the same on x86-64 and arm64, for a user's manager.
 *
 * Source: headers of XNU (bsd/sys), compared with what a C compiler made of them in
 * `tests/platform/abi_darwin.json`. Of struct stat (the form with 64-bit inodes), xucred, termios
 * and sigaction, the P_ constants and IPV6_V6ONLY the text of the headers was read, and the
 * structures declared after it were compiled. Nothing of this has run on macOS.
 */
import type { BsdAbi } from "../bsd/abi.ts";
import { FREEBSD_ABI, FREEBSD_SIGNALS } from "../freebsd/abi.ts";

const { THR: _thread, LIBRT: _library, ...signals } = FREEBSD_SIGNALS;

/** Name without SIG → number. */
export const DARWIN_SIGNALS = signals;

export const DARWIN_ABI: BsdAbi = {
  PATH_MAX: FREEBSD_ABI.PATH_MAX,
  // CLOCK_UPTIME_RAW of time.h, which stands still with the machine as the runtime's clock does.
  CLOCK_MONOTONIC: 8,
  // CLOCK_REALTIME.
  PROCESS_CLOCK: 0,
  file: {
    ...FREEBSD_ABI.file,
    O_NOCTTY: 0x20000,
    // Reading: the kernel's own flag for it (XNU 7195) is not in every version.
    O_SEARCH: 0,
    O_DIRECTORY: 0x100000,
    O_CLOEXEC: 0x1000000,
    AT_FDCWD: -2,
    AT_REMOVEDIR: 0x80,
    AT_SYMLINK_NOFOLLOW: 0x20,
    F_DUPFD_CLOEXEC: 67,
  },
  errno: { ...FREEBSD_ABI.errno, EOPNOTSUPP: 102 },
  signals: DARWIN_SIGNALS,
  realTimeSignals: undefined,
  signalCalls: {
    SIG_BLOCK: 1,
    SIG_UNBLOCK: 2,
    SIG_SETMASK: 3,
    SIG_IGN: 1,
    SET_BYTES: 4,
    ACTION_BYTES: 16,
    LAST_SIGNAL: 31,
  },
  wait: {
    WNOHANG: 1,
    WEXITED: 4,
    WNOWAIT: 0x20,
    P_ALL: 0,
    P_PID: 1,
    SIGINFO_BYTES: 104,
    SIGINFO_PID: 12,
    peekCall: "waitid",
  },
  poll: FREEBSD_ABI.poll,
  socket: {
    ...FREEBSD_ABI.socket,
    AF_INET6: 30,
    SOCK_NONBLOCK: 0,
    SOCK_CLOEXEC: 0,
    MSG_NOSIGNAL: 0,
    MSG_CMSG_CLOEXEC: 0,
  },
  // Aligned to 4 bytes, so that the data follow the header at once.
  message: { ...FREEBSD_ABI.message, DATA_AT: 12, ALIGN: 4 },
  credentials: {
    ...{ LEVEL: 0, OPTION: 1, BYTES: 76, UID: 4, GID: 12, PID: 0, PID_OPTION: 2 },
    ...{ GROUP_COUNT: 8, GROUPS_OPTION: 0 },
  },
  // A datagram's sender is named only if the sender wants it.
  sender: undefined,
  place: undefined,
  stat: {
    BYTES: 144,
    DEVICE: 0,
    INODE: 8,
    LINKS: 6,
    MODE: 4,
    UID: 16,
    MTIME_SECONDS: 48,
    MTIME_NANOSECONDS: 56,
    BIRTH_SECONDS: 80,
    BIRTH_NANOSECONDS: 88,
    SIZE: 96,
  },
  // Directories are read by the runtime: the kernel's call is not for programs.
  directory: FREEBSD_ABI.directory,
  terminal: {
    TIOCSCTTY: 0x20007461,
    TIOCSPGRP: 0x80047476,
    TIOCGSID: 0x40047463,
    TIOCGETA: 0x40487413,
    TIOCSETA: 0x80487414,
  },
  // Flags have 64 bits each.
  termios: { ...FREEBSD_ABI.termios, LOCAL_FLAGS: 24, CHARACTERS: 32 },
  resources: { ...FREEBSD_ABI.resources, RLIMIT_AS: 5 },
};
