/**
 * struct sockaddr_un: the address of a Unix socket in memory.
 */
import type { Failure } from "../interface/failure.ts";
import { ERRNO, SOCKET } from "./abi.ts";
import { failure } from "./kernel.ts";

const encoder = new TextEncoder();

/** Whether the name stands for an abstract address, which is no file. */
export function isAbstract(path: string): boolean {
  return path.startsWith("@");
}

/**
 * Family as 16-bit number, then the path with its NUL; its length is that of the address: unix(7). `@name`
 * is an abstract address: a NUL and the name, whose end is told by the length alone.
 *
 * @param call Named in the failure: ENAMETOOLONG above 107 bytes, EINVAL when empty or with a NUL.
 */
export function socketAddress(call: string, path: string): Uint8Array<ArrayBuffer> | Failure {
  if (path === "" || path.includes("\0")) {
    return failure(call, ERRNO.EINVAL, "not usable as the path of a socket");
  }
  const text = encoder.encode(path);
  if (text.length >= SOCKET.PATH_BYTES) {
    const limit = SOCKET.PATH_BYTES - 1;
    return failure(call, ERRNO.ENAMETOOLONG, `path of a socket is longer than ${limit} bytes`);
  }
  const address = new Uint8Array(new ArrayBuffer(2 + text.length + 1));
  address[0] = SOCKET.AF_UNIX;
  address.set(text, 2);
  if (!isAbstract(path)) return address;
  address[2] = 0;
  return address.subarray(0, address.length - 1);
}
