/**
 * Descriptors that the manager got from whoever started it, on Linux: by /proc.
 */
import type { InheritedWays } from "../../posix/inherited.ts";
import { FILE } from "./abi.ts";
import { files } from "./parts.ts";

export const LINUX_INHERITED: InheritedWays = {
  /** Terminals, devices and FIFOs. */
  openAnew: (fd, type) => {
    if (type !== "character" && type !== "fifo") return undefined;
    const flags = FILE.O_WRONLY | FILE.O_NONBLOCK | FILE.O_NOCTTY;
    return files.openFile(`/proc/self/fd/${fd}`, flags);
  },
  possiblyOpen: () => {
    const open = files.readDirectory("/proc/self/fd");
    return open.kind === "failure" ? [] : open.names.map(Number);
  },
};
