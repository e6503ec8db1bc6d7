/**
 * What comes along with the bytes of a Unix socket: descriptors (SCM_RIGHTS) and who sent them
 * (SCM_CREDENTIALS), both of unix(7).
 *
 * struct msghdr (56 bytes): iov at 16, iovlen at 24, control at 32, controllen at 40, flags at 48.
 * struct cmsghdr (16 bytes): len (8 bytes) at 0, level at 8, type at 12; the numbers follow.
 */
import { type Fd, fd as asFd } from "../../core/types.ts";
import { lastErrno } from "../ffi/library.ts";
import { allocate, type Block } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import type {
  PeerCredentials,
  ReceivedDescriptors,
  ReceivedMessage,
} from "../interface/socket_types.ts";
import { ERRNO, SOCKET } from "./abi.ts";
import { failure, kernel } from "./kernel.ts";
import { close } from "./streams.ts";

/** Most descriptors of one message: SCM_MAX_FD of net/scm.h. */
const MOST_DESCRIPTORS = 253;
const HEADER_BYTES = 16;
const MESSAGE_BYTES = 56;

const message = allocate(MESSAGE_BYTES);
const vector = allocate(16);
const control = allocate(HEADER_BYTES + MOST_DESCRIPTORS * 4 + 4);

/**
 * Sends bytes with descriptors; the receiver gets copies, the sender keeps its own.
 *
 * @param bytes At least one, or the kernel drops the descriptors.
 * @returns Bytes sent; the descriptors went with the first of them.
 */
export function sendDescriptors(
  socket: Fd,
  bytes: Uint8Array,
  descriptors: readonly Fd[],
): number | "again" | Failure {
  if (bytes.length === 0 || descriptors.length > MOST_DESCRIPTORS) {
    return failure("sendmsg", ERRNO.EINVAL);
  }
  const length = HEADER_BYTES + descriptors.length * 4;
  control.view.setBigUint64(0, BigInt(length), true);
  control.view.setInt32(8, SOCKET.SOL_SOCKET, true);
  control.view.setInt32(12, SOCKET.SCM_RIGHTS, true);
  descriptors.forEach((fd, index) => control.view.setInt32(HEADER_BYTES + index * 4, fd, true));
  const data = allocate(bytes.length);
  data.bytes.set(bytes);
  describe(data, bytes.length, descriptors.length === 0 ? 0 : Math.ceil(length / 8) * 8);
  return transfer("sendmsg", socket, SOCKET.MSG_NOSIGNAL);
}

/**
 * Receives bytes and the descriptors that came with them.
 *
 * @returns EMSGSIZE when the kernel had to drop descriptors; those that arrived are closed.
 */
export function receiveDescriptors(
  socket: Fd,
  target: Uint8Array,
): ReceivedDescriptors | "again" | Failure {
  const data = allocate(target.length);
  describe(data, target.length, control.bytes.length);
  const length = transfer("recvmsg", socket, SOCKET.MSG_CMSG_CLOEXEC);
  if (typeof length !== "number") return length;
  const descriptors = receivedDescriptors();
  if ((message.view.getInt32(48, true) & SOCKET.MSG_CTRUNC) !== 0) {
    descriptors.forEach(close);
    return failure("recvmsg", ERRNO.EMSGSIZE, "descriptors were lost on the way");
  }
  target.set(data.bytes.subarray(0, length));
  return { kind: "received", length, descriptors };
}

/** One datagram is read at a time. */
const datagram = allocate(64 * 1024);

/**
 * Receives one datagram, with its sender when the socket asks for that (SO_PASSCRED). Descriptors that
 * came with it are closed.
 *
 * @param target The datagram; what it has no room for is lost, and `isTruncated` says so.
 */
export function receiveMessage(
  socket: Fd,
  target: Uint8Array,
): ReceivedMessage | "again" | Failure {
  const room = Math.min(target.length, datagram.bytes.length);
  describe(datagram, room, control.bytes.length);
  const length = transfer("recvmsg", socket, SOCKET.MSG_CMSG_CLOEXEC);
  if (typeof length !== "number") return length;
  receivedDescriptors().forEach(close);
  target.set(datagram.bytes.subarray(0, length));
  const isTruncated = (message.view.getInt32(48, true) & SOCKET.MSG_TRUNC) !== 0;
  return { kind: "message", length, isTruncated, sender: receivedCredentials() };
}

/** struct ucred, 12 bytes: pid, uid, gid. */
function receivedCredentials(): PeerCredentials | undefined {
  for (const [type, at] of receivedParts()) {
    if (type !== SOCKET.SCM_CREDENTIALS) continue;
    return {
      pid: control.view.getInt32(at, true),
      uid: control.view.getUint32(at + 4, true),
      gid: control.view.getUint32(at + 8, true),
    };
  }
  return undefined;
}

function describe(data: Block, dataBytes: number, controlBytes: number): void {
  vector.view.setBigUint64(0, BigInt(data.address), true);
  vector.view.setBigUint64(8, BigInt(dataBytes), true);
  message.bytes.fill(0);
  message.view.setBigUint64(16, BigInt(vector.address), true);
  message.view.setBigUint64(24, 1n, true);
  message.view.setBigUint64(32, BigInt(controlBytes === 0 ? 0 : control.address), true);
  message.view.setBigUint64(40, BigInt(controlBytes), true);
}

function transfer(call: "sendmsg" | "recvmsg", socket: Fd, flags: number) {
  const calls = kernel();
  for (;;) {
    const count = calls.buffer(calls.abi.calls[call], socket, message.bytes, flags, 0, 0, 0);
    if (count >= 0) return count;
    const errno = lastErrno(calls);
    if (errno === ERRNO.EAGAIN) return "again";
    if (errno !== ERRNO.EINTR) return failure(call, errno);
  }
}

function receivedDescriptors(): Fd[] {
  const descriptors: Fd[] = [];
  for (const [type, start, end] of receivedParts()) {
    if (type !== SOCKET.SCM_RIGHTS) continue;
    for (let word = start; word + 4 <= end; word += 4) {
      descriptors.push(asFd(control.view.getInt32(word, true)));
    }
  }
  return descriptors;
}

/** Type, begin and end of what came along, for each part of it. */
function* receivedParts(): Iterable<readonly [type: number, start: number, end: number]> {
  const end = Number(message.view.getBigUint64(40, true));
  for (let at = 0; at + HEADER_BYTES <= end;) {
    const length = Number(control.view.getBigUint64(at, true));
    if (length < HEADER_BYTES) return;
    if (control.view.getInt32(at + 8, true) === SOCKET.SOL_SOCKET) {
      yield [control.view.getInt32(at + 12, true), at + HEADER_BYTES, at + length];
    }
    at += Math.ceil(length / 8) * 8;
  }
}
