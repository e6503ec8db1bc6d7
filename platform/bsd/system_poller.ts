/** The kqueue poller of a system that has kqueue itself. */
import type { Fd, System } from "../../core/types.ts";
import { bindKqueue } from "../kqueue/library.ts";
import { lastErrno, systemLibrary } from "../ffi/library.ts";
import type { Poller } from "../interface/platform.ts";
import type { Files } from "./files.ts";
import { EXIT_STATUS_NOTE, KEVENT_BYTES } from "../kqueue/kevent.ts";
import { aboveStandard, type BsdKernel, failure } from "./kernel.ts";
import { createKqueuePoller } from "../kqueue/poller.ts";
import type { SignalMask } from "./signal_mask.ts";
import type { Streams } from "./streams.ts";

/** What it works with. */
export interface SystemPollerParts {
  readonly files: Files;
  readonly streams: Streams;
  readonly mask: SignalMask;
}

/** @throws {Error} When no queue is to be had. */
export function createSystemPoller(
  kernel: BsdKernel,
  system: Exclude<System, "linux">,
  { files, streams, mask }: SystemPollerParts,
): Poller {
  const { errno, file } = kernel.abi;
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
    refuse: (fd) =>
      files.typeOfDescriptor(fd) === file.S_IFREG
        ? failure(kernel, "kevent", errno.EPERM)
        : undefined,
    prepareSignals: mask.ignore,
    signalsWatched: () => {},
  });
}
