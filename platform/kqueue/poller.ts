/**
 * The wait of the manager by kqueue: filters for descriptors, signals, deadlines, and processes
 * that are no children.
 *
 * As with epoll the wait is a blocking call on the main thread. The ends of children come as
 * SIGCHLD, so they need no filter each. A descriptor has one filter for each direction; both may be
 * reported by one wait and are told as one readiness.
 */
import { type ExitStatus, type Fd, type Pid, pid as asPid } from "../../core/types.ts";
import type { Failure } from "../interface/failure.ts";
import type { Interest, Poller, PollSink } from "../interface/platform.ts";
import { decodeStatus } from "../posix/processes/wait_status.ts";
import { DeadlineTimer } from "./deadline_timer.ts";
import type { KqueueHost } from "./host.ts";
import { KQUEUE } from "./kevent.ts";
import { Queue } from "./queue.ts";

const LONGEST_TIMEOUT_MS = 0x7fff_ffff;
const LARGEST_MARK = 0x7fff_ffff;

const READABLE = 1;
const WRITABLE = 2;
const BOTH = READABLE | WRITABLE;

const FILTERS = [[READABLE, KQUEUE.EVFILT_READ], [WRITABLE, KQUEUE.EVFILT_WRITE]] as const;

interface Watch {
  /**
   * An event carries it, so that one that was still to come does not reach the number's next owner.
   */
  readonly mark: number;
  /** READABLE, WRITABLE, both or none. */
  readonly interest: number;
}

interface EndedProcess {
  readonly pid: Pid;
  readonly status: ExitStatus;
}

/**
 * Makes the poller with its queue.
 *
 * @throws {Error} When no queue is to be had: nothing can work then.
 */
export function createKqueuePoller(host: KqueueHost): Poller {
  return new KqueuePoller(host);
}

class KqueuePoller implements Poller {
  readonly #host: KqueueHost;
  readonly #queue: Queue;
  readonly #timer: DeadlineTimer;
  readonly #watches = new Map<number, Watch>();
  /** Readiness of one wait by descriptor, in the order of the first report. */
  readonly #ready = new Map<number, Watch>();
  /** Processes whose end one wait has reported. */
  readonly #ended: EndedProcess[] = [];
  #lastMark = 0;

  constructor(host: KqueueHost) {
    this.#host = host;
    this.#queue = new Queue(host);
    this.#timer = new DeadlineTimer(host.keventBytes);
  }

  watch(fd: Fd, interest: Interest): Failure | undefined {
    const refusal = this.#host.refuse(fd);
    if (refusal !== undefined) return refusal;
    const wanted = bitsOf(interest);
    const mark = this.#lastMark = (this.#lastMark + 1) & LARGEST_MARK;
    const problem = this.#apply(fd, { mark, interest: 0 }, wanted);
    if (problem !== undefined) {
      this.#apply(fd, { mark, interest: wanted }, 0);
      return problem;
    }
    this.#watches.set(fd, { mark, interest: wanted });
    return undefined;
  }

  change(fd: Fd, interest: Interest): void {
    const present = this.#watches.get(fd);
    if (present === undefined) {
      throw new Error(`Cannot change the watch of descriptor ${fd}: it is not watched`);
    }
    const wanted = bitsOf(interest);
    const problem = this.#apply(fd, present, wanted);
    if (problem !== undefined) {
      throw new Error(`Cannot change the watch of descriptor ${fd}: ${problem.message}`);
    }
    this.#watches.set(fd, { mark: present.mark, interest: wanted });
  }

  unwatch(fd: Fd): void {
    const present = this.#watches.get(fd);
    if (present === undefined) return;
    this.#watches.delete(fd);
    this.#apply(fd, present, 0);
  }

  watchSignals(signals: readonly number[]): Failure | undefined {
    this.#host.prepareSignals(signals);
    const { EVFILT_SIGNAL: filter, EV_ADD: flags } = KQUEUE;
    let problem: Failure | undefined;
    for (const ident of signals) problem ??= this.#queue.control({ ident, filter, flags });
    this.#host.signalsWatched();
    return problem;
  }

  /** Once, so that nothing is left of the watch after the report. */
  watchProcess(pid: Pid): Failure | undefined {
    const { EVFILT_PROC: filter, EV_ADD, EV_ONESHOT, NOTE_EXIT } = KQUEUE;
    const { exitStatusNote, EACCES } = this.#host;
    const change = { ident: pid, filter, flags: EV_ADD | EV_ONESHOT };
    const problem = this.#queue.control({ ...change, notes: NOTE_EXIT | exitStatusNote });
    if (problem?.errno !== EACCES || exitStatusNote === 0) return problem;
    return this.#queue.control({ ...change, notes: NOTE_EXIT });
  }

  unwatchProcess(pid: Pid): void {
    // One that has ended has none any more.
    this.#queue.control({ ident: pid, filter: KQUEUE.EVFILT_PROC, flags: KQUEUE.EV_DELETE });
  }

  wait(timeoutMs: number, sink: PollSink): void {
    const limitMs = timeoutMs === Infinity ? undefined : wholeMs(timeoutMs);
    const change = this.#timer.prepare(limitMs);
    const count = this.#queue.wait(change, this.#timer.isSet ? undefined : limitMs);
    if (count < 0) return;
    this.#ready.clear();
    for (let index = 0; index < count; index++) this.#collect(index, sink);
    for (const { pid, status } of this.#ended.splice(0)) sink.processEnded?.(pid, status);
    sink.beforeDescriptors?.();
    for (const [fd, { mark, interest }] of this.#ready) {
      // What was unwatched by an earlier report of this wait is told nothing any more.
      if (this.#watches.get(fd)?.mark !== mark) continue;
      sink.descriptor(fd as Fd, (interest & READABLE) !== 0, (interest & WRITABLE) !== 0);
    }
  }

  /** Adds and deletes filters so that the present ones become the wanted ones. */
  #apply(ident: number, { mark, interest }: Watch, wanted: number): Failure | undefined {
    for (const [bit, filter] of FILTERS) {
      if ((interest & bit) === (wanted & bit)) continue;
      const isNew = (wanted & bit) !== 0;
      const flags = isNew ? KQUEUE.EV_ADD : KQUEUE.EV_DELETE;
      const problem = this.#queue.control({ ident, filter, flags, mark });
      // A filter that is to go and is not there: the descriptor was closed before.
      if (problem !== undefined && isNew) return problem;
    }
    return undefined;
  }

  /**
   * Signals are reported at once, before descriptors: the end of a child counts before its last
   * words.
   */
  #collect(index: number, sink: PollSink): void {
    const queue = this.#queue;
    const filter = queue.filterOf(index);
    const flags = queue.flagsOf(index);
    if (filter === KQUEUE.EVFILT_TIMER) {
      this.#timer.happened(flags);
      return;
    }
    if ((flags & KQUEUE.EV_ERROR) !== 0) return;
    const ident = queue.identOf(index);
    switch (filter) {
      case KQUEUE.EVFILT_SIGNAL:
        return sink.signal(ident);
      case KQUEUE.EVFILT_PROC:
        this.#ended.push({ pid: asPid(ident), status: this.#endOf(index) });
        return;
      default:
        this.#collectReadiness(ident, queue.markOf(index), readiness(filter, flags));
    }
  }

  #collectReadiness(fd: number, mark: number, bits: number): void {
    if (this.#watches.get(fd)?.mark !== mark) return;
    this.#ready.set(fd, { mark, interest: (this.#ready.get(fd)?.interest ?? 0) | bits });
  }

  /** How the process of an event ended, where the system tells it. */
  #endOf(index: number): ExitStatus {
    const { exitStatusNote } = this.#host;
    const isTold = (this.#queue.notesOf(index) & exitStatusNote) === exitStatusNote;
    return isTold ? decodeStatus(this.#queue.dataOf(index)) : { kind: "none" };
  }
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
