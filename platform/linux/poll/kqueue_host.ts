/**
 * The poller of FreeBSD and macOS on Linux, over a library that offers kqueue: for tests of that
 * backend.
 *
 * Such libraries are built on epoll and signalfd, so signals are blocked as for those.
 */
import { lastErrno } from "../../ffi/library.ts";
import type { Poller } from "../../interface/platform.ts";
import { EXIT_STATUS_NOTE, KEVENT_BYTES, type KeventBytes } from "../../kqueue/kevent.ts";
import { bindKqueue } from "../../kqueue/library.ts";
import { createKqueuePoller } from "../../kqueue/poller.ts";
import { aboveStandard } from "../../posix/kernel/kernel.ts";
import { ERRNO } from "../kernel/abi.ts";
import { failure, LINUX } from "../kernel/kernel.ts";
import { mask, status } from "../kernel/parts.ts";
import { LINUX_SYSTEM } from "../kernel/system.ts";

/**
 * Makes the poller.
 *
 * @param library Absolute path of the kqueue library.
 * @param keventBytes Size of its struct kevent.
 * @throws {Error} When the library cannot be used.
 */
export function createKqueueLibraryPoller(
  library: string,
  keventBytes: KeventBytes = KEVENT_BYTES.linux,
): Poller {
  return createKqueuePoller({
    calls: bindKqueue(library),
    keventBytes,
    exitStatusNote: keventBytes === KEVENT_BYTES.freebsd
      ? EXIT_STATUS_NOTE.freebsd
      : EXIT_STATUS_NOTE.darwin,
    lastErrno: () => lastErrno(LINUX),
    failure,
    EINTR: ERRNO.EINTR,
    EACCES: ERRNO.EACCES,
    // The library knows its queue by the number, so it cannot be moved; 0 to 2 are open in every
    // program.
    adopt: (queue) => {
      if (queue > 2) return queue;
      aboveStandard(LINUX, queue);
      throw new Error(`Cannot use kqueue as descriptor ${queue}: 0 to 2 must be open before`);
    },
    refuse: (fd) => {
      const found = status.statusOfDescriptor(fd);
      const isRegular = "type" in found && found.type === "regular";
      return isRegular ? failure("kevent", ERRNO.EPERM) : undefined;
    },
    prepareSignals: mask.block,
    // Descriptors of the library are its own affair, but no child may get them.
    signalsWatched: LINUX_SYSTEM.platform.closeInheritedOnExec,
  });
}
