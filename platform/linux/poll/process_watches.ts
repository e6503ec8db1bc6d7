/**
 * Processes that are no children and whose ends are to be noticed: a pidfd for each, readable once
 * the process has ended (pidfd_open(2), since Linux 5.3).
 *
 * How it ended is known to its parent, and since Linux 6.15 to whoever holds a pidfd, but not
 * before the parent has collected it, which hangs the pidfd up (PIDFD_INFO_EXIT: linux/pidfd.h).
 * That takes a moment, and the parent may never do it, so it is not waited for long.
 */
import type { ExitStatus, Fd, Pid } from "../../../core/types.ts";
import { lastErrno } from "../../ffi/library.ts";
import { allocate } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import { decodeStatus } from "../../posix/processes/wait_status.ts";
import { EPOLL, PIDFD } from "../kernel/abi.ts";
import { failure, LINUX } from "../kernel/kernel.ts";
import { streams } from "../kernel/parts.ts";
import { DESCRIPTOR, type Epoll, EVENT_WORDS, MARK } from "./epoll.ts";

/** A parent that collects its children does so at once. */
const COLLECTING_MS = 200;
/** Only hanging up is reported then. */
const NOTHING = 0;
const UNKNOWN: ExitStatus = { kind: "none" };

interface WatchedProcess {
  readonly pid: Pid;
  readonly mark: number;
  /** It has ended, and is waited for to be collected until then. */
  collectBy: number | undefined;
}

const info = allocate(PIDFD.INFO_BYTES);

export class ProcessWatches {
  readonly #epoll: Epoll;
  /** By their pidfds. */
  readonly #all = new Map<Fd, WatchedProcess>();
  #uncollected = 0;

  constructor(epoll: Epoll) {
    this.#epoll = epoll;
  }

  get isEmpty(): boolean {
    return this.#all.size === 0;
  }

  /** As `Poller.watchProcess`. */
  watch(pid: Pid): Failure | undefined {
    const fd = LINUX.numbers(LINUX.calls.pidfd_open, pid, 0, 0, 0, 0, 0) as Fd;
    if (fd < 0) return failure("pidfd_open", lastErrno(LINUX));
    const mark = this.#epoll.nextMark();
    const problem = this.#epoll.control(EPOLL.EPOLL_CTL_ADD, fd, EPOLL.EPOLLIN, mark);
    if (problem === undefined) this.#all.set(fd, { pid, mark, collectBy: undefined });
    else streams.close(fd);
    return problem;
  }

  unwatch(pid: Pid): void {
    for (const [fd, process] of this.#all) {
      if (process.pid === pid) this.#forget(fd, process);
    }
  }

  /** How long the poller may wait at most. */
  limited(timeoutMs: number): number {
    if (this.#uncollected === 0) return timeoutMs;
    const now = performance.now();
    let limit = timeoutMs;
    for (const { collectBy } of this.#all.values()) {
      if (collectBy !== undefined) limit = Math.min(limit, Math.max(0, collectBy - now));
    }
    return limit;
  }

  /** Reports who has ended. @param end Of the words. */
  report(end: number, told: (pid: Pid, status: ExitStatus) => void): void {
    const { words } = this.#epoll;
    for (let at = 0; at < end; at += EVENT_WORDS) {
      const fd = words[at + DESCRIPTOR] as Fd;
      const process = this.#all.get(fd);
      // An earlier report of this wait may have closed the descriptor and watched a process by its
      // number.
      if (process === undefined || process.mark !== words[at + MARK]) continue;
      const status = statusOf(fd);
      if (status === "uncollected" && process.collectBy === undefined) this.#await(fd, process);
      else this.#tell(fd, process, status, told);
    }
    if (this.#uncollected === 0) return;
    const now = performance.now();
    for (const [fd, process] of this.#all) {
      const { collectBy } = process;
      if (collectBy !== undefined && collectBy <= now) this.#tell(fd, process, statusOf(fd), told);
    }
  }

  #await(fd: Fd, process: WatchedProcess): void {
    this.#epoll.control(EPOLL.EPOLL_CTL_MOD, fd, NOTHING, process.mark);
    process.collectBy = performance.now() + COLLECTING_MS;
    this.#uncollected++;
  }

  #tell(
    fd: Fd,
    process: WatchedProcess,
    status: ExitStatus | "uncollected",
    told: (pid: Pid, status: ExitStatus) => void,
  ): void {
    this.#forget(fd, process);
    told(process.pid, status === "uncollected" ? UNKNOWN : status);
  }

  #forget(fd: Fd, process: WatchedProcess): void {
    if (process.collectBy !== undefined) this.#uncollected--;
    this.#all.delete(fd);
    streams.close(fd);
  }
}

/** "uncollected": its parent has not been told yet, and may be. */
function statusOf(fd: Fd): ExitStatus | "uncollected" {
  const { view, address } = info;
  view.setBigUint64(PIDFD.mask, BigInt(PIDFD.INFO_EXIT), true);
  const { ioctl } = LINUX.calls;
  if (LINUX.addresses(ioctl, fd, PIDFD.GET_INFO, address, 0, 0, 0) < 0) return UNKNOWN;
  const told = Number(view.getBigUint64(PIDFD.mask, true));
  if ((told & PIDFD.INFO_EXIT) !== 0) return decodeStatus(view.getInt32(PIDFD.exit_code, true));
  // Of a child of ours, the daemon is told in another way.
  return view.getUint32(PIDFD.ppid, true) === Deno.pid ? UNKNOWN : "uncollected";
}
