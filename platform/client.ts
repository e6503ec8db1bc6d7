/**
 * What a client of the daemon needs of the system, function by function; clients import this and not
 * `mod.ts`, so that they bind only what they use.
 *
 * Connecting, reading and writing bind three symbols of the C library (1 ms); the poller, files and
 * directories two more. So far these are Linux's.
 */
import { type Fd, fd as asFd } from "../core/types.ts";
import { type ErrnoText, errnoText } from "./ffi/errno.ts";
import { lastErrno } from "./ffi/library.ts";
import type { Failure } from "./interface.ts";
import { SOCKET } from "./linux/abi.ts";
import { LINUX_ERRNO } from "./linux/errno.ts";
import { failure, kernel } from "./linux/kernel.ts";
import { socketAddress } from "./linux/socket_address.ts";
import { close } from "./linux/streams.ts";

export type { Failure, Poller } from "./interface.ts";
export { exists, readDirectory, readFile } from "./linux/files.ts";
export { createPoller } from "./linux/poller.ts";
export { SIGNALS } from "./linux/abi.ts";
export { dieOfSignal } from "./linux/own_process.ts";
export { processId, signal as sendSignal, userId } from "./linux/processes.ts";
export { runProgram } from "./linux/run_program.ts";
export { unblockSignals } from "./linux/signal_mask.ts";
export { close, read, setBlocking, write } from "./linux/streams.ts";

/** Name and words of an error number of this system. */
export function systemErrorText(errno: number): ErrnoText {
  return errnoText(LINUX_ERRNO, errno);
}

/**
 * Connects to a Unix stream socket, and waits while the listener's queue is full: a hundred clients
 * started at once all get in. The descriptor is close-on-exec and blocks.
 */
export function connectUnix(path: string): Fd | Failure {
  const address = socketAddress("connect", path);
  if ("kind" in address) return address;
  const calls = kernel();
  const type = SOCKET.SOCK_STREAM | SOCKET.SOCK_CLOEXEC;
  const fd = calls.numbers(calls.abi.calls.socket, SOCKET.AF_UNIX, type, 0, 0, 0, 0);
  if (fd < 0) return failure("socket", lastErrno(calls));
  const result = calls.buffer(calls.abi.calls.connect, fd, address, address.length, 0, 0, 0);
  if (result === 0) return asFd(fd);
  const problem = failure("connect", lastErrno(calls));
  close(asFd(fd));
  return problem;
}
