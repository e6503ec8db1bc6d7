/**
 * Sockets on which services tell about themselves: sd_notify(3), receiving side.
 *
 * Their addresses are abstract, not paths: they work before any file system can be written, vanish with
 * the socket and cannot be left behind. Anybody on the machine may send to them, which is why every
 * message must come with its sender (SO_PASSCRED), as with a path that everybody may write to.
 */
import { type Fd, fd as asFd } from "../../core/types.ts";
import { addressCalls, lastErrno } from "../ffi/library.ts";
import { allocate } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import { SOCKET } from "./abi.ts";
import { failure, kernel } from "./kernel.ts";
import { socketAddress } from "./socket_address.ts";
import { close } from "./streams.ts";

export { receiveMessage } from "./descriptor_passing.ts";

const one = allocate(8);
one.words32[0] = 1;

/** @returns The socket, which the caller owns, and its address as NOTIFY_SOCKET has it: `@` and a name. */
export function openNotifySocket():
  | { readonly kind: "notify-socket"; readonly fd: Fd; readonly address: string }
  | Failure {
  const calls = kernel();
  const { socket, setsockopt, bind } = calls.abi.calls;
  const type = SOCKET.SOCK_DGRAM | SOCKET.SOCK_CLOEXEC | SOCKET.SOCK_NONBLOCK;
  const opened = calls.numbers(socket, SOCKET.AF_UNIX, type, 0, 0, 0, 0);
  if (opened < 0) return failure("socket", lastErrno(calls));
  const fd = asFd(opened);
  const { SOL_SOCKET, SO_PASSCRED } = SOCKET;
  const set = addressCalls().addresses(setsockopt, fd, SOL_SOCKET, SO_PASSCRED, one.address, 4, 0);
  if (set < 0) return giveUp(fd, failure("setsockopt", lastErrno(calls)));
  // Not to be guessed: a message that its sender did not survive is judged by the user alone.
  const name = `@dinit/notify/${crypto.randomUUID()}`;
  const address = socketAddress("bind", name);
  if ("kind" in address) return giveUp(fd, address);
  if (calls.buffer(bind, fd, address, address.length, 0, 0, 0) < 0) {
    return giveUp(fd, failure("bind", lastErrno(calls)));
  }
  return { kind: "notify-socket", fd, address: name };
}

function giveUp(fd: Fd, problem: Failure): Failure {
  close(fd);
  return problem;
}
