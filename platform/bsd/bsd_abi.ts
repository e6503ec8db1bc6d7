/**
 * What the modules of this folder must know of a system: one record for each, FreeBSD's in `freebsd_abi.ts` and
 * macOS's in `darwin_abi.ts`. The tests have a third one, with Linux's numbers, so that the modules can be run.
 */
import type { System } from "../../core/types.ts";

type Numbers<Names extends string> = Readonly<Record<Names, number>>;

/** A BSD-like system as numbers and offsets; offsets and sizes are bytes. */
export interface BsdAbi {
  readonly os: System;
  /** open(2), fcntl(2), the *at calls, stat(2). */
  readonly file: Numbers<
    | "O_RDONLY"
    | "O_WRONLY"
    | "O_RDWR"
    | "O_NONBLOCK"
    | "O_APPEND"
    | "O_CREAT"
    | "O_EXCL"
    | "O_NOFOLLOW"
    /** Opens a folder for looking names up in it. */
    | "O_SEARCH"
    | "O_NOCTTY"
    | "O_DIRECTORY"
    | "O_CLOEXEC"
    | "AT_FDCWD"
    | "AT_REMOVEDIR"
    | "AT_SYMLINK_NOFOLLOW"
    | "F_GETFD"
    | "F_SETFD"
    | "F_GETFL"
    | "F_SETFL"
    | "F_DUPFD_CLOEXEC"
    | "FD_CLOEXEC"
    | "S_IFMT"
    | "S_IFREG"
    | "S_IFDIR"
    | "S_IFSOCK"
    | "S_IFCHR"
    | "S_IFIFO"
    | "S_IFLNK"
  >;
  /** Errors that the code decides by. */
  readonly errno: Numbers<
    | "EPERM"
    | "ENOENT"
    | "ESRCH"
    | "EINTR"
    | "EBADF"
    | "ECHILD"
    | "EACCES"
    | "EBUSY"
    | "EEXIST"
    | "ENOTDIR"
    | "EISDIR"
    | "EINVAL"
    | "EFBIG"
    | "EAGAIN"
    | "EADDRINUSE"
    | "EMSGSIZE"
    | "EOPNOTSUPP"
    | "ECONNABORTED"
    | "ECONNREFUSED"
    | "EPROTOTYPE"
    | "ENAMETOOLONG"
    | "ELOOP"
  >;
  /** Name without SIG → number. */
  readonly signals:
    & Readonly<Record<string, number>>
    & Numbers<"INT" | "QUIT" | "CHLD" | "TSTP" | "TTIN" | "TTOU" | "XFSZ">;
  readonly signalCalls: Numbers<
    | "SIG_BLOCK"
    | "SIG_UNBLOCK"
    | "SIG_SETMASK"
    | "SIG_IGN"
    | "SET_BYTES"
    | "ACTION_BYTES"
    | "LAST_SIGNAL"
  >;
  readonly wait:
    & Numbers<
      "WNOHANG" | "WEXITED" | "WNOWAIT" | "P_PID" | "P_ALL" | "SIGINFO_BYTES" | "SIGINFO_PID"
    >
    & { readonly peekCall: "wait6" | "waitid" };
  /** Where a flag is 0 the system lacks it, and the descriptor is marked by fcntl(2) after its making. */
  readonly socket:
    & Numbers<
      | "AF_UNIX"
      | "AF_INET"
      | "AF_INET6"
      | "SOCK_STREAM"
      | "SOCK_DGRAM"
      | "SOCK_SEQPACKET"
      | "SOCK_NONBLOCK"
      | "SOCK_CLOEXEC"
      | "SOL_SOCKET"
      | "SO_REUSEADDR"
      | "IPPROTO_IPV6"
      | "IPV6_V6ONLY"
      | "SCM_RIGHTS"
      | "MSG_NOSIGNAL"
      | "MSG_TRUNC"
      | "MSG_CTRUNC"
      | "MSG_CMSG_CLOEXEC"
      | "PATH_BYTES"
    >
    /** Whether socket addresses begin with their own length. */
    & { readonly hasLengthByte: boolean };
  /** struct msghdr and struct cmsghdr. */
  readonly message: Numbers<
    | "BYTES"
    | "IOV"
    | "IOVLEN"
    | "CONTROL"
    | "CONTROLLEN"
    | "FLAGS"
    | "LENGTH_BYTES"
    | "HEADER_BYTES"
    | "DATA_AT"
    | "LEVEL"
    | "TYPE"
    | "ALIGN"
  >;
  /**
   * The socket option that names the other end, and its structure. Where that has no PID, PID_OPTION is another
   * option that answers it alone; else it is 0.
   */
  readonly credentials: Numbers<
    "LEVEL" | "OPTION" | "BYTES" | "UID" | "GID" | "PID" | "PID_OPTION"
  >;
  /**
   * The option by which every datagram comes with its sender, and the control message that names it; offsets are those
   * of its data. Undefined: the system has none.
   */
  readonly sender:
    | Numbers<"LEVEL" | "OPTION" | "TYPE" | "PID" | "UID" | "GID">
    | undefined;
  /**
   * How a descriptor only marks a place: the flag of open(2), and that of the *at calls which take the descriptor itself
   * for the file. Undefined: the system has neither.
   */
  readonly place: Numbers<"O_PATH" | "AT_EMPTY_PATH"> | undefined;
  /**
   * struct stat; MODE has 16 bits, UID 32, INODE, SIZE and all times 64. Of DEVICE and LINKS the low 32 and 16 bits
   * are read.
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
  /** struct dirent: lengths have 16 bits. */
  readonly directory: Numbers<"RECORD_LENGTH" | "NAME_LENGTH" | "NAME">;
  readonly terminal: Numbers<"TIOCSCTTY" | "TIOCSPGRP" | "TIOCGSID" | "TIOCGETA" | "TIOCSETA">;
  /** struct termios: the flags of local modes, and the control characters. */
  readonly termios: Numbers<"LOCAL_FLAGS" | "CHARACTERS">;
  readonly resources:
    & Numbers<"RLIMIT_DATA" | "RLIMIT_CORE" | "RLIMIT_NOFILE" | "RLIMIT_AS" | "PRIO_PROCESS">
    & { readonly RLIM_INFINITY: bigint };
  readonly memory: Numbers<"PROT_READ" | "PROT_WRITE" | "PROT_EXEC" | "MAP_PRIVATE" | "MAP_ANON">;
}
