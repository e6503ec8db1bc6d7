/**
 * What is done with a descriptor itself, and not with what goes through it: flags, copies, its end.
 */
import { type Fd, fd as asFd } from "../../../core/types.ts";
import type { Failure } from "../../interface/failure.ts";
import type { Platform } from "../../interface/platform.ts";
import { lastFailure, type PosixKernel } from "../kernel/kernel.ts";

export type DescriptorFlags = Pick<Platform, "close" | "setBlocking"> & {
  /** Makes a new descriptor non-blocking and close-on-exec, where its making could not say so. */
  makePrivate(fd: number): Fd | Failure;
  /** Marks a descriptor that came without the flag; answers it. */
  makeCloseOnExec(fd: Fd): Fd;
  /** A copy with the lowest free number that is not below this one, close-on-exec. */
  duplicateAbove(fd: Fd, lowest: number): Fd | Failure;
};

/** The functions over a system. */
export function descriptorFlags(kernel: PosixKernel): DescriptorFlags {
  const { numbers, abi, calls } = kernel;
  const { file } = abi;

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

  return { close, setBlocking, makePrivate, makeCloseOnExec, duplicateAbove };
}
