/**
 * Something to watch that tells when a file system is mounted or unmounted: the table of mounts,
 * which has an error condition after each change, once for each wait. Source: proc(5),
 * /proc/pid/mounts; mounts_poll() of fs/namespace.c, Linux 6.1.
 */
import type { Fd } from "../../../core/types.ts";
import type { Failure } from "../../interface/failure.ts";
import { FILE } from "../kernel/abi.ts";
import { files } from "../kernel/parts.ts";

/** As {@link Platform.openMountWatch}. */
export function openMountWatch(): Fd | Failure {
  return files.openFile("/proc/self/mountinfo", FILE.O_RDONLY | FILE.O_NONBLOCK);
}
