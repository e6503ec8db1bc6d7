/**
 * Has the kernel tick while the manager is at work, for the last resort to notice that its loop
 * turns no more (`native/programs/last_resort/hang_watch.ts`, which does the counting).
 *
 * Beginning and end of a wait are stores to the crash page. A call is made only when the timer
 * stands: it is started with the next turn, and a tick that finds nothing at work stops it. So
 * there is at most one call for each tick, and a manager that waits is woken up once.
 *
 * Source: timer_create(2), timer_settime(2). CLOCK_MONOTONIC stands still while the machine sleeps;
 * a timer ends with execve and is not there in a child.
 */
import {
  CRASH_FIELD,
  HANG_TICKS,
  HANG_TIMER,
  HANG_WORK,
} from "../../../native/programs/last_resort/crash_page.ts";
import { lastErrno } from "../../ffi/library.ts";
import { allocate } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import type { LoopWatch } from "../../interface/last_resort.ts";
import { SIGNALS, TIMER } from "../kernel/abi.ts";
import { failure, LINUX } from "../kernel/kernel.ts";

const NS_PER_MS = 1_000_000;
const MS_PER_SECOND = 1000;
/** The kernel takes none without any time, which would stop the timer. */
const LEAST_TICK_MS = 1;

/** What starts the timer. */
export interface Ticking {
  /** A number that the last resort can stop it by. */
  readonly number: number;
  start(): void;
}

/**
 * @param words The crash page as numbers of four bytes; the upper halves of its fields stay 0.
 * @param ticking Of which a turn may see fewer than `HANG_TICKS`.
 */
export function hangWatch(words: Int32Array, ticking: Ticking): LoopWatch {
  const work = CRASH_FIELD.hangWork >> 2;
  const timer = CRASH_FIELD.hangTimer >> 2;
  words[CRASH_FIELD.hangTimerNumber >> 2] = ticking.number;
  // Another program may have been here; its timer ended with it.
  words[work] = HANG_WORK.none;
  words[timer] = HANG_TIMER.stands;
  return {
    waits: () => {
      words[work] = HANG_WORK.none;
    },
    works: () => {
      words[work] = HANG_WORK.begun;
      const state = words[timer];
      if (state === HANG_TIMER.runs) return;
      if (state === HANG_TIMER.ended) {
        // The tick has woken the manager up, perhaps for nothing: if there is something to do the
        // next turn follows at once.
        words[timer] = HANG_TIMER.stands;
        return;
      }
      words[timer] = HANG_TIMER.runs;
      ticking.start();
    },
  };
}

/** How long a tick lasts, for a turn that may take so long. */
export function tickMs(limitMs: number): number {
  return Math.max(LEAST_TICK_MS, Math.ceil(limitMs / (HANG_TICKS - 1)));
}

/** A timer that ticks to this thread, which is that of the loop. */
export function threadTimer(everyMs: number): Ticking | Failure {
  const { timer_create, timer_settime, gettid } = LINUX.calls;
  const event = allocate(TIMER.SIGEVENT_BYTES);
  const number = allocate(8);
  event.view.setInt32(TIMER.sigev_signo, SIGNALS.ABRT, true);
  event.view.setInt32(TIMER.sigev_notify, TIMER.SIGEV_THREAD_ID, true);
  event.view.setInt32(TIMER.sigev_tid, LINUX.numbers(gettid, 0, 0, 0, 0, 0, 0), true);
  const { CLOCK_MONOTONIC } = TIMER;
  const { addresses } = LINUX;
  if (addresses(timer_create, CLOCK_MONOTONIC, event.address, number.address, 0, 0, 0) < 0) {
    return failure("timer_create", lastErrno(LINUX));
  }
  const timer = number.view.getInt32(0, true);
  const times = allocate(TIMER.ITIMERSPEC_BYTES);
  const seconds = BigInt(Math.floor(everyMs / MS_PER_SECOND));
  const nanoseconds = BigInt(Math.round(everyMs % MS_PER_SECOND * NS_PER_MS));
  for (const at of [TIMER.it_interval, TIMER.it_value]) {
    times.view.setBigInt64(at, seconds, true);
    times.view.setBigInt64(at + 8, nanoseconds, true);
  }
  return {
    number: timer,
    start: () => void addresses(timer_settime, timer, 0, times.address, 0, 0, 0),
  };
}
