/** A program that a timer watches, and that hangs in the end. */
import {
  add,
  addressOf,
  compare,
  data,
  type Form,
  frame,
  leave,
  littleEndian,
  load,
  loop,
  never,
  type Program,
  set,
  store,
  sum,
  system,
  type Value,
  variable,
  when,
} from "../../../native/forms.ts";
import {
  CRASH_FIELD,
  CRASH_PAGE,
  CRASH_PLAN,
  HANG_TIMER,
  HANG_WORK,
} from "../../../native/programs/last_resort/crash_page.ts";
import type { LastResortParts } from "../../../native/programs/last_resort/last_resort.ts";
import { FAULT_SIGNALS } from "../../../native/programs/signals.ts";
import { guardedProgram } from "./crashing_program.ts";

// Linux include/uapi: time.h, asm-generic/siginfo.h.
const CLOCK_MONOTONIC = 1;
const SIGEV_THREAD_ID = 4;
const EVENT = { signal: 8, notify: 12, thread: 16 } as const;
const TICK_NS = 10_000_000;
/** Room in the page that it does not use. */
const NOTES = 0x800;
const TICKS_TO_SEE = 3;
/** Held in a variable while ticks come and go. */
export const HELD = 0x1234_5678_9abcn;

const page = variable("page of the test");
const result = variable("result of a call");
const held = variable("held meanwhile");
const seen = variable("seen");
const TICKS = "ticks";

/** Words that it writes, in their order. */
export const TOLD_OF_HANG = [
  ...["held", "workAfterTicks", "timerAfterWait", "crashes", "signal", "code"],
] as const;

type Told = "held" | "workAfterTicks" | "timerAfterWait" | "crashes" | "signal" | "code";

function note(name: Told, from: Value): Form {
  return store(8, from, page, NOTES + 8 * TOLD_OF_HANG.indexOf(name));
}

function storeField(name: keyof typeof CRASH_FIELD, from: Value): Form {
  return store(8, from, page, CRASH_FIELD[name]);
}

/** Sees some ticks pass, then one that stops the timer; it hangs, and tells in its second life. */
export function hanger(parts: LastResortParts): Program {
  const firstLife = [
    storeField("plan", CRASH_PLAN.execute),
    storeField("hangWork", HANG_WORK.begun),
    ...startTimer(),
    set(held, HELD),
    awaitField("hangWork", HANG_WORK.begun + TICKS_TO_SEE),
    note("workAfterTicks", seen),
    storeField("hangWork", HANG_WORK.none),
    awaitField("hangTimer", HANG_TIMER.ended),
    note("timerAfterWait", seen),
    note("held", held),
    storeField("hangWork", HANG_WORK.begun),
    ...startTimer(),
    loop("hang", [system("ppoll", [0, 0, 0, 0, 8])]),
  ];
  return guardedProgram(parts, "hanger", () => [
    set(page, CRASH_PAGE.address),
    load(8, result, page, CRASH_FIELD.crashes),
    when(compare(result, "==", 0), firstLife),
    ...(["crashes", "signal", "code"] as const).flatMap((name) => [
      load(8, result, page, CRASH_FIELD[name]),
      note(name, result),
    ]),
    system("write", [1, sum(page, NOTES), 8 * TOLD_OF_HANG.length]),
    system("exit_group", [0]),
    never,
    ...data(TICKS, [0, TICK_NS, 0, TICK_NS].flatMap((number) => littleEndian(number, 8))),
  ], [page, result, held, seen]);
}

function startTimer(): readonly Form[] {
  return [
    system("gettid", [], result),
    store(8, 0, frame(0)),
    store(4, FAULT_SIGNALS.ABRT, frame(EVENT.signal)),
    store(4, SIGEV_THREAD_ID, frame(EVENT.notify)),
    store(8, result, frame(EVENT.thread)),
    store(8, 0, frame(64)),
    system("timer_create", [CLOCK_MONOTONIC, frame(0), frame(64)], result),
    load(4, result, frame(64)),
    storeField("hangTimerNumber", result),
    storeField("hangTimer", HANG_TIMER.runs),
    system("timer_settime", [result, 0, addressOf(TICKS), 0]),
  ];
}

/** Looks at it all the time: registers must be as before when a tick has passed. */
function awaitField(name: keyof typeof CRASH_FIELD, least: number): Form {
  return loop(`await ${name}`, [
    load(8, seen, page, CRASH_FIELD[name]),
    add(held, 1),
    add(held, -1),
    when(compare(seen, ">=", least), [leave(`await ${name}`)]),
  ]);
}
