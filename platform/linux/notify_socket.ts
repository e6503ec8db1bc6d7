/**
 * Sockets on which services tell about themselves: sd_notify(3), receiving side.
 *
 * Their addresses are abstract, not paths: they work before any file system can be written, vanish
 * with the socket and cannot be left behind. Anybody on the machine may send to them, which is why
 * every message must come with its sender (SO_PASSCRED), as with a path that everybody may write
 * to.
 */
import type { Fd } from "../../core/types.ts";
import type { Failure } from "../interface/failure.ts";
import type { Platform } from "../interface/platform.ts";
import { socketAddress } from "../posix/sockets/socket_address.ts";
import type { Sockets } from "../posix/sockets/sockets.ts";
import { SOCKET } from "./kernel/abi.ts";
import { LINUX } from "./kernel/kernel.ts";
import { streams } from "./kernel/parts.ts";

/** The function that opens them. */
export function linuxNotifySockets(sockets: Sockets): Platform["openNotifySocket"] {
  return () => {
    // Not to be guessed: a message that its sender did not survive is judged by the user alone.
    const address = `@dinit/notify/${crypto.randomUUID()}`;
    const fd = notifySocketAt(sockets, address);
    return typeof fd === "number" ? { kind: "notify-socket", fd, address } : fd;
  };
}

/** One at a certain address. */
export function notifySocketAt(sockets: Sockets, name: string): Fd | Failure {
  const fd = sockets.open("datagram");
  if (typeof fd !== "number") return fd;
  const address = socketAddress(LINUX, "bind", name);
  const problem = sockets.setOption(fd, SOCKET.SOL_SOCKET, SOCKET.SO_PASSCRED, 1) ??
    ("kind" in address ? address : sockets.bind(fd, address));
  if (problem === undefined) return fd;
  streams.close(fd);
  return problem;
}
