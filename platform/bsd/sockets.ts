/**
 * Unix sockets: listening, accepting, connecting, and who is at the other end.
 */
import { type Fd, fd as asFd } from "../../core/types.ts";
import { lastErrno } from "../ffi/library.ts";
import { allocate } from "../ffi/memory.ts";
import type { Failure } from "../failure.ts";
import type { Platform } from "../interface.ts";
import type { ListenOptions } from "../socket_types.ts";
import type { Files } from "./files.ts";
import { type BsdKernel, failure, lastFailure, pathMemory, takePath } from "./kernel.ts";
import { socketAddress } from "./socket_address.ts";
import type { Streams } from "./streams.ts";

export type Sockets = Pick<
  Platform,
  "listenUnix" | "accept" | "connectUnix" | "connectDatagram" | "socketPair" | "peerCredentials"
>;

/** The functions over a system. */
export function bsdSockets(kernel: BsdKernel, files: Files, streams: Streams): Sockets {
  const { numbers, buffer, addresses, abi, calls } = kernel;
  const { errno: codes, file, socket, credentials } = abi;
  const NEW_FLAGS = socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK;
  const pair = allocate(8);
  const peer = allocate(credentials.BYTES);
  const peerLength = allocate(8);

  const TYPES = {
    stream: socket.SOCK_STREAM,
    datagram: socket.SOCK_DGRAM,
    seqpacket: socket.SOCK_SEQPACKET,
  };

  function open(type: number): Fd | Failure {
    const fd = numbers(calls.socket, socket.AF_UNIX, type | NEW_FLAGS, 0, 0, 0, 0);
    return fd < 0 ? lastFailure(kernel, "socket") : streams.makePrivate(fd);
  }

  function giveUp(fd: Fd, problem: Failure): Failure {
    streams.close(fd);
    return problem;
  }

  function connect(path: string, type: number): Fd | Failure {
    const address = socketAddress(kernel, "connect", path);
    if ("kind" in address) return address;
    const fd = open(type);
    if (typeof fd !== "number") return fd;
    if (buffer(calls.connect, fd, address, address.length, 0, 0, 0) === 0) return fd;
    return giveUp(fd, lastFailure(kernel, "connect"));
  }

  /** Mode and owner are set between bind and listen, when nobody can connect yet. */
  function listenUnix(path: string, options: ListenOptions): ReturnType<Sockets["listenUnix"]> {
    const type = TYPES[options.type ?? "stream"];
    const stale = checkExisting(path, type);
    if (stale !== undefined) return stale;
    const address = socketAddress(kernel, "bind", path);
    if ("kind" in address) return address;
    const fd = open(type);
    if (typeof fd !== "number") return fd;
    if (buffer(calls.bind, fd, address, address.length, 0, 0, 0) < 0) {
      return giveUp(fd, lastFailure(kernel, "bind"));
    }
    const problem = setOwnerAndMode(path, options) ??
      (type === socket.SOCK_DGRAM ? undefined : startListening(fd, options.backlog));
    if (problem === undefined) return fd;
    files.unlink(path);
    return giveUp(fd, problem);
  }

  /** Somebody answers, or cannot yet: in use. One that refuses is stale; any other file is left alone. */
  function checkExisting(
    path: string,
    type: number,
  ): Failure | { readonly kind: "in-use" } | undefined {
    const found = files.typeOf(path);
    if (typeof found !== "number") return found.errno === codes.ENOENT ? undefined : found;
    if (found !== file.S_IFSOCK) {
      const detail = "a file that is not a socket is in the way";
      return failure(kernel, "bind", codes.EEXIST, detail);
    }
    const connection = connect(path, type);
    if (typeof connection === "number") {
      streams.close(connection);
      return { kind: "in-use" };
    }
    // Of another type, but alive.
    if (connection.errno === codes.EPROTOTYPE) return { kind: "in-use" };
    if (connection.errno === codes.EAGAIN) return { kind: "in-use" };
    if (connection.errno !== codes.ECONNREFUSED) return connection;
    const problem = files.unlink(path);
    return problem?.errno === codes.ENOENT ? undefined : problem;
  }

  function setOwnerAndMode(path: string, options: ListenOptions): Failure | undefined {
    const { uid, gid, mode } = options;
    const problem = takePath(kernel, "chmod", path);
    if (problem !== undefined) return problem;
    const { AT_FDCWD } = file;
    if (uid !== undefined || gid !== undefined) {
      const owner = buffer(calls.fchownat, AT_FDCWD, pathMemory, uid ?? -1, gid ?? -1, 0, 0);
      if (owner < 0) return lastFailure(kernel, "chown");
    }
    const result = buffer(calls.fchmodat, AT_FDCWD, pathMemory, mode, 0, 0, 0);
    return result < 0 ? lastFailure(kernel, "chmod") : undefined;
  }

  function startListening(fd: Fd, backlog: number): Failure | undefined {
    const result = numbers(calls.listen, fd, backlog, 0, 0, 0, 0);
    return result < 0 ? lastFailure(kernel, "listen") : undefined;
  }

  function accept(listener: Fd): Fd | "again" | Failure {
    for (;;) {
      const fd = buffer(calls.accept4, listener, null, 0, NEW_FLAGS, 0, 0);
      if (fd >= 0) return streams.makePrivate(fd);
      const errno = lastErrno(kernel);
      if (errno === codes.EAGAIN) return "again";
      // A client that gave up while it waited is no concern of the listener.
      if (errno !== codes.EINTR && errno !== codes.ECONNABORTED) {
        return failure(kernel, "accept", errno);
      }
    }
  }

  function socketPair(): ReturnType<Sockets["socketPair"]> {
    const type = socket.SOCK_STREAM | NEW_FLAGS;
    const result = addresses(calls.socketpair, socket.AF_UNIX, type, 0, pair.address, 0, 0);
    if (result < 0) return lastFailure(kernel, "socketpair");
    const [first, second] = pair.words32;
    const near = streams.makePrivate(first as number);
    const far = streams.makePrivate(second as number);
    if (typeof near !== "number") return near;
    if (typeof far !== "number") return far;
    return { kind: "pair", near: asFd(near), far: asFd(far) };
  }

  /** The option LOCAL_PEERCRED of unix(4): struct xucred, as it was when the other end connected. */
  function peerCredentials(connection: Fd): ReturnType<Sockets["peerCredentials"]> {
    const { OPTION, BYTES, UID, GID, PID, PID_OPTION } = credentials;
    const { view } = peer;
    const problem = readOption(connection, OPTION, BYTES);
    if (problem !== undefined) return problem;
    const uid = view.getUint32(UID, true);
    const gid = view.getUint32(GID, true);
    if (PID_OPTION === 0) return { pid: view.getInt32(PID, true), uid, gid };
    return readOption(connection, PID_OPTION, 4) ?? { pid: view.getInt32(0, true), uid, gid };
  }

  function readOption(connection: Fd, option: number, bytes: number): Failure | undefined {
    peerLength.words32[0] = bytes;
    const result = addresses(
      calls.getsockopt,
      connection,
      credentials.LEVEL,
      option,
      peer.address,
      peerLength.address,
      0,
    );
    return result < 0 ? lastFailure(kernel, "getsockopt") : undefined;
  }

  return {
    listenUnix,
    accept,
    connectUnix: (path) => connect(path, socket.SOCK_STREAM),
    connectDatagram: (path) => connect(path, socket.SOCK_DGRAM),
    socketPair,
    peerCredentials,
  };
}
