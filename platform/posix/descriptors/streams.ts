/**
 * Pipes, reading and writing: what all streams have in common.
 */
import type { Fd } from "../../../core/types.ts";
import { lastErrno } from "../../ffi/library.ts";
import { allocate } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import type { Platform } from "../../interface/platform.ts";
import { failure, lastFailure, type PosixKernel } from "../kernel/kernel.ts";
import { type DescriptorFlags, descriptorFlags } from "./descriptor_flags.ts";
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
  & Pick<DescriptorFlags, "makePrivate" | "makeCloseOnExec" | "duplicateAbove">;

/** The functions over a system. */
export function posixStreams(kernel: PosixKernel): Streams {
  const { buffer, addresses, abi, calls } = kernel;
  const { file, errno: codes } = abi;
  const descriptors = descriptorFlags(kernel);
  const { read: readNumber, write: writeNumber } = calls;

  function pipe(): ReturnType<Platform["pipe"]> {
    const flags = file.O_CLOEXEC | file.O_NONBLOCK;
    const result = addresses(calls.pipe2, pair.address, flags, 0, 0, 0, 0);
    if (result < 0) return lastFailure(kernel, "pipe2");
    const [first, second] = pair.words32;
    const readEnd = descriptors.makePrivate(first as number);
    const writeEnd = descriptors.makePrivate(second as number);
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

  return {
    pipe,
    read: (fd, target) => transfer(readNumber, "read", fd, target),
    write: (fd, bytes) => transfer(writeNumber, "write", fd, bytes),
    ...posixReadiness(kernel),
    ...descriptors,
  };
}
