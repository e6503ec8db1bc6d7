/**
 * What macOS does not offer: sockets whose messages come with their sender, and a record of logins
 * that is a matter of managers.
 */
import { failure, type PosixKernel } from "../posix/kernel/kernel.ts";
import type { Platform } from "../interface/platform.ts";

/** The functions over the system. */
export function unavailableHere(
  kernel: PosixKernel,
): Pick<Platform, "openNotifySocket" | "kinship" | "processFacts" | "recordLogin"> {
  return {
    openNotifySocket: () => {
      const detail = "macOS does not tell who sent a message, so notify:socket cannot be served";
      return failure(kernel, "bind", kernel.abi.errno.EOPNOTSUPP, detail);
    },
    recordLogin: () => undefined,
    processFacts: () => ({ kind: "unknown" }),
    kinship: (pid, ancestor) => pid === ancestor ? "related" : "stranger",
  };
}
