/**
 * What the modules of `posix/` must know of a system: one record for each, Linux's in
 * `platform/linux/kernel/kernel.ts`, FreeBSD's in `platform/freebsd/abi.ts` and macOS's in
 * `platform/darwin/abi.ts`. The tests have one more, with Linux's numbers in the forms of a BSD.
 */

/** Names and their numbers. */
export type Numbers<Names extends string> = Readonly<Record<Names, number>>;

/** A system as numbers and offsets; offsets and sizes are bytes. */
export interface PosixAbi {
  /** The longest path, its NUL included, in bytes; at most 4096. */
  readonly PATH_MAX: number;
  /** Number of the clock that only goes on: clock_gettime(2). */
  readonly CLOCK_MONOTONIC: number;
  /** Number of the clock that processes are dated by. */
  readonly PROCESS_CLOCK: number;
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
    /** Opens a folder for looking names up in it; on Linux O_PATH. */
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
    | "EINPROGRESS"
    | "EPROTOTYPE"
    | "ENAMETOOLONG"
    | "ELOOP"
  >;
  /** Name without SIG → number. */
  readonly signals:
    & Readonly<Record<string, number>>
    & Numbers<"INT" | "QUIT" | "CHLD" | "TSTP" | "TTIN" | "TTOU" | "XFSZ" | "KILL" | "STOP">;
  /** Those for programs, by which RTMIN+N counts; undefined: no manager gets one. */
  readonly realTimeSignals: { readonly first: number; readonly last: number } | undefined;
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
    /**
     * Which of the two answers to `waitid`: wait6(2) has other arguments, and tells by its result.
     */
    & { readonly peekCall: "wait6" | "waitid" };
  /**
   * poll(2); with a struct timespec it is ppoll(2). POLLRDHUP is 0 where there is none. FIONREAD of
   * ioctl(2).
   */
  readonly poll: Numbers<"POLLRDHUP" | "FIONREAD"> & { readonly hasTimeSpec: boolean };
  /**
   * Where a flag is 0 the system lacks it, and the descriptor is marked by fcntl(2) after its
   * making.
   */
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
      | "SO_ERROR"
      | "IPPROTO_IPV6"
      | "IPV6_V6ONLY"
      | "SCM_RIGHTS"
      | "MSG_NOSIGNAL"
      | "MSG_TRUNC"
      | "MSG_CTRUNC"
      | "MSG_CMSG_CLOEXEC"
      | "PATH_BYTES"
    >
    & {
      /** Whether socket addresses begin with their own length. */
      readonly hasLengthByte: boolean;
      /** Whether `@NAME` is the address of a socket that is no file. */
      readonly hasAbstractNames: boolean;
      /** Whether the file that bind(2) makes gets the mode of the socket, less the umask. */
      readonly fileHasMode: boolean;
    };
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
   * The socket option that names the other end, and its structure. Where that has no PID,
   * PID_OPTION is another option that answers it alone; else it is 0. Its groups are in it, from
   * GID on, with their number of 16 bits at GROUP_COUNT; or GROUPS_OPTION, if it is not 0, is
   * another option that answers them alone, and without GID's.
   */
  readonly credentials: Numbers<
    | ("LEVEL" | "OPTION" | "BYTES" | "UID" | "GID" | "PID" | "PID_OPTION")
    | ("GROUP_COUNT" | "GROUPS_OPTION")
  >;
  /**
   * The option by which every datagram comes with its sender, and the control message that names
   * it; offsets are those of its data. Undefined: the system has none.
   */
  readonly sender:
    | Numbers<"LEVEL" | "OPTION" | "TYPE" | "PID" | "UID" | "GID">
    | undefined;
  /** struct dirent: lengths have 16 bits, the file's number comes first. */
  readonly directory: Numbers<"RECORD_LENGTH" | "NAME"> & {
    /** Name of the call, for failures. */
    readonly call: string;
    /** Whether number 0 marks an entry that was removed: dir(5). */
    readonly marksRemoved: boolean;
  };
  /** ioctl(2); TIOCGETA and TIOCSETA are Linux's TCGETS and TCSETS. */
  readonly terminal: Numbers<"TIOCSCTTY" | "TIOCSPGRP" | "TIOCGSID" | "TIOCGETA" | "TIOCSETA">;
  /**
   * struct termios: where the flags of local modes and the control characters are, and those that
   * are changed.
   */
  readonly termios: Numbers<"LOCAL_FLAGS" | "CHARACTERS" | "ICANON" | "VMIN" | "VTIME">;
  readonly resources: Numbers<"RLIMIT_DATA" | "RLIMIT_CORE" | "RLIMIT_NOFILE" | "RLIMIT_AS">;
}
