/**
 * What the manager can ask of Linux only so far: sockets for sd_notify(3), and listening sockets of the internet.
 * FreeBSD and macOS have no abstract addresses and name a message's sender by other means; a service that asks for
 * it is told so.
 */
import type { Failure, Platform } from "../interface.ts";
import { type BsdKernel, failure } from "./kernel.ts";

/** The functions over a system: each answers EOPNOTSUPP. */
export function unavailableHere(
  kernel: BsdKernel,
): Pick<
  Platform,
  "openNotifySocket" | "receiveMessage" | "kinship" | "listenInternet" | "recordLogin"
> {
  const refuse = (call: string): Failure => {
    const detail = "this kind of socket is not supported on this system yet";
    return failure(kernel, call, kernel.abi.errno.EOPNOTSUPP, detail);
  };
  return {
    openNotifySocket: () => refuse("bind"),
    // FreeBSD puts its own in place of it.
    recordLogin: () => undefined,
    listenInternet: () => refuse("bind"),
    receiveMessage: () => refuse("recvmsg"),
    kinship: (pid, ancestor) => pid === ancestor ? "related" : "stranger",
  };
}
