/**
 * What comes along with the bytes of a Unix socket: descriptors (SCM_RIGHTS of unix(7), unix(4)),
 * and who sent a datagram (SCM_CREDENTIALS, SCM_CREDS2).
 */
import { type Fd, fd as asFd } from "../../../core/types.ts";
import { allocate } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import type { Platform } from "../../interface/platform.ts";
import type { PeerCredentials } from "../../interface/socket_types.ts";
import { failure, type PosixKernel } from "../kernel/kernel.ts";
import type { Streams } from "../descriptors/streams.ts";
import { MOST_DESCRIPTORS, SocketMessage } from "./socket_message.ts";

/** Equal on all systems: sys/socket.h. */
const MSG_PEEK = 2;

export type DescriptorPassing = Pick<
  Platform,
  "sendDescriptors" | "receiveDescriptors" | "receiveMessage"
>;

/** The functions over a system. */
export function posixDescriptorPassing(
  kernel: PosixKernel,
  streams: Pick<Streams, "close" | "makeCloseOnExec">,
): DescriptorPassing {
  const { errno: codes, socket } = kernel.abi;
  const message = new SocketMessage(kernel);
  /** One datagram is read at a time. */
  const datagram = allocate(64 * 1024);

  /** Without a byte the kernel would drop the descriptors. */
  function sendDescriptors(
    connection: Fd,
    bytes: Uint8Array,
    descriptors: readonly Fd[],
  ): number | "again" | Failure {
    if (bytes.length === 0 || descriptors.length > MOST_DESCRIPTORS) {
      return failure(kernel, "sendmsg", codes.EINVAL);
    }
    const data = allocate(bytes.length);
    data.bytes.set(bytes);
    const controlBytes = descriptors.length === 0
      ? 0
      : message.putControl(socket.SCM_RIGHTS, descriptors);
    message.describe(data, bytes.length, controlBytes);
    return message.transfer("sendmsg", connection, socket.MSG_NOSIGNAL);
  }

  /** EMSGSIZE when the kernel had to drop descriptors; those that arrived are closed. */
  function receiveDescriptors(
    connection: Fd,
    target: Uint8Array,
  ): ReturnType<Platform["receiveDescriptors"]> {
    const data = allocate(target.length);
    message.describe(data, target.length, message.control.bytes.length);
    const length = message.transfer("recvmsg", connection, socket.MSG_CMSG_CLOEXEC);
    if (typeof length !== "number") return length;
    const descriptors = receivedDescriptors(message, socket).map(streams.makeCloseOnExec);
    if ((message.flags & socket.MSG_CTRUNC) !== 0) {
      descriptors.forEach(streams.close);
      const detail = "descriptors were lost on the way";
      return failure(kernel, "recvmsg", codes.EMSGSIZE, detail);
    }
    target.set(data.bytes.subarray(0, length));
    return { kind: "received", length, descriptors };
  }

  /** Descriptors that came with it are closed; what the target has no room for is lost. */
  function receiveMessage(
    connection: Fd,
    target: Uint8Array,
    stays = false,
  ): ReturnType<Platform["receiveMessage"]> {
    const room = Math.min(target.length, datagram.bytes.length);
    message.describe(datagram, room, message.control.bytes.length);
    const flags = socket.MSG_CMSG_CLOEXEC | (stays ? MSG_PEEK : 0);
    const length = message.transfer("recvmsg", connection, flags);
    if (typeof length !== "number") return length;
    receivedDescriptors(message, socket).forEach(streams.close);
    target.set(datagram.bytes.subarray(0, length));
    const isTruncated = (message.flags & socket.MSG_TRUNC) !== 0;
    return { kind: "message", length, isTruncated, sender: senderOf(message, kernel.abi) };
  }

  return { sendDescriptors, receiveDescriptors, receiveMessage };
}

function senderOf(
  message: SocketMessage,
  { sender }: PosixKernel["abi"],
): PeerCredentials | undefined {
  if (sender === undefined) return undefined;
  const { view } = message.control;
  for (const [type, at] of message.parts()) {
    if (type !== sender.TYPE) continue;
    return {
      pid: view.getInt32(at + sender.PID, true),
      uid: view.getUint32(at + sender.UID, true),
      gid: view.getUint32(at + sender.GID, true),
    };
  }
  return undefined;
}

function receivedDescriptors(
  message: SocketMessage,
  { SCM_RIGHTS }: PosixKernel["abi"]["socket"],
): Fd[] {
  const descriptors: Fd[] = [];
  for (const [type, start, end] of message.parts()) {
    if (type !== SCM_RIGHTS) continue;
    for (let word = start; word + 4 <= end; word += 4) {
      descriptors.push(asFd(message.control.view.getInt32(word, true)));
    }
  }
  return descriptors;
}
