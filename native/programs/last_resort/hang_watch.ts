/**
 * Whether the manager's loop still turns: a timer of the kernel that ticks while the manager is at
 * work (`platform/linux/processes/hang_watch.ts`), by a signal to the thread of the loop, which the
 * handler of crashes takes. So many ticks without a turn in between, and the manager has hung: that
 * is a crash like any other.
 *
 * Ticks are counted rather than a time looked at, because one that was stopped (SIGSTOP, a
 * debugger), or whose machine was, gets a single tick when it goes on, however long that was.
 *
 * A tick that finds the manager waiting stops the timer: a manager that has nothing to do is not
 * woken up again.
 */
import type { Processor } from "../../conventions.ts";
import {
  add,
  addressOf,
  compare,
  enter,
  entryStack,
  type Form,
  go,
  label,
  load,
  never,
  set,
  store,
  system,
  when,
} from "../../forms.ts";
import { HANG_TICKS, HANG_TIMER, HANG_WORK } from "./crash_page.ts";
import { field, loadField, storeField } from "./fields.ts";
import { at, information, SCRATCH, value } from "./memory.ts";

const GO_ON = "go on after a tick";
const GIVE_BACK = "give the registers back";
const NO_TICK = "it is no tick";
const NULL = 0;

// Linux include/uapi/asm-generic/siginfo.h.
const CODE = 8;
/** Of a timer; -2 in 32 bits. */
export const SI_TIMER = 0xffff_fffe;
const ITIMERSPEC_BYTES = 32;

/**
 * Where the kernel wants the stack pointer in rt_sigreturn(2), from where it was when the handler
 * was entered: x86-64 has taken the return address off by then. Sources: Linux
 * arch/x86/kernel/signal_64.c, arch/arm64/kernel/signal.c.
 */
const TAKEN_OFF: Readonly<Record<Processor, number>> = { x86_64: 8, aarch64: 0 };

/** First in the handler: a tick with which nothing is wrong goes back to where the program was. */
export function countTick(processor: Processor): readonly Form[] {
  return [
    when(compare(information, "==", NULL), [go(NO_TICK)]),
    load(4, value, information, CODE),
    set(at, SI_TIMER),
    when(compare(value, "!=", at), [go(NO_TICK)]),
    loadField(value, "hangWork"),
    when(compare(value, "==", HANG_WORK.none), [
      ...stopTimer(),
      storeField("hangTimer", HANG_TIMER.ended),
      go(GO_ON),
    ]),
    add(value, 1),
    storeField("hangWork", value),
    when(compare(value, "<", HANG_WORK.begun + HANG_TICKS), [go(GO_ON)]),
    go(NO_TICK),
    label(GO_ON),
    entryStack(at),
    add(at, TAKEN_OFF[processor]),
    enter(addressOf(GIVE_BACK), at, NULL),
    label(GIVE_BACK),
    system("rt_sigreturn", []),
    never,
    label(NO_TICK),
  ];
}

function stopTimer(): readonly Form[] {
  return [
    ...Array.from({ length: ITIMERSPEC_BYTES / 8 }, (_, index) => store(8, 0, SCRATCH, 8 * index)),
    system("timer_settime", [field("hangTimerNumber"), 0, SCRATCH, NULL]),
  ];
}
