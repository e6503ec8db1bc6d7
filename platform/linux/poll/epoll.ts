/**
 * One epoll instance, and memory for its requests and reports: epoll(7).
 *
 * Each watched descriptor has a mark, which its events carry: that of a descriptor closed before
 * does not reach the next owner of the number.
 */
import { lastErrno } from "../../ffi/library.ts";
import { allocate } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import { aboveStandard } from "../../posix/kernel/kernel.ts";
import { EPOLL, ERRNO, SIGNAL_CALLS } from "../kernel/abi.ts";
import { failure, LINUX } from "../kernel/kernel.ts";

/**
 * Reports of one wait; what does not fit is reported by the next, since all are level-triggered.
 */
const MOST_EVENTS = 256;
const LONGEST_TIMEOUT_MS = 0x7fff_ffff;
const LARGEST_MARK = 0x7fff_ffff;
const { SET_BYTES } = SIGNAL_CALLS;

const { epoll_create1, epoll_ctl, epoll_pwait } = LINUX.calls;
const { bytes: EVENT_BYTES, dataOffset: DATA } = LINUX.processor.epollEvent;

/** How many words an event has, and which says what: struct epoll_event. */
export const EVENT_WORDS = EVENT_BYTES / 4;
/** Bits of EPOLLIN and the like. */
export const READINESS = 0;
export const DESCRIPTOR = DATA / 4;
export const MARK = DATA / 4 + 1;

export class Epoll {
  readonly #descriptor: number;
  readonly #events = allocate(MOST_EVENTS * EVENT_BYTES);
  /**
   * The events of the last wait, {@linkcode EVENT_WORDS} for each. To be read as they are: a call
   * for each word took a twentieth of the time of a client's request.
   */
  readonly words = this.#events.words32;
  readonly #request = allocate(EVENT_BYTES);
  #lastMark = 0;

  /** @throws {Error} When epoll is not to be had: nothing can work then. */
  constructor() {
    const made = LINUX.numbers(epoll_create1, EPOLL.EPOLL_CLOEXEC, 0, 0, 0, 0, 0);
    this.#descriptor = aboveStandard(LINUX, made);
    if (made < 0) throw new Error(failure("epoll_create1", lastErrno(LINUX)).message);
  }

  /** A mark for a new watch, never 0. */
  nextMark(): number {
    return this.#lastMark = this.#lastMark === LARGEST_MARK ? 1 : this.#lastMark + 1;
  }

  /** @param operation One of EPOLL_CTL_. @param mask Of EPOLLIN and the like. */
  control(operation: number, fd: number, mask: number, mark: number): Failure | undefined {
    const { view, address } = this.#request;
    view.setUint32(0, mask, true);
    view.setInt32(DATA, fd, true);
    view.setInt32(DATA + 4, mark, true);
    const result = LINUX.addresses(epoll_ctl, this.#descriptor, operation, fd, address, 0, 0);
    return result < 0 ? failure("epoll_ctl", lastErrno(LINUX)) : undefined;
  }

  /**
   * Waits as `Poller.wait` does.
   *
   * @returns How many events there are in {@linkcode words}; they stay until the next wait.
   * @throws {Error} When the kernel refuses to wait.
   */
  wait(timeoutMs: number): number {
    const { bytes } = this.#events;
    const timeout = wholeTimeout(timeoutMs);
    const epoll = this.#descriptor;
    const count = LINUX.buffer(epoll_pwait, epoll, bytes, MOST_EVENTS, timeout, 0, SET_BYTES);
    if (count >= 0) return count;
    const errno = lastErrno(LINUX);
    // A signal that is not ours to report, or a debugger: the caller's loop waits again.
    if (errno === ERRNO.EINTR) return 0;
    throw new Error(`Cannot wait for events: ${failure("epoll_pwait", errno).message}`);
  }
}

/** As the kernel takes it, whole milliseconds: not less than was asked for, and −1 for ever. */
function wholeTimeout(milliseconds: number): number {
  if (milliseconds === Infinity) return -1;
  if (milliseconds <= 0) return 0;
  return milliseconds < LONGEST_TIMEOUT_MS ? Math.ceil(milliseconds) : LONGEST_TIMEOUT_MS;
}
