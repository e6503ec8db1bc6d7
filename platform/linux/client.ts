/**
 * What a client of the daemon needs, on Linux: each function binds only what it uses. Connecting,
 * reading and writing bind three symbols of the C library (1 ms); the poller, files and directories
 * two more.
 */
import { type Fd, fd as asFd } from "../../core/types.ts";
import { errnoText } from "../ffi/errno.ts";
import { allocate, writeWord } from "../ffi/memory.ts";
import type { Client } from "../interface/client.ts";
import type { Failure } from "../interface/failure.ts";
import { lastFailure } from "../posix/kernel/kernel.ts";
import { posixDieOfSignal } from "../posix/processes/own_process.ts";
import { posixPeerCredentials } from "../posix/sockets/peer_credentials.ts";
import { socketAddress } from "../posix/sockets/socket_address.ts";
import { SIGNALS, SOCKET } from "./kernel/abi.ts";
import { LINUX_ERRNO } from "./kernel/errno.ts";
import { LINUX } from "./kernel/kernel.ts";
import { files, mask, processes, streams } from "./kernel/parts.ts";
import { createPoller } from "./poll/poller.ts";
import { runProgram } from "./children/run_program.ts";

/** struct timeval: seconds and microseconds, 8 bytes each. */
const sendLimit = allocate(16);

/**
 * Connects to a Unix stream socket, and waits while the listener's queue is full: a hundred clients
 * started at once all get in. One that never takes a connection ends in EAGAIN after the limit: the
 * time limit of sending holds for connecting, too (unix_stream_connect() of net/unix/af_unix.c).
 */
function connectUnix(path: string, limitMs: number): Fd | Failure {
  const address = socketAddress(LINUX, "connect", path);
  if ("kind" in address) return address;
  const type = SOCKET.SOCK_STREAM | SOCKET.SOCK_CLOEXEC;
  const fd = LINUX.numbers(LINUX.calls.socket, SOCKET.AF_UNIX, type, 0, 0, 0, 0);
  if (fd < 0) return lastFailure(LINUX, "socket");
  writeWord(sendLimit, 0, Math.ceil(limitMs / 1000));
  const { setsockopt } = LINUX.calls;
  const { SOL_SOCKET, SO_SNDTIMEO } = SOCKET;
  LINUX.addresses(setsockopt, fd, SOL_SOCKET, SO_SNDTIMEO, sendLimit.address, 16, 0);
  const result = LINUX.buffer(LINUX.calls.connect, fd, address, address.length, 0, 0, 0);
  if (result === 0) return asFd(fd);
  const problem = lastFailure(LINUX, "connect");
  streams.close(asFd(fd));
  return problem;
}

export const LINUX_CLIENT: Client = {
  signals: SIGNALS,
  systemErrorText: (errno) => errnoText(LINUX_ERRNO, errno),
  connectUnix,
  createPoller,
  runProgram,
  ignoreKeys: () => mask.ignore([SIGNALS.INT, SIGNALS.QUIT]),
  sendSignal: processes.signal,
  exists: files.exists,
  readDirectory: files.readDirectory,
  readFile: files.readFile,
  dieOfSignal: posixDieOfSignal(LINUX, mask),
  processId: processes.processId,
  userId: processes.userId,
  unblockSignals: mask.unblockAll,
  close: streams.close,
  peerCredentials: posixPeerCredentials(LINUX),
  read: streams.read,
  setBlocking: streams.setBlocking,
  write: streams.write,
};
