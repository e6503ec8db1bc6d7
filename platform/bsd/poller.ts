/**
 * The wait of the manager by kqueue: filters for descriptors and signals, the call's time limit for
 * deadlines.
 *
 * As with epoll the wait is a blocking call on the main thread. The ends of children come as SIGCHLD, so no
 * filter for each process is needed. A descriptor has one filter for each direction; both may be reported by
 * one wait and are told as one readiness.
 */
import type { Fd } from "../../core/types.ts";
import type { KqueueCalls } from "../ffi/kqueue.ts";
import { allocate, writeWord } from "../ffi/memory.ts";
import type { Failure, Interest, Poller, PollSink } from "../interface.ts";
import { KEVENT, type KeventBytes, KQUEUE } from "./kevent.ts";

/** What the poller needs of the system around kqueue. */
export interface KqueueHost {
  readonly calls: KqueueCalls;
  /** Size of struct kevent. */
  readonly keventBytes: KeventBytes;
  /** errno of the call just before. */
  lastErrno(): number;
  failure(call: string, errno: number): Failure;
  readonly EINTR: number;
  /** The same descriptor or another for it: at least 3 and close-on-exec. */
  adopt(queue: number): number;
  /**
   * Called before a descriptor is watched. @returns A failure for what is always ready (regular files),
   * which kqueue would take.
   */
  refuse(fd: Fd): Failure | undefined;
  /** Called before signals are watched: makes them harmless, or their default action would end the manager. */
  prepareSignals(signals: readonly number[]): void;
  /** Called after, for libraries that open descriptors of their own. */
  signalsWatched(): void;
}

/** Reports of one wait; what does not fit is reported by the next, since all are level-triggered. */
const MOST_EVENTS = 256;
const LONGEST_TIMEOUT_MS = 0x7fff_ffff;

const READABLE = 1;
const WRITABLE = 2;
const BOTH = READABLE | WRITABLE;

const FILTERS = [[READABLE, KQUEUE.EVFILT_READ], [WRITABLE, KQUEUE.EVFILT_WRITE]] as const;

interface Watch {
  /** An event carries it, so that one that was still to come does not reach the number's next owner. */
  readonly mark: number;
  /** READABLE, WRITABLE, both or none. */
  readonly interest: number;
}

/**
 * Makes the poller with its queue.
 *
 * @throws {Error} When no queue is to be had: nothing can work then.
 */
export function createKqueuePoller(host: KqueueHost): Poller {
  const { kqueue, kevent } = host.calls;
  const { keventBytes } = host;
  const created = kqueue();
  if (created < 0) throw new Error(host.failure("kqueue", host.lastErrno()).message);
  const queue = host.adopt(created);

  const events = allocate(MOST_EVENTS * keventBytes);
  const request = allocate(keventBytes);
  /** struct timespec: seconds, nanoseconds. */
  const timeLimit = allocate(16);
  const watched = new Map<number, Watch>();
  /** Readiness of one wait by descriptor, in the order of the first report. */
  const ready = new Map<number, Watch>();
  let marks = 0;

  /** One change: one call. A failure then is the call's own errno, and no event can come back. */
  function control(
    ident: number,
    filter: number,
    flags: number,
    mark: number,
  ): Failure | undefined {
    const { view } = request;
    writeWord(request, KEVENT.IDENT, ident);
    view.setInt16(KEVENT.FILTER, filter, true);
    view.setUint16(KEVENT.FLAGS, flags, true);
    writeWord(request, KEVENT.UDATA, mark);
    while (kevent(queue, request.bytes, 1, null, 0, null) < 0) {
      const errno = host.lastErrno();
      if (errno !== host.EINTR) return host.failure("kevent", errno);
    }
    return undefined;
  }

  /** Adds and deletes filters so that the present ones become the wanted ones. */
  function apply(fd: number, mark: number, present: number, wanted: number): Failure | undefined {
    for (const [bit, filter] of FILTERS) {
      if ((present & bit) === (wanted & bit)) continue;
      const isNew = (wanted & bit) !== 0;
      const problem = control(fd, filter, isNew ? KQUEUE.EV_ADD : KQUEUE.EV_DELETE, mark);
      // A filter that is to go and is not there: the descriptor was closed before.
      if (problem !== undefined && isNew) return problem;
    }
    return undefined;
  }

  function watch(fd: Fd, interest: Interest): Failure | undefined {
    const refusal = host.refuse(fd);
    if (refusal !== undefined) return refusal;
    const wanted = bitsOf(interest);
    const mark = marks = (marks + 1) & 0x7fff_ffff;
    const problem = apply(fd, mark, 0, wanted);
    if (problem !== undefined) {
      apply(fd, mark, wanted, 0);
      return problem;
    }
    watched.set(fd, { mark, interest: wanted });
    return undefined;
  }

  function change(fd: Fd, interest: Interest): void {
    const present = watched.get(fd);
    if (present === undefined) {
      throw new Error(`Cannot change the watch of descriptor ${fd}: it is not watched`);
    }
    const wanted = bitsOf(interest);
    const problem = apply(fd, present.mark, present.interest, wanted);
    if (problem !== undefined) {
      throw new Error(`Cannot change the watch of descriptor ${fd}: ${problem.message}`);
    }
    watched.set(fd, { mark: present.mark, interest: wanted });
  }

  function unwatch(fd: Fd): void {
    const present = watched.get(fd);
    if (present === undefined) return;
    watched.delete(fd);
    apply(fd, present.mark, present.interest, 0);
  }

  function watchSignals(signals: readonly number[]): Failure | undefined {
    host.prepareSignals(signals);
    let problem: Failure | undefined;
    for (const signal of signals) {
      problem ??= control(signal, KQUEUE.EVFILT_SIGNAL, KQUEUE.EV_ADD, 0);
    }
    host.signalsWatched();
    return problem;
  }

  function wait(timeoutMs: number, sink: PollSink): void {
    const limit = timeoutMs === Infinity ? null : timeSpec(timeoutMs);
    const count = kevent(queue, null, 0, events.bytes, MOST_EVENTS, limit);
    if (count < 0) {
      const errno = host.lastErrno();
      // A signal that is not ours to report, or a debugger: the caller's loop waits again.
      if (errno === host.EINTR) return;
      throw new Error(`Cannot wait for events: ${host.failure("kevent", errno).message}`);
    }
    collect(count, sink);
    for (const [fd, { mark, interest }] of ready) {
      // What was unwatched by an earlier report of this wait is told nothing any more.
      if (watched.get(fd)?.mark !== mark) continue;
      sink.descriptor(fd as Fd, (interest & READABLE) !== 0, (interest & WRITABLE) !== 0);
    }
  }

  /** Signals are reported at once, before descriptors: the end of a child counts before its last words. */
  function collect(count: number, sink: PollSink): void {
    const { view } = events;
    ready.clear();
    for (let index = 0; index < count; index++) {
      const at = index * keventBytes;
      const ident = view.getInt32(at + KEVENT.IDENT, true);
      const filter = view.getInt16(at + KEVENT.FILTER, true);
      const flags = view.getUint16(at + KEVENT.FLAGS, true);
      // Answers to changes; the wait makes none.
      if ((flags & KQUEUE.EV_ERROR) !== 0) continue;
      if (filter === KQUEUE.EVFILT_SIGNAL) {
        sink.signal(ident);
        continue;
      }
      const present = watched.get(ident);
      const mark = view.getInt32(at + KEVENT.UDATA, true);
      if (present === undefined || present.mark !== mark) continue;
      const interest = (ready.get(ident)?.interest ?? 0) | readiness(filter, flags);
      ready.set(ident, { mark, interest });
    }
  }

  function timeSpec(timeoutMs: number): Uint8Array<ArrayBuffer> {
    const whole = Math.min(Math.max(0, Math.ceil(timeoutMs)), LONGEST_TIMEOUT_MS);
    writeWord(timeLimit, 0, Math.floor(whole / 1000));
    writeWord(timeLimit, 8, (whole % 1000) * 1_000_000);
    return timeLimit.bytes;
  }

  return { watch, change, unwatch, watchSignals, wait };
}

function bitsOf(interest: Interest): number {
  return (interest.read ? READABLE : 0) | (interest.write ? WRITABLE : 0);
}

/** The other end is gone: both, so that whoever waits to write learns of it too. */
function readiness(filter: number, flags: number): number {
  if ((flags & KQUEUE.EV_EOF) !== 0) return BOTH;
  return filter === KQUEUE.EVFILT_READ ? READABLE : WRITABLE;
}
