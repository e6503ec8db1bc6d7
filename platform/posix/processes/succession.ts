/**
 * What a program hands on to the one that is executed in its place: its time, open descriptors, and
 * a file that is nowhere but in them.
 */
import type { Fd, Instant } from "../../../core/types.ts";
import { allocate } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import type { KeptClock, Platform } from "../../interface/platform.ts";
import type { Streams } from "../descriptors/streams.ts";
import type { Files } from "../files/files.ts";
import type { StatusCalls } from "../files/file_status.ts";
import { readToEnd } from "../files/read_to_end.ts";
import { failure, lastFailure, pathMemory, type PosixKernel, takePath } from "../kernel/kernel.ts";

const SEEK_SET = 0;
const MS_PER_SECOND = 1000;
const NS_PER_MS = 1e6;

/** struct timespec: seconds and nanoseconds, 64 bits each on all systems. */
const time = allocate(16);

/** Of what is copied at a time. */
const COPY_BYTES = 1024 * 1024;
const PROGRAM_MODE = 0o755;

export type Succession =
  & Pick<
    Platform,
    | "now"
    | "processClockMs"
    | "keepClock"
    | "continueClock"
    | "passOn"
    | "readFromStart"
    | "removeFile"
  >
  & {
    /** Copies a program to where nothing is. */
    copyProgram(from: string, to: string): Failure | undefined;
  };

/** The functions over a system. */
export function posixSuccession(
  kernel: PosixKernel,
  { streams, files, status }: {
    readonly streams: Pick<Streams, "read" | "write" | "close">;
    readonly files: Pick<Files, "openFile">;
    readonly status: Pick<StatusCalls, "statusOfDescriptor">;
  },
): Succession {
  const { numbers, addresses, abi, calls } = kernel;
  const { file } = abi;
  /** What the runtime's clock, which begins with the program, is behind by. */
  let behindMs = 0;

  /** The runtime's clock counts by the same one of the kernel. */
  function kernelMs(): number {
    return clockMs(abi.CLOCK_MONOTONIC);
  }

  /** Without bigints, which would be garbage: it is asked at each launch. */
  function clockMs(clock: number): number {
    addresses(calls.clock_gettime, clock, time.address, 0, 0, 0, 0);
    const { words32 } = time;
    const seconds = (words32[1] ?? 0) * 0x1_0000_0000 + ((words32[0] ?? 0) >>> 0);
    return seconds * MS_PER_SECOND + (words32[2] ?? 0) / NS_PER_MS;
  }

  function now(): Instant {
    return performance.now() + behindMs as Instant;
  }

  function continueClock({ instant, kernelMs: then }: KeptClock): void {
    behindMs = instant + (kernelMs() - then) - performance.now();
  }

  function passOn(fds: readonly Fd[], isPassed: boolean): Failure | undefined {
    for (const fd of fds) {
      const flags = isPassed ? 0 : file.FD_CLOEXEC;
      if (numbers(calls.fcntl, fd, file.F_SETFD, flags, 0, 0, 0) < 0) {
        return lastFailure(kernel, "fcntl");
      }
    }
    return undefined;
  }

  function readFromStart(fd: Fd, limitBytes: number): ReturnType<Platform["readFromStart"]> {
    const found = status.statusOfDescriptor(fd);
    if ("kind" in found) return found;
    if (numbers(calls.lseek, fd, 0, SEEK_SET, 0, 0, 0) < 0) return lastFailure(kernel, "lseek");
    const host = {
      read: (target: Uint8Array<ArrayBuffer>) => streams.read(fd, target),
      failure: (errno: "EAGAIN" | "EFBIG", detail?: string) =>
        failure(kernel, "read", abi.errno[errno], detail),
    };
    const bytes = readToEnd(host, found.sizeBytes, limitBytes);
    return "kind" in bytes ? bytes : { kind: "bytes", bytes };
  }

  function copyProgram(from: string, to: string): Failure | undefined {
    const source = files.openFile(from, file.O_RDONLY);
    if (typeof source !== "number") return source;
    const target = files.openFile(to, file.O_WRONLY | file.O_CREAT | file.O_EXCL, PROGRAM_MODE);
    const problem = typeof target === "number" ? transfer(source, target) : target;
    streams.close(source);
    if (typeof target !== "number") return problem;
    streams.close(target);
    if (problem !== undefined) removeFile(to);
    return problem;
  }

  function transfer(source: Fd, target: Fd): Failure | undefined {
    const buffer = new Uint8Array(COPY_BYTES);
    for (;;) {
      const count = streams.read(source, buffer);
      if (count === 0) return undefined;
      if (typeof count === "object") return count;
      for (let at = 0; count !== "again" && at < count;) {
        const written = streams.write(target, buffer.subarray(at, count));
        if (typeof written === "object") return written;
        if (typeof written === "number") at += written;
      }
    }
  }

  function removeFile(path: string): Failure | undefined {
    const problem = takePath(kernel, "unlink", path);
    if (problem !== undefined) return problem;
    const result = kernel.buffer(calls.unlinkat, file.AT_FDCWD, pathMemory, 0, 0, 0, 0);
    return result < 0 ? lastFailure(kernel, "unlink") : undefined;
  }

  return {
    now,
    processClockMs: () => clockMs(abi.PROCESS_CLOCK),
    keepClock: () => ({ instant: now(), kernelMs: kernelMs() }),
    continueClock,
    passOn,
    readFromStart,
    copyProgram,
    removeFile,
  };
}
