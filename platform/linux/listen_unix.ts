/**
 * Listening Unix sockets, at a path or with an abstract name.
 */
import { type Fd, fd as asFd } from "../../core/types.ts";
import { lastErrno } from "../ffi/library.ts";
import type { Failure } from "../interface/failure.ts";
import type { FileStatus, LastingIdentity } from "../interface/file_status.ts";
import { listenAtPath, type ListenCalls, type Owner } from "../posix/sockets/listen_at_path.ts";
import type { BoundSocket, ListenOptions, SocketInUse } from "../interface/socket_types.ts";
import { ERRNO, FILE, SOCKET } from "./abi.ts";
import { openFile } from "./files.ts";
import { statusOfDescriptor } from "./file_status.ts";
import { LINUX_FOLDERS } from "./folders.ts";
import { failure, kernel } from "./kernel.ts";
import { userId } from "./processes.ts";
import { isAbstract, socketAddress } from "./socket_address.ts";
import { connectSocket, openSocket, SOCKET_TYPES, startListening } from "./sockets.ts";
import { close } from "./streams.ts";

/** See `listen_at_path.ts`. An abstract name (`@NAME`) is no file and has neither mode nor owner. */
export function listenUnix(
  path: string,
  options: ListenOptions,
): BoundSocket | Failure | SocketInUse {
  const address = socketAddress("bind", path);
  if ("kind" in address) return address;
  return isAbstract(path) ? listenAbstract(path, options) : listenAtPath(CALLS, path, options);
}

function listenAbstract(name: string, { type, backlog }: ListenOptions): BoundSocket | Failure {
  const fd = CALLS.open(type ?? "stream");
  if (typeof fd !== "number") return fd;
  const problem = bind(fd, name) ??
    (type === "datagram" ? undefined : startListening(fd, backlog));
  if (problem === undefined) return { kind: "socket", fd, file: undefined };
  close(fd);
  return problem;
}

const CALLS: ListenCalls = {
  folders: LINUX_FOLDERS,
  open: (type) => openSocket(SOCKET.AF_UNIX, SOCKET_TYPES[type]),
  isBound,
  bind: (socket, path, mode) => withMode(socket, mode, () => bind(socket, path)),
  identify,
  setOwner,
  startListening,
  errno: ERRNO,
  failure,
};

/**
 * A datagram socket is refused only where no socket is bound to the file: one of another type is EPROTOTYPE,
 * whether it listens and how full its queue is does not matter. Source: unix_find_bsd() of net/unix/af_unix.c.
 */
function isBound(path: string): boolean | Failure {
  const connection = connectSocket(path, SOCKET.SOCK_DGRAM);
  if (typeof connection === "number") {
    close(connection);
    return true;
  }
  switch (connection.errno) {
    case ERRNO.ECONNREFUSED:
      return false;
    case ERRNO.EPROTOTYPE:
    // Its queue is full.
    case ERRNO.EAGAIN:
    // It talks to another one only.
    case ERRNO.EPERM:
      return true;
    default:
      return connection;
  }
}

/**
 * The file gets the mode of the socket's own inode less the umask: unix_bind_bsd() of net/unix/af_unix.c. A default
 * access list of the folder stands in for the umask, but cannot give more than the inode's mode.
 */
function withMode(
  socket: Fd,
  mode: number,
  action: () => Failure | undefined,
): Failure | undefined {
  const calls = kernel();
  const { fchmod, umask } = calls.abi.calls;
  calls.numbers(fchmod, socket, mode, 0, 0, 0, 0);
  const before = calls.numbers(umask, ~mode & 0o777, 0, 0, 0, 0, 0);
  const problem = action();
  calls.numbers(umask, before, 0, 0, 0, 0, 0);
  return problem;
}

function bind(socket: Fd, path: string): Failure | undefined {
  const address = socketAddress("bind", path);
  if ("kind" in address) return address;
  const calls = kernel();
  const result = calls.buffer(calls.abi.calls.bind, socket, address, address.length, 0, 0, 0);
  return result < 0 ? failure("bind", lastErrno(calls)) : undefined;
}

function identify(socket: Fd, path: string): LastingIdentity | Failure {
  return withFile<LastingIdentity | Failure>(socket, path, statusOfDescriptor);
}

function setOwner(socket: Fd, path: string, { uid, gid }: Owner): Failure | undefined {
  return withFile(socket, path, (file) => {
    const calls = kernel();
    const { fchownat } = calls.abi.calls;
    const flags = FILE.AT_EMPTY_PATH;
    const result = calls.buffer(fchownat, file, NO_NAME, uid ?? -1, gid ?? -1, flags, 0);
    return result < 0 ? failure("chown", lastErrno(calls)) : undefined;
  });
}

const NO_NAME = new Uint8Array(new ArrayBuffer(8));

/**
 * Opens the file that a socket was bound to, to mark it only.
 *
 * The kernel does that for whoever may administer the network. To others, as in most containers, it says EPERM: they get
 * what lies at the path, if it is a socket of this user, the most that can be told.
 */
function withFile<Result>(
  socket: Fd,
  path: string,
  action: (file: Fd) => Result,
): Result | Failure {
  const calls = kernel();
  const opened = calls.numbers(calls.abi.calls.ioctl, socket, SOCKET.SIOCUNIXFILE, 0, 0, 0, 0);
  const file = opened >= 0 ? asFd(opened) : openFile(path, FILE.O_PATH | calls.abi.O_NOFOLLOW);
  if (typeof file !== "number") return file;
  try {
    if (opened >= 0 || isOwnSocket(statusOfDescriptor(file))) return action(file);
    return failure("bind", ERRNO.EEXIST, "another file has come to lie at the path");
  } finally {
    close(file);
  }
}

function isOwnSocket(status: FileStatus | Failure): boolean {
  return !("kind" in status) && status.type === "socket" && status.uid === userId();
}
