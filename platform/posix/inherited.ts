/**
 * Descriptors that the manager got from whoever started it.
 */
import type { Fd } from "../../core/types.ts";
import type { Failure } from "../interface/failure.ts";
import type { FileStatus } from "../interface/file_status.ts";
import type { Platform } from "../interface/platform.ts";
import type { StatusCalls } from "./files/file_status.ts";
import type { PosixKernel } from "./kernel/kernel.ts";
import type { Streams } from "./descriptors/streams.ts";

/** close_range(2): marks instead of closing. Linux 5.11, FreeBSD 12.2 (the flag: 13). */
const CLOSE_RANGE_CLOEXEC = 4;
/** 0 to 2 are handed on. */
const FIRST_OTHER = 3;

export type Inherited = Pick<Platform, "reopenForWriting" | "closeInheritedOnExec">;

/** What differs between systems. */
export interface InheritedWays {
  /**
   * Opens what a descriptor leads to anew for writing, non-blocking, where that makes a new open
   * file, so that the flag does not reach others who share the old one.
   *
   * @returns undefined where it makes none; a failure is as good as that.
   */
  openAnew(fd: Fd, type: FileStatus["type"]): Fd | Failure | undefined;
  /** Numbers that may be open, for systems that cannot mark a range of them. */
  possiblyOpen(): Iterable<number>;
}

/** The functions over a system. */
export function posixInherited(
  kernel: PosixKernel,
  parts: {
    readonly streams: Pick<Streams, "setBlocking" | "duplicateAbove">;
    readonly status: Pick<StatusCalls, "statusOfDescriptor">;
    readonly ways: InheritedWays;
  },
): Inherited {
  const { numbers, abi: { file }, calls } = kernel;
  const { streams, status, ways } = parts;

  /**
   * What cannot be opened anew is duplicated. Files never block, and their position must stay
   * shared; sockets are made non-blocking; the rest is left as it is for the others who share it.
   */
  function reopenForWriting(fd: Fd): Fd | Failure {
    const found = status.statusOfDescriptor(fd);
    if ("kind" in found) return found;
    const opened = ways.openAnew(fd, found.type);
    if (typeof opened === "number") return opened;
    const copy = streams.duplicateAbove(fd, FIRST_OTHER);
    if (found.type === "socket" && typeof copy === "number") streams.setBlocking(copy, false);
    return copy;
  }

  function closeInheritedOnExec(): void {
    const { close_range, fcntl } = calls;
    if (numbers(close_range, FIRST_OTHER, -1, CLOSE_RANGE_CLOEXEC, 0, 0, 0) === 0) return;
    for (const fd of ways.possiblyOpen()) {
      if (fd >= FIRST_OTHER) numbers(fcntl, fd, file.F_SETFD, file.FD_CLOEXEC, 0, 0, 0);
    }
  }

  return { reopenForWriting, closeInheritedOnExec };
}
