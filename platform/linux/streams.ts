/**
 * Pipes, reading, writing, closing: what all descriptors have in common.
 */
import { type Fd, fd as asFd } from "../../core/types.ts";
import { addressCalls, lastErrno } from "../ffi/library.ts";
import { allocate } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import { ERRNO, FILE } from "./abi.ts";
import { failure, kernel } from "./kernel.ts";

/** Longest single transfer, so that a count fits 32 bits; the kernel itself stops there: read(2). */
const LONGEST_TRANSFER = 0x7fff_f000;

const pair = allocate(8);
/** struct pollfd: descriptor, events wanted, events; and a time limit of 0: poll(2). */
const polled = allocate(8);
const noTime = allocate(16);
const POLLIN = 1;
const POLLOUT = 4;
const POLLHUP = 0x10;
const POLLRDHUP = 0x2000;

/** Both ends close-on-exec and non-blocking; the caller owns them. */
export function pipe():
  | { readonly kind: "pipe"; readonly readEnd: Fd; readonly writeEnd: Fd }
  | Failure {
  const calls = kernel();
  const flags = FILE.O_CLOEXEC | FILE.O_NONBLOCK;
  const result = addressCalls().addresses(calls.abi.calls.pipe2, pair.address, flags, 0, 0, 0, 0);
  if (result < 0) return failure("pipe2", lastErrno(calls));
  const [readEnd, writeEnd] = pair.words32;
  return { kind: "pipe", readEnd: asFd(readEnd as number), writeEnd: asFd(writeEnd as number) };
}

/** @returns Bytes read; 0 at the end of the stream; "again" when nothing is there yet. */
export function read(fd: Fd, target: Uint8Array<ArrayBuffer>): number | "again" | Failure {
  const calls = kernel();
  const length = Math.min(target.length, LONGEST_TRANSFER);
  for (;;) {
    const count = calls.buffer(calls.abi.calls.read, fd, target, length, 0, 0, 0);
    if (count >= 0) return count;
    const errno = lastErrno(calls);
    if (errno === ERRNO.EAGAIN) return "again";
    if (errno !== ERRNO.EINTR) return failure("read", errno);
  }
}

/**
 * @returns Bytes written, perhaps fewer than given; "again" when it would block. A reader that is gone
 * is a Failure (EPIPE): Deno ignores SIGPIPE in every program, so the signal does no harm.
 */
export function write(fd: Fd, bytes: Uint8Array<ArrayBuffer>): number | "again" | Failure {
  const calls = kernel();
  const length = Math.min(bytes.length, LONGEST_TRANSFER);
  for (;;) {
    const count = calls.buffer(calls.abi.calls.write, fd, bytes, length, 0, 0, 0);
    if (count >= 0) return count;
    const errno = lastErrno(calls);
    if (errno === ERRNO.EAGAIN) return "again";
    if (errno !== ERRNO.EINTR) return failure("write", errno);
  }
}

/**
 * Whether a small write would be taken at once: a pipe is ready when a page of it is free, a terminal when less
 * than 256 bytes wait in it and it is not stopped (fs/pipe.c, drivers/tty/n_tty.c). Also true on an error.
 */
export function canWrite(fd: Fd): boolean {
  polled.words32[0] = fd;
  polled.words32[1] = POLLOUT;
  const { ppoll } = kernel().abi.calls;
  return addressCalls().addresses(ppoll, polled.address, 1, noTime.address, 0, 0, 0) !== 0;
}

/**
 * Whether a read or accept would find something. A listening TCP socket that was shut down has POLLHUP, all others have
 * POLLRDHUP: tcp_poll(), unix_poll(), datagram_poll().
 */
export function waitingInput(fd: Fd): "none" | "some" | "hung-up" {
  polled.words32[0] = fd;
  polled.words32[1] = POLLIN | POLLRDHUP;
  const { ppoll } = kernel().abi.calls;
  const count = addressCalls().addresses(ppoll, polled.address, 1, noTime.address, 0, 0, 0);
  if (count <= 0) return "none";
  const found = (polled.words32[1] as number) >>> 16;
  return (found & (POLLHUP | POLLRDHUP)) === 0 ? "some" : "hung-up";
}

/** Never retried: Linux frees the number even when close(2) reports an error. */
export function close(fd: Fd): void {
  const { numbers, abi } = kernel();
  numbers(abi.calls.close, fd, 0, 0, 0, 0, 0);
}

/** Sets or clears O_NONBLOCK; of use for descriptors that came from elsewhere. */
export function setBlocking(fd: Fd, blocking: boolean): Failure | undefined {
  const calls = kernel();
  const { fcntl } = calls.abi.calls;
  const flags = calls.numbers(fcntl, fd, FILE.F_GETFL, 0, 0, 0, 0);
  if (flags < 0) return failure("fcntl", lastErrno(calls));
  const wanted = blocking ? flags & ~FILE.O_NONBLOCK : flags | FILE.O_NONBLOCK;
  const result = calls.numbers(fcntl, fd, FILE.F_SETFL, wanted, 0, 0, 0);
  return result < 0 ? failure("fcntl", lastErrno(calls)) : undefined;
}
