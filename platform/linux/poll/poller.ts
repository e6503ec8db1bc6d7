/**
 * The wait of the manager: epoll for descriptors, a signalfd in it for signals, a pidfd for each
 * process that is no child of ours and is to be watched, its timeout for deadlines.
 *
 * The wait is an ordinary blocking call on the main thread: no promise, no allocation, and while
 * nothing happens no context switch. Signals are reported before descriptors, as upstream does: the
 * end of a child counts before what it wrote last.
 */
import type { Fd, Pid } from "../../../core/types.ts";
import type { Failure } from "../../interface/failure.ts";
import type { Interest, Poller, PollSink } from "../../interface/platform.ts";
import { EPOLL } from "../kernel/abi.ts";
import { DESCRIPTOR, Epoll, EVENT_WORDS, MARK, READINESS } from "./epoll.ts";
import { ProcessWatches } from "./process_watches.ts";
import { SignalDescriptor } from "./signal_descriptor.ts";

/** Watched for nothing: out of epoll, which would report a hang-up for ever. */
const PARKED = 0;
const SIGNALS_MARK = 0;

interface Watch {
  readonly mark: number;
  /** Of EPOLLIN and EPOLLOUT, or PARKED. */
  readonly mask: number;
}

/**
 * Makes the poller with its descriptors.
 *
 * @throws {Error} When epoll is not to be had: nothing can work then.
 */
export function createPoller(): Poller {
  return new EpollPoller();
}

class EpollPoller implements Poller {
  readonly #epoll = new Epoll();
  readonly #signals = new SignalDescriptor();
  readonly #watches = new Map<number, Watch>();
  readonly #processes = new ProcessWatches(this.#epoll);

  watch(fd: Fd, interest: Interest): Failure | undefined {
    const mask = maskOf(interest);
    const mark = this.#epoll.nextMark();
    const problem = mask === PARKED
      ? undefined
      : this.#epoll.control(EPOLL.EPOLL_CTL_ADD, fd, mask, mark);
    if (problem === undefined) this.#watches.set(fd, { mark, mask });
    return problem;
  }

  change(fd: Fd, interest: Interest): void {
    const before = this.#watches.get(fd);
    if (before === undefined) {
      throw new Error(`Cannot change the watch of descriptor ${fd}: it is not watched`);
    }
    const mask = maskOf(interest);
    if (mask === before.mask) return;
    const { mark } = before;
    const problem = this.#epoll.control(operationFor(before.mask, mask), fd, mask, mark);
    if (problem !== undefined) {
      throw new Error(`Cannot change the watch of descriptor ${fd}: ${problem.message}`);
    }
    this.#watches.set(fd, { mark, mask });
  }

  unwatch(fd: Fd): void {
    const present = this.#watches.get(fd);
    if (present === undefined) return;
    this.#watches.delete(fd);
    // A descriptor closed before is out of epoll already; EBADF says no more than that.
    if (present.mask !== PARKED) this.#epoll.control(EPOLL.EPOLL_CTL_DEL, fd, 0, 0);
  }

  watchSignals(signals: readonly number[]): Failure | undefined {
    const isNew = this.#signals.watch(signals);
    if (typeof isNew === "object") return isNew;
    const { number } = this.#signals;
    return isNew
      ? this.#epoll.control(EPOLL.EPOLL_CTL_ADD, number, EPOLL.EPOLLIN, SIGNALS_MARK)
      : undefined;
  }

  watchProcess(pid: Pid): Failure | undefined {
    return this.#processes.watch(pid);
  }

  unwatchProcess(pid: Pid): void {
    this.#processes.unwatch(pid);
  }

  wait(timeoutMs: number, sink: PollSink): void {
    const { words } = this.#epoll;
    const signals = this.#signals.number;
    const end = this.#epoll.wait(this.#processes.limited(timeoutMs)) * EVENT_WORDS;
    for (let at = 0; at < end; at += EVENT_WORDS) {
      if (words[at + DESCRIPTOR] === signals) this.#signals.read((one) => sink.signal(one));
    }
    if (!this.#processes.isEmpty) {
      this.#processes.report(end, (pid, status) => sink.processEnded?.(pid, status));
    }
    sink.beforeDescriptors?.();
    for (let at = 0; at < end; at += EVENT_WORDS) {
      const fd = words[at + DESCRIPTOR] as Fd;
      // The signals' descriptor and those of processes are not among them.
      if (this.#watches.get(fd)?.mark !== words[at + MARK]) continue;
      report(fd, words[at + READINESS] as number, sink);
    }
  }
}

function report(fd: Fd, ready: number, sink: PollSink): void {
  const broken = (ready & (EPOLL.EPOLLERR | EPOLL.EPOLLHUP)) !== 0;
  const readable = broken || (ready & EPOLL.EPOLLIN) !== 0;
  const writable = broken || (ready & EPOLL.EPOLLOUT) !== 0;
  sink.descriptor(fd, readable, writable);
}

function maskOf(interest: Interest): number {
  return (interest.read ? EPOLL.EPOLLIN : 0) | (interest.write ? EPOLL.EPOLLOUT : 0);
}

function operationFor(before: number, mask: number): number {
  if (before === PARKED) return EPOLL.EPOLL_CTL_ADD;
  return mask === PARKED ? EPOLL.EPOLL_CTL_DEL : EPOLL.EPOLL_CTL_MOD;
}
