/**
 * Listening Unix sockets, at a path or with an abstract name.
 */
import type { Fd } from "../../../core/types.ts";
import type { Failure } from "../../interface/failure.ts";
import type { FileStatus, LastingIdentity } from "../../interface/file_status.ts";
import type { Platform } from "../../interface/platform.ts";
import type { BoundSocket, ListenOptions } from "../../interface/socket_types.ts";
import type { FolderCalls } from "../files/folder_calls.ts";
import { removeExactly } from "../files/remove_exactly.ts";
import { failure, type PosixKernel, userId } from "../kernel/kernel.ts";
import type { Streams } from "../descriptors/streams.ts";
import { listenAtPath, type ListenCalls, type Owner } from "./listen_at_path.ts";
import { isAbstract, socketAddress } from "./socket_address.ts";
import type { Sockets } from "./sockets.ts";

/**
 * The file that a socket was bound to, which each system tells in its own way: of
 * {@link ListenCalls}.
 */
export interface SocketFileCalls {
  identify(socket: Fd, path: string): LastingIdentity | Failure;
  setOwner(socket: Fd, path: string, owner: Owner): Failure | undefined;
}

/** What it is made of. */
export interface ListenParts {
  readonly streams: Pick<Streams, "close">;
  readonly sockets: Sockets;
  readonly folders: FolderCalls;
  readonly socketFiles: SocketFileCalls;
}

/**
 * The most that can be told of a file that was found at a path: that it is a socket of this user.
 */
export function ownSocket(kernel: PosixKernel, found: FileStatus | Failure): FileStatus | Failure {
  if ("kind" in found) return found;
  if (found.type === "socket" && found.uid === userId(kernel)) return found;
  const detail = "another file has come to lie at the path";
  return failure(kernel, "bind", kernel.abi.errno.EEXIST, detail);
}

/** The functions over a system. */
export function posixListenUnix(
  kernel: PosixKernel,
  { streams, sockets, folders, socketFiles }: ListenParts,
): Pick<Platform, "listenUnix" | "removeExactly"> {
  const { numbers, abi, calls } = kernel;
  const { errno: codes, socket: { fileHasMode } } = abi;

  /**
   * A datagram socket is refused only where no socket is bound to the file: one of another type is
   * EPROTOTYPE, whether it listens and how full its queue is does not matter. To a stream socket a
   * full queue of a BSD is ECONNREFUSED as well. Source: unix_find_bsd() of net/unix/af_unix.c,
   * unp_connectat() of kern/uipc_usrreq.c.
   */
  function isBound(path: string): boolean | Failure {
    const connection = sockets.connectDatagram(path);
    if (typeof connection === "number") {
      streams.close(connection);
      return true;
    }
    if (connection.errno === codes.ECONNREFUSED) return false;
    // Of another type, its queue is full, it talks to another one only.
    const alive = [codes.EPROTOTYPE, codes.EAGAIN, codes.EPERM];
    return alive.includes(connection.errno) ? true : connection;
  }

  /**
   * The file gets all rights less the umask (unp_bindat() of kern/uipc_usrreq.c), on Linux those of
   * the socket's own inode less the umask: unix_bind_bsd() of net/unix/af_unix.c. A default access
   * list of the folder stands in for the umask, but cannot give more than the inode's mode.
   */
  function bindWithMode(socket: Fd, path: string, mode: number): Failure | undefined {
    const address = socketAddress(kernel, "bind", path);
    if ("kind" in address) return address;
    if (fileHasMode) numbers(calls.fchmod, socket, mode, 0, 0, 0, 0);
    const before = numbers(calls.umask, ~mode & 0o777, 0, 0, 0, 0, 0);
    const problem = sockets.bind(socket, address);
    numbers(calls.umask, before, 0, 0, 0, 0, 0);
    return problem;
  }

  /** An abstract name is no file and has neither mode nor owner. */
  function listenAbstract(
    address: Uint8Array<ArrayBuffer>,
    { type = "stream", backlog }: ListenOptions,
  ): BoundSocket | Failure {
    const fd = sockets.open(type);
    if (typeof fd !== "number") return fd;
    const problem = sockets.bind(fd, address) ??
      (type === "datagram" ? undefined : sockets.startListening(fd, backlog));
    if (problem === undefined) return { kind: "socket", fd, file: undefined };
    streams.close(fd);
    return problem;
  }

  const listenCalls: ListenCalls = {
    folders,
    open: sockets.open,
    isBound,
    bind: bindWithMode,
    ...socketFiles,
    startListening: sockets.startListening,
    errno: codes,
    failure: (call, errno, detail) => failure(kernel, call, errno, detail),
  };

  return {
    listenUnix: (path, options) => {
      const address = socketAddress(kernel, "bind", path);
      if ("kind" in address) return address;
      return isAbstract(path)
        ? listenAbstract(address, options)
        : listenAtPath(listenCalls, path, options);
    },
    removeExactly: (path, identity) => removeExactly(folders, path, identity),
  };
}
