/**
 * struct msghdr with what it leads to: one buffer for bytes, and control messages (struct cmsghdr).
 * The layouts are those of the system's table: on the BSDs lengths are 32 bits wide and a header of
 * 12 bytes is padded, on Linux they have 64.
 */
import type { Fd } from "../../../core/types.ts";
import { lastErrno } from "../../ffi/library.ts";
import { allocate, type Block, writeWord } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import { failure, type PosixKernel } from "../kernel/kernel.ts";

/** Room for this many descriptors: SCM_MAX_FD of net/scm.h of Linux; FreeBSD stops near it. */
export const MOST_DESCRIPTORS = 253;

/** A control message: its type, and begin and end of its data in the memory. */
export type ControlPart = readonly [type: number, start: number, end: number];

/** Memory for one message at a time. */
export class SocketMessage {
  readonly #kernel: PosixKernel;
  readonly #header: Block;
  readonly #vector = allocate(16);
  /** The control messages. */
  readonly control: Block;

  constructor(kernel: PosixKernel) {
    const { BYTES, DATA_AT, ALIGN } = kernel.abi.message;
    this.#kernel = kernel;
    this.#header = allocate(BYTES);
    this.control = allocate(DATA_AT + MOST_DESCRIPTORS * 4 + ALIGN);
  }

  /** MSG_ flags of what was received. */
  get flags(): number {
    return this.#header.view.getInt32(this.#kernel.abi.message.FLAGS, true);
  }

  /** Makes one control message with these numbers. @returns Its bytes, padded. */
  putControl(type: number, words: readonly number[]): number {
    const { message: layout, socket } = this.#kernel.abi;
    const { bytes, view } = this.control;
    const length = layout.DATA_AT + words.length * 4;
    bytes.fill(0);
    this.#writeLength(this.control, 0, length);
    view.setInt32(layout.LEVEL, socket.SOL_SOCKET, true);
    view.setInt32(layout.TYPE, type, true);
    words.forEach((word, index) => view.setInt32(layout.DATA_AT + index * 4, word, true));
    return this.#aligned(length);
  }

  /** @param controlBytes To be sent, or room for what is received; 0: none. */
  describe(data: Block, dataBytes: number, controlBytes: number): void {
    const { message: layout } = this.#kernel.abi;
    const header = this.#header;
    writeWord(this.#vector, 0, data.address);
    writeWord(this.#vector, 8, dataBytes);
    header.bytes.fill(0);
    writeWord(header, layout.IOV, this.#vector.address);
    header.view.setInt32(layout.IOVLEN, 1, true);
    writeWord(header, layout.CONTROL, controlBytes === 0 ? 0 : this.control.address);
    this.#writeLength(header, layout.CONTROLLEN, controlBytes);
  }

  /** Sends or receives what was described. @returns Bytes; "again" when it would block. */
  transfer(call: "sendmsg" | "recvmsg", socket: Fd, flags: number): number | "again" | Failure {
    const { buffer, calls, abi: { errno: codes } } = this.#kernel;
    for (;;) {
      const count = buffer(calls[call], socket, this.#header.bytes, flags, 0, 0, 0);
      if (count >= 0) return count;
      const errno = lastErrno(this.#kernel);
      if (errno === codes.EAGAIN) return "again";
      if (errno !== codes.EINTR) return failure(this.#kernel, call, errno);
    }
  }

  /** The control messages that came. */
  *parts(): Iterable<ControlPart> {
    const { message: layout, socket } = this.#kernel.abi;
    const { view } = this.control;
    // Less than 2^32: the low half of a long one.
    const end = this.#header.view.getUint32(layout.CONTROLLEN, true);
    for (let at = 0; at + layout.DATA_AT <= end;) {
      const length = view.getUint32(at, true);
      if (length < layout.HEADER_BYTES) return;
      if (view.getInt32(at + layout.LEVEL, true) === socket.SOL_SOCKET) {
        yield [view.getInt32(at + layout.TYPE, true), at + layout.DATA_AT, at + length];
      }
      at += this.#aligned(length);
    }
  }

  #aligned(bytes: number): number {
    const { ALIGN } = this.#kernel.abi.message;
    return Math.ceil(bytes / ALIGN) * ALIGN;
  }

  #writeLength(block: Block, at: number, value: number): void {
    if (this.#kernel.abi.message.LENGTH_BYTES === 8) writeWord(block, at, value);
    else block.view.setUint32(at, value, true);
  }
}
