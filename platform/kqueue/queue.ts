/**
 * One queue, and memory for its changes and events: kqueue(2).
 */
import { allocate, writeWord } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import type { KqueueHost } from "./host.ts";
import { KEVENT } from "./kevent.ts";

/**
 * Reports of one wait; what does not fit is reported by the next, since all are level-triggered.
 */
const MOST_EVENTS = 256;

/** A change of one filter. */
export interface Change {
  readonly ident: number;
  /** EVFILT_ */
  readonly filter: number;
  /** EV_ */
  readonly flags: number;
  /** NOTE_ */
  readonly notes?: number;
  /** Comes back with the events. */
  readonly mark?: number;
}

export class Queue {
  readonly #host: KqueueHost;
  readonly #number: number;
  readonly #events;
  readonly #request;
  /** struct timespec: seconds, nanoseconds. */
  readonly #timeLimit = allocate(16);

  /** @throws {Error} When no queue is to be had: nothing can work then. */
  constructor(host: KqueueHost) {
    const created = host.calls.kqueue();
    if (created < 0) throw new Error(host.failure("kqueue", host.lastErrno()).message);
    this.#host = host;
    this.#number = host.adopt(created);
    this.#events = allocate(MOST_EVENTS * host.keventBytes);
    this.#request = allocate(host.keventBytes);
  }

  /** One change: one call. A failure then is the call's own errno, and no event can come back. */
  control({ ident, filter, flags, notes = 0, mark = 0 }: Change): Failure | undefined {
    const request = this.#request;
    const { view } = request;
    writeWord(request, KEVENT.IDENT, ident);
    view.setInt16(KEVENT.FILTER, filter, true);
    view.setUint16(KEVENT.FLAGS, flags, true);
    view.setUint32(KEVENT.FFLAGS, notes, true);
    writeWord(request, KEVENT.UDATA, mark);
    const host = this.#host;
    while (host.calls.kevent(this.#number, request.bytes, 1, null, 0, null) < 0) {
      const errno = host.lastErrno();
      if (errno !== host.EINTR) return host.failure("kevent", errno);
    }
    return undefined;
  }

  /**
   * Waits for events.
   *
   * @param change Made first, in the same call; null: none.
   * @param limitMs Whole milliseconds; undefined: for ever.
   * @returns How many events there are; they stay until the next wait. −1: interrupted, and the
   *   change may not have been made.
   * @throws {Error} When the kernel refuses to wait.
   */
  wait(change: Uint8Array<ArrayBuffer> | null, limitMs: number | undefined): number {
    const host = this.#host;
    const limit = limitMs === undefined ? null : this.#timeSpec(limitMs);
    const { bytes } = this.#events;
    const changes = change === null ? 0 : 1;
    const count = host.calls.kevent(this.#number, change, changes, bytes, MOST_EVENTS, limit);
    if (count >= 0) return count;
    const errno = host.lastErrno();
    // A signal that is not ours to report, or a debugger: the caller's loop waits again.
    if (errno === host.EINTR) return -1;
    throw new Error(`Cannot wait for events: ${host.failure("kevent", errno).message}`);
  }

  #timeSpec(limitMs: number): Uint8Array<ArrayBuffer> {
    writeWord(this.#timeLimit, 0, Math.floor(limitMs / 1000));
    writeWord(this.#timeLimit, 8, (limitMs % 1000) * 1_000_000);
    return this.#timeLimit.bytes;
  }

  /** Of an event of the last wait: whom it is about. */
  identOf(index: number): number {
    return this.#events.view.getInt32(this.#at(index) + KEVENT.IDENT, true);
  }

  filterOf(index: number): number {
    return this.#events.view.getInt16(this.#at(index) + KEVENT.FILTER, true);
  }

  flagsOf(index: number): number {
    return this.#events.view.getUint16(this.#at(index) + KEVENT.FLAGS, true);
  }

  notesOf(index: number): number {
    return this.#events.view.getUint32(this.#at(index) + KEVENT.FFLAGS, true);
  }

  dataOf(index: number): number {
    return this.#events.view.getInt32(this.#at(index) + KEVENT.DATA, true);
  }

  markOf(index: number): number {
    return this.#events.view.getInt32(this.#at(index) + KEVENT.UDATA, true);
  }

  #at(index: number): number {
    return index * this.#host.keventBytes;
  }
}
