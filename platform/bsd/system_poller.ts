/** The kqueue poller of a system that has kqueue itself. */
import type { Fd, System } from "../../core/types.ts";
import { lastErrno, systemLibrary } from "../ffi/library.ts";
import type { Poller } from "../interface/platform.ts";
import { EXIT_STATUS_NOTE, KEVENT_BYTES } from "../kqueue/kevent.ts";
import { bindKqueue } from "../kqueue/library.ts";
import { createKqueuePoller } from "../kqueue/poller.ts";
import { aboveStandard, failure, type PosixKernel } from "../posix/kernel/kernel.ts";
import type { PosixParts } from "../posix/parts.ts";

/** @throws {Error} When no queue is to be had. */
export function createSystemPoller(
  kernel: PosixKernel,
  system: Exclude<System, "linux">,
  { streams, status, mask }: PosixParts,
): Poller {
  const { errno } = kernel.abi;
  return createKqueuePoller({
    calls: bindKqueue(systemLibrary()),
    keventBytes: KEVENT_BYTES[system],
    exitStatusNote: EXIT_STATUS_NOTE[system],
    lastErrno: () => lastErrno(kernel),
    failure: (call, number) => failure(kernel, call, number),
    EINTR: errno.EINTR,
    EACCES: errno.EACCES,
    // A queue is not inherited by children, but would stay open over executeSelf.
    adopt: (queue) => streams.makeCloseOnExec(aboveStandard(kernel, queue) as Fd),
    refuse: (fd) => {
      const found = status.statusOfDescriptor(fd);
      const isRegular = "type" in found && found.type === "regular";
      return isRegular ? failure(kernel, "kevent", errno.EPERM) : undefined;
    },
    prepareSignals: mask.ignore,
    signalsWatched: () => {},
  });
}
