/**
 * Unix sockets: accepting and connecting. Listening: `listen_unix.ts`; who is at the other end:
 * `peer_credentials.ts`.
 */
import { type Fd, fd as asFd } from "../../core/types.ts";
import { addressCalls, lastErrno } from "../ffi/library.ts";
import { allocate } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import { ERRNO, SOCKET } from "./abi.ts";
import { failure, kernel } from "./kernel.ts";
import { socketAddress } from "./socket_address.ts";
import { close } from "./streams.ts";

const pair = allocate(8);

/** Numbers of the types by their names. */
export const SOCKET_TYPES = {
  stream: SOCKET.SOCK_STREAM,
  datagram: SOCKET.SOCK_DGRAM,
  seqpacket: SOCKET.SOCK_SEQPACKET,
} as const;

/** From now on connections can come. */
export function startListening(fd: Fd, backlog: number): Failure | undefined {
  const calls = kernel();
  const result = calls.numbers(calls.abi.calls.listen, fd, backlog, 0, 0, 0, 0);
  return result < 0 ? failure("listen", lastErrno(calls)) : undefined;
}

/** Takes one waiting connection, non-blocking and close-on-exec; the caller owns it. */
export function accept(listener: Fd): Fd | "again" | Failure {
  const calls = kernel();
  const flags = SOCKET.SOCK_CLOEXEC | SOCKET.SOCK_NONBLOCK;
  for (;;) {
    const fd = calls.buffer(calls.abi.calls.accept4, listener, null, 0, flags, 0, 0);
    if (fd >= 0) return asFd(fd);
    const errno = lastErrno(calls);
    if (errno === ERRNO.EAGAIN) return "again";
    // A client that gave up while it waited is no concern of the listener.
    if (errno !== ERRNO.EINTR && errno !== ERRNO.ECONNABORTED) return failure("accept4", errno);
  }
}

/** Connects a non-blocking socket; EAGAIN when the listener's queue is full. */
export function connectUnix(path: string): Fd | Failure {
  return connectSocket(path, SOCKET.SOCK_STREAM);
}

/** Connects a non-blocking datagram socket: syslog's /dev/log. */
export function connectDatagram(path: string): Fd | Failure {
  return connectSocket(path, SOCKET.SOCK_DGRAM);
}

/** The same of any type of socket. */
export function connectSocket(path: string, type: number): Fd | Failure {
  const address = socketAddress("connect", path);
  if ("kind" in address) return address;
  const fd = openSocket(SOCKET.AF_UNIX, type);
  if (typeof fd !== "number") return fd;
  const calls = kernel();
  if (calls.buffer(calls.abi.calls.connect, fd, address, address.length, 0, 0, 0) === 0) return fd;
  return giveUp(fd, failure("connect", lastErrno(calls)));
}

/** A new socket, non-blocking and close-on-exec; the caller owns it. */
export function openSocket(family: number, type: number): Fd | Failure {
  const calls = kernel();
  const flags = type | SOCKET.SOCK_CLOEXEC | SOCKET.SOCK_NONBLOCK;
  const fd = calls.numbers(calls.abi.calls.socket, family, flags, 0, 0, 0, 0);
  return fd < 0 ? failure("socket", lastErrno(calls)) : asFd(fd);
}

/** Two connected sockets, both non-blocking and close-on-exec; the caller owns both. */
export function socketPair():
  | { readonly kind: "pair"; readonly near: Fd; readonly far: Fd }
  | Failure {
  const calls = kernel();
  const type = SOCKET.SOCK_STREAM | SOCKET.SOCK_CLOEXEC | SOCKET.SOCK_NONBLOCK;
  const result = addressCalls().addresses(
    calls.abi.calls.socketpair,
    SOCKET.AF_UNIX,
    type,
    0,
    pair.address,
    0,
    0,
  );
  if (result < 0) return failure("socketpair", lastErrno(calls));
  const [near, far] = pair.words32;
  return { kind: "pair", near: asFd(near as number), far: asFd(far as number) };
}

function giveUp(fd: Fd, problem: Failure): Failure {
  close(fd);
  return problem;
}
