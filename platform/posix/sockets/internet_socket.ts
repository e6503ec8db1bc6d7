/**
 * TCP and UDP sockets: listening ones, for services that take them over, and connections that are
 * begun and not waited for.
 */
import type { Platform } from "../../interface/platform.ts";
import { lastErrno } from "../../ffi/library.ts";
import { allocate } from "../../ffi/memory.ts";
import { failure, lastFailure, type PosixKernel } from "../kernel/kernel.ts";
import type { Streams } from "../descriptors/streams.ts";
import type { Sockets } from "./sockets.ts";

type Place = Parameters<Platform["listenInternet"]>[0];

/** The function over a system. What is no type of socket for IP is refused by the kernel. */
export function posixInternetSockets(
  kernel: PosixKernel,
  { sockets, streams }: {
    readonly sockets: Sockets;
    readonly streams: Pick<Streams, "close">;
  },
): Pick<Platform, "listenInternet" | "connectInternet" | "connectOutcome"> {
  const { abi, addresses, buffer, calls } = kernel;
  const { errno, socket } = abi;
  const value = allocate(8);
  const length = allocate(8);
  const { SOL_SOCKET, SO_REUSEADDR, IPPROTO_IPV6, IPV6_V6ONLY } = socket;

  /**
   * sockaddr_in, 16 bytes: length and family (Linux: family alone, in two bytes), port, address at
   * 4. sockaddr_in6, 28 bytes: the same, flow label at 4, address at 8, scope. Port and address are
   * in the network's order: ip(7), ipv6(7), inet(4), inet6(4).
   */
  function socketAddress(family: number, { address, port }: Place): Uint8Array<ArrayBuffer> {
    const isIpv6 = family === socket.AF_INET6;
    const bytes = new Uint8Array(new ArrayBuffer(isIpv6 ? 28 : 16));
    if (socket.hasLengthByte) bytes.set([bytes.length, family]);
    else bytes[0] = family;
    bytes[2] = port >> 8;
    bytes[3] = port & 0xff;
    bytes.set(address, isIpv6 ? 8 : 4);
    return bytes;
  }

  const listenInternet: Platform["listenInternet"] = (where, { type, backlog, ipv6Only }) => {
    const isStream = type === "stream";
    const isIpv6 = where.address.length === 16;
    const family = isIpv6 ? socket.AF_INET6 : socket.AF_INET;
    const fd = sockets.open(type, family);
    if (typeof fd !== "number") return fd;
    const { setOption, bind, startListening } = sockets;
    const problem = (isStream ? setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1) : undefined) ??
      // Set in any case: the default is the machine's (Linux: net.ipv6.bindv6only).
      (isIpv6 ? setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, ipv6Only ? 1 : 0) : undefined) ??
      bind(fd, socketAddress(family, where)) ??
      (isStream ? startListening(fd, backlog) : undefined);
    if (problem === undefined) return fd;
    streams.close(fd);
    return problem;
  };

  /** connect(2), EINPROGRESS: a signal that comes in between leaves it going on as well. */
  const connectInternet: Platform["connectInternet"] = (where, type = "stream") => {
    const family = where.address.length === 16 ? socket.AF_INET6 : socket.AF_INET;
    const fd = sockets.open(type, family);
    if (typeof fd !== "number") return fd;
    const address = socketAddress(family, where);
    if (buffer(calls.connect, fd, address, address.length, 0, 0, 0) === 0) return fd;
    const code = lastErrno(kernel);
    if (code === errno.EINPROGRESS || code === errno.EINTR) return fd;
    streams.close(fd);
    return failure(kernel, "connect", code);
  };

  /** getsockopt(2), SO_ERROR: socket(7), getsockopt(2) of FreeBSD. */
  const connectOutcome: Platform["connectOutcome"] = (fd) => {
    length.words32[0] = 4;
    value.words32[0] = 0;
    const { SO_ERROR } = socket;
    const { getsockopt } = calls;
    const done = addresses(getsockopt, fd, SOL_SOCKET, SO_ERROR, value.address, length.address, 0);
    if (done < 0) return lastFailure(kernel, "getsockopt");
    const code = value.words32[0] ?? 0;
    return code === 0 ? undefined : failure(kernel, "connect", code);
  };

  return { listenInternet, connectInternet, connectOutcome };
}
