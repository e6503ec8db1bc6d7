/**
 * The wait of the manager: epoll for descriptors, a signalfd in it for signals, a pidfd for each process that is no child
 * of ours and is to be watched, its timeout for deadlines.
 *
 * The wait is an ordinary blocking call on the main thread: no promise, no allocation, and while
 * nothing happens no context switch. Signals are reported before descriptors, as upstream does: the
 * end of a child counts before what it wrote last.
 */
import type { Fd, Pid } from "../../core/types.ts";
import { addressCalls, lastErrno } from "../ffi/library.ts";
import { allocate } from "../ffi/memory.ts";
import type { Failure } from "../interface/failure.ts";
import type { Interest, Poller, PollSink } from "../interface/platform.ts";
import { EPOLL, ERRNO, SIGNAL_CALLS } from "./abi.ts";
import { aboveStandard, failure, kernel } from "./kernel.ts";
import { blockSignals, signalSet } from "./signal_mask.ts";

/** Reports of one wait; what does not fit is reported by the next, since all are level-triggered. */
const MOST_EVENTS = 256;
const SIGNALS_PER_READ = 16;
const LONGEST_TIMEOUT_MS = 0x7fff_ffff;
/** Watched for nothing: out of epoll, which would report a hang-up for ever. */
const PARKED = 0;

/**
 * Makes the poller with its descriptors.
 *
 * @throws {Error} When epoll is not to be had: nothing can work then.
 */
export function createPoller(): Poller {
  const calls = kernel();
  const { buffer, numbers } = calls;
  const { close, epoll_create1, epoll_ctl, epoll_pwait, pidfd_open, read, signalfd4 } =
    calls.abi.calls;
  const { bytes: eventBytes, dataOffset } = calls.abi.epollEvent;
  const epoll = aboveStandard(numbers(epoll_create1, EPOLL.EPOLL_CLOEXEC, 0, 0, 0, 0, 0));
  if (epoll < 0) throw new Error(failure("epoll_create1", lastErrno(calls)).message);

  const events = allocate(MOST_EVENTS * eventBytes);
  const request = allocate(eventBytes);
  const signalRecords = allocate(SIGNALS_PER_READ * EPOLL.SIGNALFD_SIGINFO_BYTES);
  let signalDescriptor = -1;

  /**
   * How often each descriptor has been watched; an event carries the number of its watch, so that one
   * that was still to come for a closed descriptor does not reach the next owner of the number.
   */
  const watchNumber = new Map<number, number>();
  const interestOf = new Map<number, number>();
  let watches = 0;
  /** Processes by their pidfds, and the numbers of those watches. */
  const processes = new Map<number, { readonly pid: Pid; readonly mark: number }>();

  function control(operation: number, fd: number, mask: number, mark: number): Failure | undefined {
    request.view.setUint32(0, mask, true);
    request.view.setInt32(dataOffset, fd, true);
    request.view.setInt32(dataOffset + 4, mark, true);
    const { addresses } = addressCalls();
    const result = addresses(epoll_ctl, epoll, operation, fd, request.address, 0, 0);
    return result < 0 ? failure("epoll_ctl", lastErrno(calls)) : undefined;
  }

  /** Never the signalfd's, which is 0. */
  function nextMark(): number {
    return watches = watches === 0x7fff_ffff ? 1 : watches + 1;
  }

  function watch(fd: Fd, interest: Interest): Failure | undefined {
    const mask = maskOf(interest);
    const mark = nextMark();
    const problem = mask === PARKED ? undefined : control(EPOLL.EPOLL_CTL_ADD, fd, mask, mark);
    if (problem !== undefined) return problem;
    watchNumber.set(fd, mark);
    interestOf.set(fd, mask);
    return undefined;
  }

  function change(fd: Fd, interest: Interest): void {
    const mark = watchNumber.get(fd);
    const before = interestOf.get(fd);
    if (mark === undefined || before === undefined) {
      throw new Error(`Cannot change the watch of descriptor ${fd}: it is not watched`);
    }
    const mask = maskOf(interest);
    if (mask === before) return;
    const problem = control(operationFor(before, mask), fd, mask, mark);
    if (problem !== undefined) {
      throw new Error(`Cannot change the watch of descriptor ${fd}: ${problem.message}`);
    }
    interestOf.set(fd, mask);
  }

  function unwatch(fd: Fd): void {
    const mask = interestOf.get(fd);
    if (mask === undefined) return;
    watchNumber.delete(fd);
    interestOf.delete(fd);
    // A descriptor closed before is out of epoll already; EBADF says no more than that.
    if (mask !== PARKED) control(EPOLL.EPOLL_CTL_DEL, fd, 0, 0);
  }

  function watchSignals(signals: readonly number[]): Failure | undefined {
    const set = signalSet(signals);
    blockSignals(set);
    const flags = EPOLL.SFD_CLOEXEC | EPOLL.SFD_NONBLOCK;
    const { SET_BYTES } = SIGNAL_CALLS;
    const fd = buffer(signalfd4, signalDescriptor, set.bytes, SET_BYTES, flags, 0, 0);
    if (fd < 0) return failure("signalfd4", lastErrno(calls));
    if (signalDescriptor !== -1) return undefined;
    signalDescriptor = aboveStandard(fd);
    return control(EPOLL.EPOLL_CTL_ADD, signalDescriptor, EPOLL.EPOLLIN, 0);
  }

  /** A pidfd is close-on-exec, and readable once the process has ended: pidfd_open(2), since Linux 5.3. */
  function watchProcess(pid: Pid): Failure | undefined {
    const fd = numbers(pidfd_open, pid, 0, 0, 0, 0, 0);
    if (fd < 0) return failure("pidfd_open", lastErrno(calls));
    const mark = nextMark();
    const problem = control(EPOLL.EPOLL_CTL_ADD, fd, EPOLL.EPOLLIN, mark);
    if (problem === undefined) processes.set(fd, { pid, mark });
    else numbers(close, fd, 0, 0, 0, 0, 0);
    return problem;
  }

  function unwatchProcess(pid: Pid): void {
    for (const [fd, process] of processes) {
      if (process.pid !== pid) continue;
      processes.delete(fd);
      numbers(close, fd, 0, 0, 0, 0, 0);
    }
  }

  function wait(timeoutMs: number, sink: PollSink): void {
    const timeout = timeoutMs === Infinity
      ? -1
      : Math.min(Math.max(0, Math.ceil(timeoutMs)), LONGEST_TIMEOUT_MS);
    const { SET_BYTES } = SIGNAL_CALLS;
    const count = buffer(epoll_pwait, epoll, events.bytes, MOST_EVENTS, timeout, 0, SET_BYTES);
    if (count < 0) {
      const errno = lastErrno(calls);
      // A signal that is not ours to report, or a debugger: the caller's loop waits again.
      if (errno === ERRNO.EINTR) return;
      throw new Error(`Cannot wait for events: ${failure("epoll_pwait", errno).message}`);
    }
    for (let index = 0; index < count; index++) {
      const fd = events.view.getInt32(index * eventBytes + dataOffset, true);
      if (fd === signalDescriptor) reportSignals(sink);
    }
    if (processes.size > 0) reportEnds(count, sink);
    sink.beforeDescriptors?.();
    for (let index = 0; index < count; index++) {
      const at = index * eventBytes;
      const fd = events.view.getInt32(at + dataOffset, true);
      const mark = events.view.getInt32(at + dataOffset + 4, true);
      if (fd === signalDescriptor || watchNumber.get(fd) !== mark) continue;
      report(fd as Fd, events.view.getUint32(at, true), sink);
    }
  }

  function report(fd: Fd, ready: number, sink: PollSink): void {
    const broken = (ready & (EPOLL.EPOLLERR | EPOLL.EPOLLHUP)) !== 0;
    const readable = broken || (ready & EPOLL.EPOLLIN) !== 0;
    const writable = broken || (ready & EPOLL.EPOLLOUT) !== 0;
    sink.descriptor(fd, readable, writable);
  }

  /** How a process that is no child ended is told to its parent alone. */
  function reportEnds(count: number, sink: PollSink): void {
    for (let index = 0; index < count; index++) {
      const at = index * eventBytes;
      const fd = events.view.getInt32(at + dataOffset, true);
      const process = processes.get(fd);
      // An earlier report of this wait may have closed the descriptor and watched a process by its number.
      if (process?.mark !== events.view.getInt32(at + dataOffset + 4, true)) continue;
      processes.delete(fd);
      numbers(close, fd, 0, 0, 0, 0, 0);
      sink.processEnded?.(process.pid, { kind: "none" });
    }
  }

  function reportSignals(sink: PollSink): void {
    const { bytes, view } = signalRecords;
    for (;;) {
      const count = buffer(read, signalDescriptor, bytes, bytes.length, 0, 0, 0);
      if (count <= 0) return;
      for (let at = 0; at < count; at += EPOLL.SIGNALFD_SIGINFO_BYTES) {
        sink.signal(view.getUint32(at, true));
      }
      if (count < bytes.length) return;
    }
  }

  return { watch, change, unwatch, watchSignals, watchProcess, unwatchProcess, wait };
}

function maskOf(interest: Interest): number {
  return (interest.read ? EPOLL.EPOLLIN : 0) | (interest.write ? EPOLL.EPOLLOUT : 0);
}

function operationFor(before: number, mask: number): number {
  if (before === PARKED) return EPOLL.EPOLL_CTL_ADD;
  return mask === PARKED ? EPOLL.EPOLL_CTL_DEL : EPOLL.EPOLL_CTL_MOD;
}
