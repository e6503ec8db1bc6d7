/**
 * What a client of the daemon needs, on Linux: each function binds only what it uses. Connecting, reading and writing
 * bind three symbols of the C library (1 ms); the poller, files and directories two more.
 */
import { type Fd, fd as asFd } from "../../core/types.ts";
import type { Client } from "../interface/client.ts";
import { errnoText } from "../ffi/errno.ts";
import { addressCalls, lastErrno } from "../ffi/library.ts";
import { allocate, writeWord } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import { SIGNALS, SOCKET } from "./abi.ts";
import { LINUX_ERRNO } from "./errno.ts";
import { exists, readDirectory, readFile } from "./files.ts";
import { failure, kernel } from "./kernel.ts";
import { dieOfSignal } from "./own_process.ts";
import { peerCredentials } from "./peer_credentials.ts";
import { createPoller } from "./poller.ts";
import { processId, signal, userId } from "./processes.ts";
import { runProgram } from "./run_program.ts";
import { unblockSignals } from "./signal_mask.ts";
import { socketAddress } from "./socket_address.ts";
import { close, read, setBlocking, write } from "./streams.ts";

/** struct timeval: seconds and microseconds, 8 bytes each. */
const sendLimit = allocate(16);

/**
 * Connects to a Unix stream socket, and waits while the listener's queue is full: a hundred clients
 * started at once all get in. One that never takes a connection ends in EAGAIN after the limit: the time
 * limit of sending holds for connecting, too (unix_stream_connect() of net/unix/af_unix.c).
 */
function connectUnix(path: string, limitMs: number): Fd | Failure {
  const address = socketAddress("connect", path);
  if ("kind" in address) return address;
  const calls = kernel();
  const type = SOCKET.SOCK_STREAM | SOCKET.SOCK_CLOEXEC;
  const fd = calls.numbers(calls.abi.calls.socket, SOCKET.AF_UNIX, type, 0, 0, 0, 0);
  if (fd < 0) return failure("socket", lastErrno(calls));
  writeWord(sendLimit, 0, Math.ceil(limitMs / 1000));
  const { setsockopt } = calls.abi.calls;
  const { SOL_SOCKET, SO_SNDTIMEO } = SOCKET;
  addressCalls().addresses(setsockopt, fd, SOL_SOCKET, SO_SNDTIMEO, sendLimit.address, 16, 0);
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
  peerCredentials,
  read,
  setBlocking,
  write,
};
