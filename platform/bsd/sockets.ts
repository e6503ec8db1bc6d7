/**
 * Unix sockets: accepting, connecting, and who is at the other end. Listening is in `listen_unix.ts`.
 */
import { type Fd, fd as asFd } from "../../core/types.ts";
import { lastErrno } from "../ffi/library.ts";
import { allocate } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import type { Platform } from "../interface/platform.ts";
import type { ListenOptions } from "../interface/socket_types.ts";
import type { Files } from "./files.ts";
import { type BsdKernel, failure, lastFailure } from "./kernel.ts";
import { bsdListenUnix } from "./listen_unix.ts";
import { socketAddress } from "./socket_address.ts";
import type { Streams } from "./streams.ts";

export type Sockets = Pick<
  Platform,
  | "listenUnix"
  | "removeExactly"
  | "accept"
  | "connectUnix"
  | "connectDatagram"
  | "socketPair"
  | "peerCredentials"
>;

/** The functions over a system. */
export function bsdSockets(kernel: BsdKernel, files: Files, streams: Streams): Sockets {
  const { numbers, buffer, addresses, abi, calls } = kernel;
  const { errno: codes, socket, credentials } = abi;
  const NEW_FLAGS = socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK;
  const pair = allocate(8);
  const peer = allocate(credentials.BYTES);
  const peerLength = allocate(8);

  const TYPES = {
    stream: socket.SOCK_STREAM,
    datagram: socket.SOCK_DGRAM,
    seqpacket: socket.SOCK_SEQPACKET,
  };

  function open(type: NonNullable<ListenOptions["type"]>): Fd | Failure {
    const fd = numbers(calls.socket, socket.AF_UNIX, TYPES[type] | NEW_FLAGS, 0, 0, 0, 0);
    return fd < 0 ? lastFailure(kernel, "socket") : streams.makePrivate(fd);
  }

  function giveUp(fd: Fd, problem: Failure): Failure {
    streams.close(fd);
    return problem;
  }

  function connect(path: string, type: "stream" | "datagram"): Fd | Failure {
    const address = socketAddress(kernel, "connect", path);
    if ("kind" in address) return address;
    const fd = open(type);
    if (typeof fd !== "number") return fd;
    if (buffer(calls.connect, fd, address, address.length, 0, 0, 0) === 0) return fd;
    return giveUp(fd, lastFailure(kernel, "connect"));
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

  const connectDatagram = (path: string) => connect(path, "datagram");
  return {
    ...bsdListenUnix(kernel, { files, streams, open, startListening, connectDatagram }),
    accept,
    connectUnix: (path) => connect(path, "stream"),
    connectDatagram,
    socketPair,
    peerCredentials,
  };
}
