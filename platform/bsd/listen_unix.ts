/**
 * Listening Unix sockets at a path.
 */
import type { Fd } from "../../core/types.ts";
import type { Failure } from "../interface/failure.ts";
import type { Platform } from "../interface/platform.ts";
import type { FileStatus, LastingIdentity } from "../interface/file_status.ts";
import { listenAtPath, type ListenCalls, type Owner } from "../posix/sockets/listen_at_path.ts";
import { removeExactly } from "../posix/files/remove_exactly.ts";
import type { Files } from "./files.ts";
import { bsdFileStatus } from "./file_status.ts";
import { bsdFolders } from "./folders.ts";
import { type BsdKernel, failure, lastFailure, pathMemory, takePath } from "./kernel.ts";
import { socketAddress } from "./socket_address.ts";
import type { Streams } from "./streams.ts";

/** What it is made of: files, descriptors, and the calls of sockets that others share. */
export interface ListenParts {
  readonly files: Files;
  readonly streams: Streams;
  readonly open: ListenCalls["open"];
  readonly startListening: ListenCalls["startListening"];
  connectDatagram(path: string): Fd | Failure;
}

/** The functions over a system. */
export function bsdListenUnix(
  kernel: BsdKernel,
  { files, streams, open, startListening, connectDatagram }: ListenParts,
): Pick<Platform, "listenUnix" | "removeExactly"> {
  const { numbers, buffer, abi, calls } = kernel;
  const { file, errno: codes, place } = abi;
  const status = bsdFileStatus(kernel);
  const folders = bsdFolders(kernel, { files, streams, status });
  const noName = new Uint8Array(new ArrayBuffer(8));

  /**
   * A datagram socket is refused only where no socket is bound to the file: one of another type is EPROTOTYPE. To
   * a stream socket a full queue is ECONNREFUSED as well. Source: unp_connectat() of kern/uipc_usrreq.c.
   */
  function isBound(path: string): boolean | Failure {
    const connection = connectDatagram(path);
    if (typeof connection === "number") {
      streams.close(connection);
      return true;
    }
    if (connection.errno === codes.ECONNREFUSED) return false;
    // Of another type, its queue is full, it talks to another one only.
    const alive = [codes.EPROTOTYPE, codes.EAGAIN, codes.EPERM];
    return alive.includes(connection.errno) ? true : connection;
  }

  /** bind(2) gives the file all rights less the umask: unp_bindat() of kern/uipc_usrreq.c. */
  function bind(socket: Fd, path: string, mode: number): Failure | undefined {
    const address = socketAddress(kernel, "bind", path);
    if ("kind" in address) return address;
    const before = numbers(calls.umask, ~mode & 0o777, 0, 0, 0, 0, 0);
    const result = buffer(calls.bind, socket, address, address.length, 0, 0, 0);
    const problem = result < 0 ? lastFailure(kernel, "bind") : undefined;
    numbers(calls.umask, before, 0, 0, 0, 0, 0);
    return problem;
  }

  /** No call tells a socket's own file: it is what lies at the path, if that is a socket of this user. */
  function identify(_socket: Fd, path: string): LastingIdentity | Failure {
    return own(status.statusAt(undefined, path));
  }

  /**
   * Where a descriptor cannot merely mark a file (macOS, for a user's manager), the path is used, links not followed.
   */
  function setOwner(_socket: Fd, path: string, { uid, gid }: Owner): Failure | undefined {
    if (place === undefined) {
      const problem = takePath(kernel, "chown", path);
      if (problem !== undefined) return problem;
      return changeOwner(file.AT_FDCWD, pathMemory, { uid, gid }, file.AT_SYMLINK_NOFOLLOW);
    }
    const opened = files.openFile(path, place.O_PATH | file.O_NOFOLLOW);
    if (typeof opened !== "number") return opened;
    const found = own(status.statusOfDescriptor(opened));
    const problem = "kind" in found
      ? found
      : changeOwner(opened, noName, { uid, gid }, place.AT_EMPTY_PATH);
    streams.close(opened);
    return problem;
  }

  function changeOwner(
    folder: number,
    name: Uint8Array<ArrayBuffer>,
    { uid, gid }: Owner,
    flags: number,
  ): Failure | undefined {
    const result = buffer(calls.fchownat, folder, name, uid ?? -1, gid ?? -1, flags, 0);
    return result < 0 ? lastFailure(kernel, "chown") : undefined;
  }

  function own(found: FileStatus | Failure): FileStatus | Failure {
    if ("kind" in found) return found;
    const user = numbers(calls.geteuid, 0, 0, 0, 0, 0, 0) >>> 0;
    if (found.type === "socket" && found.uid === user) return found;
    return failure(kernel, "bind", codes.EEXIST, "another file has come to lie at the path");
  }

  const listenCalls: ListenCalls = {
    folders,
    open,
    isBound,
    bind,
    identify,
    setOwner,
    startListening,
    errno: codes,
    failure: (call, errno, detail) => failure(kernel, call, errno, detail),
  };

  return {
    listenUnix: (path, options) => {
      const address = socketAddress(kernel, "bind", path);
      return "kind" in address ? address : listenAtPath(listenCalls, path, options);
    },
    removeExactly: (path, identity) => removeExactly(folders, path, identity),
  };
}
