/**
 * Sockets of the internet on the BSDs.
 */
import type { Platform } from "../interface/platform.ts";
import { failure, type PosixKernel } from "../posix/kernel/kernel.ts";

/**
 * The same, but without the sequenced packets of another protocol (SCTP), which the kernel would
 * make.
 */
export function withoutSeqpacket(
  kernel: PosixKernel,
  listenInternet: Platform["listenInternet"],
): Platform["listenInternet"] {
  return (where, options) => {
    if (options.type !== "seqpacket") return listenInternet(where, options);
    const { EOPNOTSUPP } = kernel.abi.errno;
    return failure(kernel, "socket", EOPNOTSUPP, "no such socket of the internet");
  };
}
