/**
 * What runs when the manager has crashed: the handler of signals that tell of a fault, and of
 * exit(3).
 *
 * It runs in the program that has crashed, so it trusts nothing of it but the crash page: it takes
 * no memory, calls nothing but the kernel, and reads nothing but the page. It notes what happened,
 * has descriptors that matter outlive execve, and executes the program again. What comes of it is
 * decided there (`guard.ts`), where all is well.
 *
 * execve from any thread ends all others and keeps the PID, so children stay children. Signals that
 * the manager waits for stay blocked, and those that have come stay pending.
 */
import type { Processor } from "../../conventions.ts";
import {
  add,
  addressOf,
  and,
  compare,
  define,
  divide,
  entered,
  type Form,
  go,
  label,
  load,
  loop,
  multiply,
  never,
  run,
  set,
  shiftLeft,
  store,
  stored,
  system,
  when,
} from "../../forms.ts";
import { FAULT_SIGNALS, SIGNAL_SET_BYTES } from "../signals.ts";
import { CRASH_FIELD, CRASH_PAGE, CRASH_PLAN, REMEMBERED_CRASHES } from "./crash_page.ts";
import { EVERY_SIGNAL, LONE_PROCESS } from "./lone_process.ts";
import { eachDescriptor } from "./kept_descriptors.ts";
import { field, loadField, storeField } from "./fields.ts";
import { countTick } from "./hang_watch.ts";
import {
  at,
  context,
  descriptor,
  executeAgain,
  information,
  now,
  page,
  readClock,
  result,
  SCRATCH,
  signal,
  thread,
  value,
} from "./memory.ts";
import type { LastResortParts } from "./parts.ts";

/** Where the kernel enters, and exit(3). */
export const CRASHED = "crashed";
/** Label of the signals that are blocked in a manager; the including program defines it. */
export const MANAGER_SIGNALS = "signals of a manager";

const IN_PLACE = "crashed, and cannot execute";
const DIE = "die of it";
const NULL = 0;

// Linux include/uapi: asm-generic/signal-defs.h, fcntl.h, time.h.
const SIG_SETMASK = 2;
const F_SETFD = 2;
const CLOCK_MONOTONIC = 1;
const ACTION_BYTES = 32;
/** struct siginfo: asm-generic/siginfo.h. */
const INFORMATION = { code: 8, address: 16 } as const;
/**
 * The program counter in struct ucontext: uc_flags, uc_link, uc_stack take 40 bytes. Behind them,
 * x86-64 has 16 registers (arch/x86/include/uapi/asm/sigcontext.h); aarch64 a set of signals of 128
 * bytes, 8 to align, the fault's address, 31 registers, the stack pointer (arch/arm64, likewise).
 */
const PROGRAM_COUNTER: Readonly<Record<Processor, number>> = {
  x86_64: 40 + 16 * 8,
  aarch64: 40 + 128 + 8 + 8 + 31 * 8 + 8,
};
/** Status of a process that died of a signal, as shells have it. */
const SIGNAL_STATUS = 128;
const MS_PER_SECOND = 1000;
const NS_PER_MS = 1_000_000;

/** The function, and what it uses. */
export function handler({ processor }: LastResortParts): readonly Form[] {
  return [
    entered(CRASHED, [signal, information, context]),
    set(page, CRASH_PAGE.address),
    ...countTick(processor),
    ...leaveToSystem(),
    ...claim(),
    ...note(processor),
    loadField(value, "descriptor"),
    when(compare(value, ">=", 0), [run(executeAgain)]),
    label(IN_PLACE),
    loadField(value, "isFirst"),
    when(compare(value, "==", 0), [go(DIE)]),
    ...stopMainThread(),
    go(LONE_PROCESS),
    label(DIE),
    ...die(),
    ...define(executeAgain, execution()),
    ...define(readClock, clock()),
  ];
}

/** Where nothing else is planned, and in children, who have the page or a copy of it. */
function leaveToSystem(): readonly Form[] {
  return [
    loadField(value, "plan"),
    when(compare(value, "==", CRASH_PLAN.end), [go(DIE)]),
    system("getpid", [], result),
    when(compare(result, "!=", field("process")), [go(DIE)]),
  ];
}

/** One thread deals with it. What happens to others meanwhile is of no interest any more. */
function claim(): readonly Form[] {
  return [
    system("gettid", [], thread),
    loadField(value, "isCrashing"),
    when(compare(value, "!=", 0), [
      when(compare(thread, "==", field("thread")), [go(IN_PLACE)]),
      // With all signals blocked, they are there for the thread that waits for them.
      loop("wait for the end", [
        system("ppoll", [NULL, 0, NULL, addressOf(EVERY_SIGNAL), SIGNAL_SET_BYTES]),
      ]),
    ]),
    storeField("isCrashing", 1),
    storeField("thread", thread),
  ];
}

function note(processor: Processor): readonly Form[] {
  return [
    when(compare(information, "==", 0), [
      storeField("code", signal),
      storeField("signal", 0),
      storeField("faultAddress", 0),
      storeField("programCounter", 0),
    ], [
      storeField("signal", signal),
      load(4, value, information, INFORMATION.code),
      storeField("code", value),
      storeField("faultAddress", stored(information, INFORMATION.address)),
      storeField("programCounter", stored(context, PROGRAM_COUNTER[processor])),
    ]),
    run(readClock),
    loadField(value, "crashes"),
    set(at, value),
    and(at, REMEMBERED_CRASHES - 1),
    shiftLeft(at, 3),
    add(at, page),
    store(8, now, at, CRASH_FIELD.times),
    add(value, 1),
    storeField("crashes", value),
  ];
}

/** It alone does something by itself; as soon as it enters the handler it waits for the end. */
function stopMainThread(): readonly Form[] {
  return [
    system("getpid", [], result),
    when(compare(result, "!=", thread), [
      system("tgkill", [result, result, FAULT_SIGNALS.ABRT]),
    ]),
  ];
}

/** As if there had been no handler. The first process of a namespace cannot kill itself. */
function die(): readonly Form[] {
  return [
    when(compare(information, "==", 0), [system("exit_group", [signal])]),
    ...Array.from({ length: ACTION_BYTES / 8 }, (_, index) => store(8, 0, SCRATCH, 8 * index)),
    system("rt_sigaction", [signal, SCRATCH, NULL, SIGNAL_SET_BYTES]),
    system("gettid", [], thread),
    system("getpid", [], result),
    system("tgkill", [result, thread, signal]),
    add(signal, SIGNAL_STATUS),
    system("exit_group", [signal]),
    never,
  ];
}

function execution(): readonly Form[] {
  return [
    // They are open in the next program.
    system("fcntl", [field("descriptor"), F_SETFD, 0]),
    ...eachDescriptor("descriptorsAt", "keep", [system("fcntl", [descriptor, F_SETFD, 0])]),
    // A thread of the runtime may have blocked more.
    system("rt_sigprocmask", [SIG_SETMASK, addressOf(MANAGER_SIGNALS), NULL, SIGNAL_SET_BYTES]),
    system("execve", [
      CRASH_PAGE.address + CRASH_PAGE.programAt,
      field("words"),
      field("environment"),
    ]),
  ];
}

function clock(): readonly Form[] {
  return [
    system("clock_gettime", [CLOCK_MONOTONIC, SCRATCH]),
    load(8, value, SCRATCH, 8),
    divide(value, NS_PER_MS, result),
    load(8, now, SCRATCH),
    multiply(now, MS_PER_SECOND),
    add(now, value),
  ];
}
