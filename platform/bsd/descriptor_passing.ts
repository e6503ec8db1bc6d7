/**
 * What comes along with the bytes of a Unix socket: descriptors (SCM_RIGHTS of unix(4)), and who sent a datagram.
 * Layouts of struct msghdr and struct cmsghdr are those
 * of the system's table: on the BSDs the length is 32 bits wide and a header of 12 bytes is padded.
 */
import { type Fd, fd as asFd } from "../../core/types.ts";
import { lastErrno } from "../ffi/library.ts";
import { allocate, type Block, writeWord } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import type { Platform } from "../interface/platform.ts";
import type { PeerCredentials } from "../interface/socket_types.ts";
import { type BsdKernel, failure } from "./kernel.ts";
import type { Streams } from "./streams.ts";

/** Room for this many; FreeBSD and Linux both stop near it. */
const MOST_DESCRIPTORS = 253;

export type DescriptorPassing = Pick<
  Platform,
  "sendDescriptors" | "receiveDescriptors" | "receiveMessage"
>;

/** The functions over a system. */
export function bsdDescriptorPassing(kernel: BsdKernel, streams: Streams): DescriptorPassing {
  const { abi, calls, buffer } = kernel;
  const { errno: codes, message: layout, socket } = abi;
  const message = allocate(layout.BYTES);
  const vector = allocate(16);
  /** One datagram is read at a time. */
  const datagram = allocate(64 * 1024);
  const control = allocate(layout.DATA_AT + MOST_DESCRIPTORS * 4 + layout.ALIGN);

  /** Control messages begin at multiples of the alignment. */
  function aligned(bytes: number): number {
    return Math.ceil(bytes / layout.ALIGN) * layout.ALIGN;
  }

  function writeLength(block: Block, at: number, value: number): void {
    if (layout.LENGTH_BYTES === 8) writeWord(block, at, value);
    else block.view.setUint32(at, value, true);
  }

  function describe(data: Block, dataBytes: number, controlBytes: number): void {
    writeWord(vector, 0, data.address);
    writeWord(vector, 8, dataBytes);
    message.bytes.fill(0);
    writeWord(message, layout.IOV, vector.address);
    message.view.setInt32(layout.IOVLEN, 1, true);
    writeWord(message, layout.CONTROL, controlBytes === 0 ? 0 : control.address);
    writeLength(message, layout.CONTROLLEN, controlBytes);
  }

  function transfer(call: "sendmsg" | "recvmsg", connection: Fd, flags: number) {
    for (;;) {
      const count = buffer(calls[call], connection, message.bytes, flags, 0, 0, 0);
      if (count >= 0) return count;
      const errno = lastErrno(kernel);
      if (errno === codes.EAGAIN) return "again";
      if (errno !== codes.EINTR) return failure(kernel, call, errno);
    }
  }

  function sendDescriptors(
    connection: Fd,
    bytes: Uint8Array,
    descriptors: readonly Fd[],
  ): number | "again" | Failure {
    if (bytes.length === 0 || descriptors.length > MOST_DESCRIPTORS) {
      return failure(kernel, "sendmsg", codes.EINVAL);
    }
    const length = layout.DATA_AT + descriptors.length * 4;
    control.bytes.fill(0);
    writeLength(control, 0, length);
    control.view.setInt32(layout.LEVEL, socket.SOL_SOCKET, true);
    control.view.setInt32(layout.TYPE, socket.SCM_RIGHTS, true);
    descriptors.forEach((fd, index) => control.view.setInt32(layout.DATA_AT + index * 4, fd, true));
    const data = allocate(bytes.length);
    data.bytes.set(bytes);
    describe(data, bytes.length, descriptors.length === 0 ? 0 : aligned(length));
    return transfer("sendmsg", connection, socket.MSG_NOSIGNAL);
  }

  function receiveDescriptors(
    connection: Fd,
    target: Uint8Array,
  ): ReturnType<Platform["receiveDescriptors"]> {
    const data = allocate(target.length);
    describe(data, target.length, control.bytes.length);
    const length = transfer("recvmsg", connection, socket.MSG_CMSG_CLOEXEC);
    if (typeof length !== "number") return length;
    const descriptors = received().map(streams.makeCloseOnExec);
    if ((message.view.getInt32(layout.FLAGS, true) & socket.MSG_CTRUNC) !== 0) {
      descriptors.forEach(streams.close);
      const detail = "descriptors were lost on the way";
      return failure(kernel, "recvmsg", codes.EMSGSIZE, detail);
    }
    target.set(data.bytes.subarray(0, length));
    return { kind: "received", length, descriptors };
  }

  function receiveMessage(
    connection: Fd,
    target: Uint8Array,
  ): ReturnType<Platform["receiveMessage"]> {
    const room = Math.min(target.length, datagram.bytes.length);
    describe(datagram, room, control.bytes.length);
    const length = transfer("recvmsg", connection, socket.MSG_CMSG_CLOEXEC);
    if (typeof length !== "number") return length;
    received().forEach(streams.close);
    target.set(datagram.bytes.subarray(0, length));
    const isTruncated = (message.view.getInt32(layout.FLAGS, true) & socket.MSG_TRUNC) !== 0;
    return { kind: "message", length, isTruncated, sender: sender() };
  }

  function sender(): PeerCredentials | undefined {
    if (abi.sender === undefined) return undefined;
    const { TYPE, PID, UID, GID } = abi.sender;
    for (const [type, at] of parts()) {
      if (type !== TYPE) continue;
      return {
        pid: control.view.getInt32(at + PID, true),
        uid: control.view.getUint32(at + UID, true),
        gid: control.view.getUint32(at + GID, true),
      };
    }
    return undefined;
  }

  function received(): Fd[] {
    const descriptors: Fd[] = [];
    for (const [type, start, end] of parts()) {
      if (type !== socket.SCM_RIGHTS) continue;
      for (let word = start; word + 4 <= end; word += 4) {
        descriptors.push(asFd(control.view.getInt32(word, true)));
      }
    }
    return descriptors;
  }

  /** Type, begin and end of what came along, for each part of it. */
  function* parts(): Iterable<readonly [type: number, start: number, end: number]> {
    const end = message.view.getUint32(layout.CONTROLLEN, true);
    for (let at = 0; at + layout.DATA_AT <= end;) {
      const length = control.view.getUint32(at, true);
      if (length < layout.HEADER_BYTES) return;
      if (control.view.getInt32(at + layout.LEVEL, true) === socket.SOL_SOCKET) {
        yield [control.view.getInt32(at + layout.TYPE, true), at + layout.DATA_AT, at + length];
      }
      at += aligned(length);
    }
  }

  return { sendDescriptors, receiveDescriptors, receiveMessage };
}
