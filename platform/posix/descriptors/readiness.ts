/**
 * Whether a descriptor is ready right now: poll(2), ppoll(2).
 */
import type { Fd } from "../../../core/types.ts";
import { allocate } from "../../ffi/memory.ts";
import type { Platform } from "../../interface/platform.ts";
import type { PosixKernel } from "../kernel/kernel.ts";

/** struct pollfd: descriptor, events wanted, events; and a time limit of 0. */
const polled = allocate(8);
const noTime = allocate(16);
const count = allocate(8);
/** Equal on all systems: sys/poll.h. */
const POLLIN = 1;
const POLLOUT = 4;
const POLLHUP = 0x10;

/** The functions over a system. */
export function posixReadiness(
  { addresses, abi, calls }: PosixKernel,
): Pick<Platform, "canWrite" | "waitingInput" | "waitingBytes"> {
  const { POLLRDHUP, FIONREAD, hasTimeSpec } = abi.poll;
  /**
   * What says that nothing can come any more: of a listening TCP socket that was shut down POLLHUP,
   * of others POLLRDHUP where there is one. Source: tcp_poll(), unix_poll(), datagram_poll() of
   * Linux.
   */
  const hungUp = POLLHUP | POLLRDHUP;
  const timeLimit = hasTimeSpec ? noTime.address : 0;

  function poll(fd: Fd, events: number): number {
    polled.words32[0] = fd;
    polled.words32[1] = events;
    return addresses(calls.poll, polled.address, 1, timeLimit, 0, 0, 0);
  }

  return {
    // A pipe is ready when a page of it is free, a terminal when less than 256 bytes wait in it and
    // it is not stopped: fs/pipe.c, drivers/tty/n_tty.c of Linux.
    canWrite: (fd) => poll(fd, POLLOUT) !== 0,
    waitingBytes: (fd) => {
      const failed = addresses(calls.ioctl, fd, FIONREAD, count.address, 0, 0, 0) < 0;
      return failed ? 0 : count.words32[0] as number;
    },
    waitingInput: (fd) => {
      if (poll(fd, POLLIN | POLLRDHUP) <= 0) return "none";
      const found = (polled.words32[1] as number) >>> 16;
      return (found & hungUp) === 0 ? "some" : "hung-up";
    },
  };
}
