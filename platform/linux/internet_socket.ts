/**
 * Listening TCP and UDP sockets, for services that take them over.
 */
import type { Fd } from "../../core/types.ts";
import { addressCalls, lastErrno } from "../ffi/library.ts";
import { allocate } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import type { InternetOptions } from "../interface/socket_types.ts";
import { SOCKET } from "./abi.ts";
import { failure, kernel } from "./kernel.ts";
import { openSocket, SOCKET_TYPES, startListening } from "./sockets.ts";
import { close } from "./streams.ts";

const word = allocate(8);

/**
 * A socket bound to an address, listening if it is a stream; the caller owns it.
 *
 * @param where 4 or 16 bytes in network order, and the port.
 */
export function listenInternet(
  where: { readonly address: readonly number[]; readonly port: number },
  options: InternetOptions,
): Fd | Failure {
  const isIpv6 = where.address.length === 16;
  const type = SOCKET_TYPES[options.type];
  const fd = openSocket(isIpv6 ? SOCKET.AF_INET6 : SOCKET.AF_INET, type);
  if (typeof fd !== "number") return fd;
  const isStream = type === SOCKET.SOCK_STREAM;
  const problem =
    (isStream ? setOption(fd, SOCKET.SOL_SOCKET, SOCKET.SO_REUSEADDR, 1) : undefined) ??
      // Set in any case: the default is the machine's, net.ipv6.bindv6only.
      (isIpv6
        ? setOption(fd, SOCKET.IPPROTO_IPV6, SOCKET.IPV6_V6ONLY, options.ipv6Only ? 1 : 0)
        : undefined) ??
      bind(fd, where) ??
      (isStream ? startListening(fd, options.backlog) : undefined);
  if (problem === undefined) return fd;
  close(fd);
  return problem;
}

function setOption(fd: Fd, level: number, name: number, value: number): Failure | undefined {
  const calls = kernel();
  word.words32[0] = value;
  const { setsockopt } = calls.abi.calls;
  const result = addressCalls().addresses(setsockopt, fd, level, name, word.address, 4, 0);
  return result < 0 ? failure("setsockopt", lastErrno(calls)) : undefined;
}

function bind(
  fd: Fd,
  where: { readonly address: readonly number[]; readonly port: number },
): Failure | undefined {
  const calls = kernel();
  const address = socketAddress(where.address, where.port);
  const result = calls.buffer(calls.abi.calls.bind, fd, address, address.length, 0, 0, 0);
  return result < 0 ? failure("bind", lastErrno(calls)) : undefined;
}

/**
 * sockaddr_in, 16 bytes: family, port, address at 4. sockaddr_in6, 28 bytes: family, port, flow label,
 * address at 8, scope. The family is in the processor's order, port and address in the network's: ip(7),
 * ipv6(7).
 */
function socketAddress(address: readonly number[], port: number): Uint8Array<ArrayBuffer> {
  const isIpv6 = address.length === 16;
  const bytes = new Uint8Array(new ArrayBuffer(isIpv6 ? 28 : 16));
  bytes[0] = isIpv6 ? SOCKET.AF_INET6 : SOCKET.AF_INET;
  bytes[2] = port >> 8;
  bytes[3] = port & 0xff;
  bytes.set(address, isIpv6 ? 8 : 4);
  return bytes;
}
