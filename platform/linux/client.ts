/**
 * What a client of the daemon needs, on Linux: each function binds only what it uses. Connecting, reading and writing
 * bind three symbols of the C library (1 ms); the poller, files and directories two more.
 */
import { type Fd, fd as asFd } from "../../core/types.ts";
import type { Client } from "../client_interface.ts";
import { errnoText } from "../ffi/errno.ts";
import { lastErrno } from "../ffi/library.ts";
import type { Failure } from "../failure.ts";
import { SIGNALS, SOCKET } from "./abi.ts";
import { LINUX_ERRNO } from "./errno.ts";
import { exists, readDirectory, readFile } from "./files.ts";
import { failure, kernel } from "./kernel.ts";
import { dieOfSignal } from "./own_process.ts";
import { createPoller } from "./poller.ts";
import { processId, signal, userId } from "./processes.ts";
import { runProgram } from "./run_program.ts";
import { unblockSignals } from "./signal_mask.ts";
import { socketAddress } from "./socket_address.ts";
import { close, read, setBlocking, write } from "./streams.ts";

/**
 * Connects to a Unix stream socket, and waits while the listener's queue is full: a hundred clients
 * started at once all get in. The descriptor is close-on-exec and blocks.
 */
function connectUnix(path: string): Fd | Failure {
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

export const LINUX_CLIENT: Client = {
  signals: SIGNALS,
  systemErrorText: (errno) => errnoText(LINUX_ERRNO, errno),
  connectUnix,
  createPoller,
  runProgram,
  sendSignal: signal,
  exists,
  readDirectory,
  readFile,
  dieOfSignal,
  processId,
  userId,
  unblockSignals,
  close,
  read,
  setBlocking,
  write,
};
