/**
 * Signals as something to read: signalfd(2).
 */
import { lastErrno } from "../../ffi/library.ts";
import { allocate } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import { aboveStandard } from "../../posix/kernel/kernel.ts";
import { signalSet } from "../../posix/processes/signal_mask.ts";
import { EPOLL, SIGNAL_CALLS } from "../kernel/abi.ts";
import { failure, LINUX } from "../kernel/kernel.ts";
import { mask } from "../kernel/parts.ts";

const SIGNALS_PER_READ = 16;
const NONE = -1;

export class SignalDescriptor {
  readonly #records = allocate(SIGNALS_PER_READ * EPOLL.SIGNALFD_SIGINFO_BYTES);
  /** −1 before the first signals. */
  number = NONE;

  /**
   * From now on these signals come here, and no others; they are blocked in this thread.
   *
   * @returns Whether the descriptor is new.
   */
  watch(signals: readonly number[]): boolean | Failure {
    mask.block(signals);
    const { SET_BYTES } = SIGNAL_CALLS;
    const { bytes } = signalSet(signals, SET_BYTES);
    const flags = EPOLL.SFD_CLOEXEC | EPOLL.SFD_NONBLOCK;
    const { signalfd4 } = LINUX.calls;
    const fd = LINUX.buffer(signalfd4, this.number, bytes, SET_BYTES, flags, 0, 0);
    if (fd < 0) return failure("signalfd4", lastErrno(LINUX));
    if (this.number !== NONE) return false;
    this.number = aboveStandard(LINUX, fd);
    return true;
  }

  /** Tells all that have come. */
  read(tell: (signal: number) => void): void {
    const { bytes, view } = this.#records;
    for (;;) {
      const count = LINUX.buffer(LINUX.calls.read, this.number, bytes, bytes.length, 0, 0, 0);
      if (count <= 0) return;
      for (let at = 0; at < count; at += EPOLL.SIGNALFD_SIGINFO_BYTES) {
        tell(view.getUint32(at, true));
      }
      if (count < bytes.length) return;
    }
  }
}
