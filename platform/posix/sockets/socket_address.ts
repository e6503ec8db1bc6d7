/**
 * struct sockaddr_un: the address of a Unix socket in memory.
 */
import { encodeText } from "../../../core/text/byte_text.ts";
import type { Failure } from "../../interface/failure.ts";
import { failure, type PosixKernel } from "../kernel/kernel.ts";

/** Whether the name stands for an abstract address, which is no file. */
export function isAbstract(path: string): boolean {
  return path.startsWith("@");
}

/**
 * The family (Linux: as 16-bit number; BSDs: length and family as one byte each), then the path
 * with its NUL: unix(7), unix(4). `@name` is an abstract address of Linux: a NUL and the name,
 * whose end is told by the length alone.
 *
 * @param call Named in the failure: ENAMETOOLONG when the path does not fit, EINVAL when empty or
 * with a NUL, EOPNOTSUPP for an abstract name where there are none.
 */
export function socketAddress(
  kernel: Pick<PosixKernel, "abi" | "errnoTable">,
  call: string,
  path: string,
): Uint8Array<ArrayBuffer> | Failure {
  const { errno, socket } = kernel.abi;
  if (path === "" || path.includes("\0")) {
    return failure(kernel, call, errno.EINVAL, "not usable as the path of a socket");
  }
  if (isAbstract(path) && !socket.hasAbstractNames) {
    const detail = "abstract names of sockets exist on Linux only";
    return failure(kernel, call, errno.EOPNOTSUPP, detail);
  }
  const text = encodeText(path);
  if (text.length >= socket.PATH_BYTES) {
    const detail = `path of a socket is longer than ${socket.PATH_BYTES - 1} bytes`;
    return failure(kernel, call, errno.ENAMETOOLONG, detail);
  }
  const address = new Uint8Array(new ArrayBuffer(2 + text.length + 1));
  if (socket.hasLengthByte) address.set([address.length, socket.AF_UNIX]);
  else address[0] = socket.AF_UNIX;
  address.set(text, 2);
  if (!isAbstract(path)) return address;
  address[2] = 0;
  return address.subarray(0, address.length - 1);
}
