/**
 * The wait of the manager by kqueue: filters for descriptors, signals, deadlines, and processes that are no children.
 *
 * As with epoll the wait is a blocking call on the main thread. The ends of children come as SIGCHLD, so they need no
 * filter each. A descriptor has one filter for each direction; both may be reported by one wait and are told as one
 * readiness.
 *
 * The deadline is a timer that the wait itself adds, and not the call's time limit, which FreeBSD lets pass by some per
 * cent (kqueue_scan of sys/kern/kern_event.c shifts it by tc_precexp to get the precision; its timers have precision 0).
 */
import { type ExitStatus, type Fd, type Pid, pid as asPid } from "../../core/types.ts";
import type { KqueueCalls } from "./library.ts";
import { allocate, writeWord } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import type { Interest, Poller, PollSink } from "../interface/platform.ts";
import { decodeStatus } from "../posix/processes/wait_status.ts";
import { KEVENT, type KeventBytes, KQUEUE } from "./kevent.ts";

/** What the poller needs of the system around kqueue. */
export interface KqueueHost {
  readonly calls: KqueueCalls;
  /** Size of struct kevent. */
  readonly keventBytes: KeventBytes;
  /** A value of `EXIT_STATUS_NOTE`. */
  readonly exitStatusNote: number;
  /** errno of the call just before. */
  lastErrno(): number;
  failure(call: string, errno: number): Failure;
  readonly EINTR: number;
  readonly EACCES: number;
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

/** The one timer. */
const DEADLINE_IDENT = 1;

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
  const timer = allocate(keventBytes);
  writeWord(timer, KEVENT.IDENT, DEADLINE_IDENT);
  timer.view.setInt16(KEVENT.FILTER, KQUEUE.EVFILT_TIMER, true);
  /** struct timespec: seconds, nanoseconds. */
  const timeLimit = allocate(16);
  let isTimerSet = false;
  /** The system had no timer for us (FreeBSD: kern.kq_calloutmax); the call's time limit must do from then on. */
  let isTimerRefused = false;
  const watched = new Map<number, Watch>();
  /** Readiness of one wait by descriptor, in the order of the first report. */
  const ready = new Map<number, Watch>();
  /** Processes whose end one wait has reported. */
  const ended: { readonly pid: Pid; readonly status: ExitStatus }[] = [];
  let marks = 0;

  /** One change: one call. A failure then is the call's own errno, and no event can come back. */
  function control(
    ident: number,
    filter: number,
    flags: number,
    mark: number,
    notes = 0,
  ): Failure | undefined {
    const { view } = request;
    writeWord(request, KEVENT.IDENT, ident);
    view.setInt16(KEVENT.FILTER, filter, true);
    view.setUint16(KEVENT.FLAGS, flags, true);
    view.setUint32(KEVENT.FFLAGS, notes, true);
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

  /** Once, so that nothing is left of the watch after the report. */
  function watchProcess(pid: Pid): Failure | undefined {
    const { EVFILT_PROC, EV_ADD, EV_ONESHOT, NOTE_EXIT } = KQUEUE;
    const { exitStatusNote } = host;
    const flags = EV_ADD | EV_ONESHOT;
    const problem = control(pid, EVFILT_PROC, flags, 0, NOTE_EXIT | exitStatusNote);
    if (problem?.errno !== host.EACCES || exitStatusNote === 0) return problem;
    return control(pid, EVFILT_PROC, flags, 0, NOTE_EXIT);
  }

  function unwatchProcess(pid: Pid): void {
    // One that has ended has none any more.
    control(pid, KQUEUE.EVFILT_PROC, KQUEUE.EV_DELETE, 0);
  }

  function wait(timeoutMs: number, sink: PollSink): void {
    const hasTimer = setTimer(timeoutMs);
    const limit = timeoutMs === Infinity || isTimerSet ? null : timeSpec(timeoutMs);
    const changes = hasTimer ? timer.bytes : null;
    const count = kevent(queue, changes, hasTimer ? 1 : 0, events.bytes, MOST_EVENTS, limit);
    if (count < 0) {
      const errno = host.lastErrno();
      // A signal that is not ours to report, or a debugger: the caller's loop waits again.
      if (errno === host.EINTR) return;
      throw new Error(`Cannot wait for events: ${host.failure("kevent", errno).message}`);
    }
    collect(count, sink);
    for (const { pid, status } of ended.splice(0)) sink.processEnded?.(pid, status);
    sink.beforeDescriptors?.();
    for (const [fd, { mark, interest }] of ready) {
      // What was unwatched by an earlier report of this wait is told nothing any more.
      if (watched.get(fd)?.mark !== mark) continue;
      sink.descriptor(fd as Fd, (interest & READABLE) !== 0, (interest & WRITABLE) !== 0);
    }
  }

  /** @returns Whether the timer's change must go with the call. */
  function setTimer(timeoutMs: number): boolean {
    const wanted = timeoutMs > 0 && timeoutMs !== Infinity && !isTimerRefused;
    if (!wanted && !isTimerSet) return false;
    const { EV_ADD, EV_ONESHOT, EV_DELETE } = KQUEUE;
    // Adding again sets it anew; one that was due and not yet told is dropped.
    timer.view.setUint16(KEVENT.FLAGS, wanted ? EV_ADD | EV_ONESHOT : EV_DELETE, true);
    writeWord(timer, KEVENT.DATA, wanted ? wholeMs(timeoutMs) : 0);
    isTimerSet = wanted;
    return true;
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
      if (filter === KQUEUE.EVFILT_TIMER) {
        // The caller sees by its clock what is due. A timer that could not be set is the only change of a wait.
        isTimerRefused ||= isTimerSet && (flags & KQUEUE.EV_ERROR) !== 0;
        isTimerSet = false;
        continue;
      }
      if ((flags & KQUEUE.EV_ERROR) !== 0) continue;
      if (filter === KQUEUE.EVFILT_SIGNAL) {
        sink.signal(ident);
        continue;
      }
      if (filter === KQUEUE.EVFILT_PROC) {
        ended.push({ pid: asPid(ident), status: endOf(at) });
        continue;
      }
      const present = watched.get(ident);
      const mark = view.getInt32(at + KEVENT.UDATA, true);
      if (present === undefined || present.mark !== mark) continue;
      const interest = (ready.get(ident)?.interest ?? 0) | readiness(filter, flags);
      ready.set(ident, { mark, interest });
    }
  }

  /** How the process of an event ended, where the system tells it. */
  function endOf(at: number): ExitStatus {
    const { exitStatusNote } = host;
    const notes = events.view.getUint32(at + KEVENT.FFLAGS, true);
    if ((notes & exitStatusNote) !== exitStatusNote) return { kind: "none" };
    return decodeStatus(events.view.getInt32(at + KEVENT.DATA, true));
  }

  function timeSpec(timeoutMs: number): Uint8Array<ArrayBuffer> {
    const whole = wholeMs(timeoutMs);
    writeWord(timeLimit, 0, Math.floor(whole / 1000));
    writeWord(timeLimit, 8, (whole % 1000) * 1_000_000);
    return timeLimit.bytes;
  }

  return { watch, change, unwatch, watchSignals, watchProcess, unwatchProcess, wait };
}

function wholeMs(timeoutMs: number): number {
  return Math.min(Math.max(0, Math.ceil(timeoutMs)), LONGEST_TIMEOUT_MS);
}

function bitsOf(interest: Interest): number {
  return (interest.read ? READABLE : 0) | (interest.write ? WRITABLE : 0);
}

/** The other end is gone: both, so that whoever waits to write learns of it too. */
function readiness(filter: number, flags: number): number {
  if ((flags & KQUEUE.EV_EOF) !== 0) return BOTH;
  return filter === KQUEUE.EVFILT_READ ? READABLE : WRITABLE;
}
