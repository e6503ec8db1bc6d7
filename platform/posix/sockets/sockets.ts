/**
 * Unix sockets: accepting and connecting. Listening is in `listen_unix.ts`, who is at the other end
 * in `peer_credentials.ts`.
 */
import { type Fd, fd as asFd } from "../../../core/types.ts";
import { lastErrno } from "../../ffi/library.ts";
import { allocate } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import type { Platform } from "../../interface/platform.ts";
import type { ListenOptions } from "../../interface/socket_types.ts";
import { failure, lastFailure, type PosixKernel } from "../kernel/kernel.ts";
import type { Streams } from "../descriptors/streams.ts";
import { socketAddress } from "./socket_address.ts";

/** What a socket carries. */
export type SocketType = NonNullable<ListenOptions["type"]>;

export type Sockets =
  & Pick<Platform, "accept" | "connectUnix" | "connectDatagram" | "socketPair">
  & {
    /**
     * A new socket, non-blocking and close-on-exec; the caller owns it. @param family AF_UNIX when
     * not given.
     */
    open(type: SocketType, family?: number): Fd | Failure;
    bind(socket: Fd, address: Uint8Array<ArrayBuffer>): Failure | undefined;
    /** From now on connections can come. */
    startListening(socket: Fd, backlog: number): Failure | undefined;
    /** Sets an option whose value is one int. */
    setOption(socket: Fd, level: number, option: number, value: number): Failure | undefined;
  };

/** The functions over a system. */
export function posixSockets(
  kernel: PosixKernel,
  streams: Pick<Streams, "makePrivate" | "close">,
): Sockets {
  const { numbers, buffer, addresses, abi, calls } = kernel;
  const { errno: codes, socket } = abi;
  const newFlags = socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK;
  const pair = allocate(8);
  const word = allocate(8);
  const types: Readonly<Record<SocketType, number>> = {
    stream: socket.SOCK_STREAM,
    datagram: socket.SOCK_DGRAM,
    seqpacket: socket.SOCK_SEQPACKET,
  };

  function open(type: SocketType, family: number = socket.AF_UNIX): Fd | Failure {
    const fd = numbers(calls.socket, family, types[type] | newFlags, 0, 0, 0, 0);
    return fd < 0 ? lastFailure(kernel, "socket") : streams.makePrivate(fd);
  }

  function connect(path: string, type: SocketType): Fd | Failure {
    const address = socketAddress(kernel, "connect", path);
    if ("kind" in address) return address;
    const fd = open(type);
    if (typeof fd !== "number") return fd;
    if (buffer(calls.connect, fd, address, address.length, 0, 0, 0) === 0) return fd;
    const problem = lastFailure(kernel, "connect");
    streams.close(fd);
    return problem;
  }

  function accept(listener: Fd): Fd | "again" | Failure {
    for (;;) {
      const fd = buffer(calls.accept4, listener, null, 0, newFlags, 0, 0);
      if (fd >= 0) return streams.makePrivate(fd);
      const errno = lastErrno(kernel);
      if (errno === codes.EAGAIN) return "again";
      // A client that gave up while it waited is no concern of the listener.
      if (errno !== codes.EINTR && errno !== codes.ECONNABORTED) {
        return failure(kernel, "accept4", errno);
      }
    }
  }

  function socketPair(): ReturnType<Platform["socketPair"]> {
    const type = socket.SOCK_STREAM | newFlags;
    const result = addresses(calls.socketpair, socket.AF_UNIX, type, 0, pair.address, 0, 0);
    if (result < 0) return lastFailure(kernel, "socketpair");
    const [first, second] = pair.words32;
    const near = streams.makePrivate(first as number);
    const far = streams.makePrivate(second as number);
    if (typeof near !== "number") return near;
    if (typeof far !== "number") return far;
    return { kind: "pair", near: asFd(near), far: asFd(far) };
  }

  return {
    open,
    bind: (fd, address) => {
      const result = buffer(calls.bind, fd, address, address.length, 0, 0, 0);
      return result < 0 ? lastFailure(kernel, "bind") : undefined;
    },
    startListening: (fd, backlog) => {
      const result = numbers(calls.listen, fd, backlog, 0, 0, 0, 0);
      return result < 0 ? lastFailure(kernel, "listen") : undefined;
    },
    setOption: (fd, level, option, value) => {
      word.words32[0] = value;
      const result = addresses(calls.setsockopt, fd, level, option, word.address, 4, 0);
      return result < 0 ? lastFailure(kernel, "setsockopt") : undefined;
    },
    accept,
    connectUnix: (path) => connect(path, "stream"),
    connectDatagram: (path) => connect(path, "datagram"),
    socketPair,
  };
}
