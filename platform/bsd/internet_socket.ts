/**
 * Listening TCP and UDP sockets, for services that take them over.
 */
import type { Fd } from "../../core/types.ts";
import { allocate } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import type { Platform } from "../interface/platform.ts";
import { type BsdKernel, failure, lastFailure } from "./kernel.ts";
import type { Streams } from "./streams.ts";

/** The function over a system. */
export function bsdInternetSockets(
  kernel: BsdKernel,
  streams: Streams,
): Pick<Platform, "listenInternet"> {
  const { numbers, buffer, addresses, abi, calls } = kernel;
  const { socket, errno: codes } = abi;
  const word = allocate(8);

  function listenInternet(
    where: Parameters<Platform["listenInternet"]>[0],
    options: Parameters<Platform["listenInternet"]>[1],
  ): Fd | Failure {
    if (options.type === "seqpacket") {
      return failure(kernel, "socket", codes.EOPNOTSUPP, "no such socket of the internet");
    }
    const isStream = options.type === "stream";
    const isIpv6 = where.address.length === 16;
    const family = isIpv6 ? socket.AF_INET6 : socket.AF_INET;
    const type = isStream ? socket.SOCK_STREAM : socket.SOCK_DGRAM;
    const flags = socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK;
    const opened = numbers(calls.socket, family, type | flags, 0, 0, 0, 0);
    if (opened < 0) return lastFailure(kernel, "socket");
    const fd = streams.makePrivate(opened);
    if (typeof fd !== "number") return fd;
    const problem =
      (isStream ? setOption(fd, socket.SOL_SOCKET, socket.SO_REUSEADDR, 1) : undefined) ??
        // Set in any case: the default is the machine's.
        (isIpv6
          ? setOption(fd, socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, options.ipv6Only ? 1 : 0)
          : undefined) ??
        bind(fd, family, where) ??
        (isStream ? startListening(fd, options.backlog) : undefined);
    if (problem === undefined) return fd;
    streams.close(fd);
    return problem;
  }

  function setOption(fd: Fd, level: number, name: number, value: number): Failure | undefined {
    word.words32[0] = value;
    const result = addresses(calls.setsockopt, fd, level, name, word.address, 4, 0);
    return result < 0 ? lastFailure(kernel, "setsockopt") : undefined;
  }

  function bind(
    fd: Fd,
    family: number,
    where: Parameters<Platform["listenInternet"]>[0],
  ): Failure | undefined {
    const address = socketAddress(family, where);
    const result = buffer(calls.bind, fd, address, address.length, 0, 0, 0);
    return result < 0 ? lastFailure(kernel, "bind") : undefined;
  }

  function startListening(fd: Fd, backlog: number): Failure | undefined {
    const result = numbers(calls.listen, fd, backlog, 0, 0, 0, 0);
    return result < 0 ? lastFailure(kernel, "listen") : undefined;
  }

  /**
   * sockaddr_in, 16 bytes: length and family (Linux: family alone, in two bytes), port, address at 4. sockaddr_in6, 28
   * bytes: the same, flow label at 4, address at 8, scope. Port and address are in the network's order: inet(4), inet6(4).
   */
  function socketAddress(
    family: number,
    { address, port }: Parameters<Platform["listenInternet"]>[0],
  ): Uint8Array<ArrayBuffer> {
    const isIpv6 = family === socket.AF_INET6;
    const bytes = new Uint8Array(new ArrayBuffer(isIpv6 ? 28 : 16));
    if (socket.hasLengthByte) bytes.set([bytes.length, family]);
    else bytes[0] = family;
    bytes[2] = port >> 8;
    bytes[3] = port & 0xff;
    bytes.set(address, isIpv6 ? 8 : 4);
    return bytes;
  }

  return { listenInternet };
}
