/**
 * struct sockaddr_un: the address of a Unix socket in memory.
 */
import type { Failure } from "../interface/failure.ts";
import { type BsdKernel, failure } from "./kernel.ts";

const encoder = new TextEncoder();

/**
 * Length and family as one byte each (Linux: the family as two), then the path with its NUL: unix(4).
 *
 * @param call Named in the failure: ENAMETOOLONG when the path does not fit, EINVAL when empty or with a NUL.
 */
export function socketAddress(
  kernel: BsdKernel,
  call: string,
  path: string,
): Uint8Array<ArrayBuffer> | Failure {
  const { errno, socket } = kernel.abi;
  if (path === "" || path.includes("\0")) {
    return failure(kernel, call, errno.EINVAL, "not usable as the path of a socket");
  }
  if (path.startsWith("@")) {
    const detail = "abstract names of sockets exist on Linux only";
    return failure(kernel, call, errno.EOPNOTSUPP, detail);
  }
  const text = encoder.encode(path);
  if (text.length >= socket.PATH_BYTES) {
    const detail = `path of a socket is longer than ${socket.PATH_BYTES - 1} bytes`;
    return failure(kernel, call, errno.ENAMETOOLONG, detail);
  }
  const address = new Uint8Array(new ArrayBuffer(2 + text.length + 1));
  if (socket.hasLengthByte) address.set([address.length, socket.AF_UNIX]);
  else address[0] = socket.AF_UNIX;
  address.set(text, 2);
  return address;
}
