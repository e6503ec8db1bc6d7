/**
 * Pipes, reading, writing, closing: what all descriptors have in common.
 */
import { type Fd, fd as asFd } from "../../../core/types.ts";
import { lastErrno } from "../../ffi/library.ts";
import { allocate } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import type { Platform } from "../../interface/platform.ts";
import { failure, lastFailure, type PosixKernel } from "../kernel/kernel.ts";
import { posixReadiness } from "./readiness.ts";

/**
 * Longest single transfer, so that a count fits 32 bits: Linux stops there, others fail above
 * INT_MAX: read(2).
 */
const LONGEST_TRANSFER = 0x7fff_f000;

const pair = allocate(8);

export type Streams =
  & Pick<
    Platform,
    | ("pipe" | "read" | "write" | "close")
    | ("canWrite" | "waitingInput" | "waitingBytes" | "setBlocking")
  >
  & {
    /** Makes a new descriptor non-blocking and close-on-exec, where its making could not say so. */
    makePrivate(fd: number): Fd | Failure;
    /** Marks a descriptor that came without the flag; answers it. */
    makeCloseOnExec(fd: Fd): Fd;
    /** A copy with the lowest free number that is not below this one, close-on-exec. */
    duplicateAbove(fd: Fd, lowest: number): Fd | Failure;
  };

/** The functions over a system. */
export function posixStreams(kernel: PosixKernel): Streams {
  const { numbers, buffer, addresses, abi, calls } = kernel;
  const { file, errno: codes } = abi;
  const { read: readNumber, write: writeNumber } = calls;

  function pipe(): ReturnType<Platform["pipe"]> {
    const flags = file.O_CLOEXEC | file.O_NONBLOCK;
    const result = addresses(calls.pipe2, pair.address, flags, 0, 0, 0, 0);
    if (result < 0) return lastFailure(kernel, "pipe2");
    const [first, second] = pair.words32;
    const readEnd = makePrivate(first as number);
    const writeEnd = makePrivate(second as number);
    if (typeof readEnd !== "number") return readEnd;
    if (typeof writeEnd !== "number") return writeEnd;
    return { kind: "pipe", readEnd, writeEnd };
  }

  /**
   * A reader that is gone is EPIPE: Deno ignores SIGPIPE in every program, so the signal does no
   * harm.
   */
  function transfer(
    number: number,
    call: "read" | "write",
    fd: Fd,
    bytes: Uint8Array,
  ): number | "again" | Failure {
    const length = bytes.length < LONGEST_TRANSFER ? bytes.length : LONGEST_TRANSFER;
    for (;;) {
      const count = buffer(number, fd, bytes as Uint8Array<ArrayBuffer>, length, 0, 0, 0);
      if (count >= 0) return count;
      const errno = lastErrno(kernel);
      if (errno === codes.EAGAIN) return "again";
      if (errno !== codes.EINTR) return failure(kernel, call, errno);
    }
  }

  /** Never retried: the number is free even when close(2) reports an error. */
  function close(fd: Fd): void {
    numbers(calls.close, fd, 0, 0, 0, 0, 0);
  }

  function setBlocking(fd: Fd, blocking: boolean): Failure | undefined {
    const flags = numbers(calls.fcntl, fd, file.F_GETFL, 0, 0, 0, 0);
    if (flags < 0) return lastFailure(kernel, "fcntl");
    const wanted = blocking ? flags & ~file.O_NONBLOCK : flags | file.O_NONBLOCK;
    const result = numbers(calls.fcntl, fd, file.F_SETFL, wanted, 0, 0, 0);
    return result < 0 ? lastFailure(kernel, "fcntl") : undefined;
  }

  function makePrivate(fd: number): Fd | Failure {
    if (abi.socket.SOCK_CLOEXEC !== 0) return asFd(fd);
    const result = numbers(calls.fcntl, fd, file.F_SETFD, file.FD_CLOEXEC, 0, 0, 0);
    const problem = result < 0 ? lastFailure(kernel, "fcntl") : setBlocking(asFd(fd), false);
    if (problem === undefined) return asFd(fd);
    close(asFd(fd));
    return problem;
  }

  function makeCloseOnExec(fd: Fd): Fd {
    if (abi.socket.MSG_CMSG_CLOEXEC === 0) {
      numbers(calls.fcntl, fd, file.F_SETFD, file.FD_CLOEXEC, 0, 0, 0);
    }
    return fd;
  }

  function duplicateAbove(fd: Fd, lowest: number): Fd | Failure {
    const copy = numbers(calls.fcntl, fd, file.F_DUPFD_CLOEXEC, lowest, 0, 0, 0);
    return copy < 0 ? lastFailure(kernel, "fcntl") : copy as Fd;
  }

  return {
    pipe,
    read: (fd, target) => transfer(readNumber, "read", fd, target),
    write: (fd, bytes) => transfer(writeNumber, "write", fd, bytes),
    close,
    ...posixReadiness(kernel),
    setBlocking,
    makePrivate,
    makeCloseOnExec,
    duplicateAbove,
  };
}
