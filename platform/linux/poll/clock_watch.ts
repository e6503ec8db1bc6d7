/**
 * Something to read when the clock of the time of day is set: a timer for that clock which never
 * comes and is cancelled. It is when somebody sets the clock (settimeofday(2), a step of NTP), and
 * after the machine has slept, when the kernel sets it anew. Source: timerfd_create(2),
 * TFD_TIMER_CANCEL_ON_SET; timerfd_resume() of fs/timerfd.c, Linux 6.1.
 */
import type { Fd } from "../../../core/types.ts";
import { lastErrno } from "../../ffi/library.ts";
import { allocate } from "../../ffi/memory.ts";
import type { Failure } from "../../interface/failure.ts";
import { aboveStandard } from "../../posix/kernel/kernel.ts";
import { TIMER_DESCRIPTOR } from "../kernel/abi.ts";
import { failure, LINUX } from "../kernel/kernel.ts";
import { streams } from "../kernel/parts.ts";

/** Where the seconds of it_value are in struct itimerspec. */
const VALUE_AT = 16;
/** The year 2200: nobody's clock comes so far. */
const NEVER_SECONDS = 7_258_118_400n;

/** As {@link Platform.openClockWatch}. */
export function openClockWatch(): Fd | Failure {
  const { calls } = LINUX;
  const flags = TIMER_DESCRIPTOR.TFD_CLOEXEC | TIMER_DESCRIPTOR.TFD_NONBLOCK;
  const made = LINUX.numbers(
    calls.timerfd_create,
    TIMER_DESCRIPTOR.CLOCK_REALTIME,
    flags,
    0,
    0,
    0,
    0,
  );
  if (made < 0) return failure("timerfd_create", lastErrno(LINUX));
  const fd = aboveStandard(LINUX, made) as Fd;
  const time = allocate(TIMER_DESCRIPTOR.ITIMERSPEC_BYTES);
  time.view.setBigInt64(VALUE_AT, NEVER_SECONDS, true);
  const how = TIMER_DESCRIPTOR.TFD_TIMER_ABSTIME | TIMER_DESCRIPTOR.TFD_TIMER_CANCEL_ON_SET;
  if (LINUX.addresses(calls.timerfd_settime, fd, how, time.address, 0, 0, 0) >= 0) return fd;
  const problem = failure("timerfd_settime", lastErrno(LINUX));
  streams.close(fd);
  return problem;
}
