/**
 * The first process without a manager: what the kernel wants of it, and no more.
 *
 * Its end would be the machine's. So it stays, collects processes that have ended, keeps pipes of
 * services from being full, and does what it is asked for by the signals that a manager takes: it
 * ends the machine's run, or starts the manager again. Everything else goes on without it.
 */
import {
  add,
  addressOf,
  again,
  compare,
  data,
  define,
  divide,
  failed,
  type Form,
  go,
  label,
  leave,
  littleEndian,
  loop,
  multiply,
  run,
  set,
  store,
  subtract,
  system,
  when,
} from "../../forms.ts";
import { byteLength, type Texts } from "../../texts.ts";
import {
  CHLD,
  CONT,
  FAULT_SIGNALS,
  INT,
  KILL,
  PWR,
  QUIT,
  RTMIN,
  SIGNAL_SET_BYTES,
  signalSet,
  TERM,
  USR1,
} from "../signals.ts";
import { CRASH_FIELD, CRASH_PLAN, REMEMBERED_CRASHES } from "./crash_page.ts";
import { eachDescriptor } from "./kept_descriptors.ts";
import { loadField, storeField } from "./fields.ts";
import { SI_TIMER } from "./hang_watch.ts";
import {
  awaitEnds,
  command,
  count,
  descriptor,
  empty,
  executeAgain,
  limit,
  now,
  page,
  READ_BUFFER,
  READ_BYTES,
  readClock,
  reap,
  result,
  say,
  SCRATCH,
  signal,
  text,
  value,
} from "./memory.ts";
import type { LastResortParts } from "./parts.ts";

/** Where a first process goes whose manager has crashed; `page` holds the page's address. */
export const LONE_PROCESS = "first process without a manager";
/** The same for one whose manager could not be loaded and that has said so. */
export const LONE_PROCESS_IN_SILENCE = "first process without a word";

const WAIT = "wait for a signal";
const END_RUN = "end the machine's run";
const START_OVER = "start over";
const START_AGAIN = "start the manager again";
/** Label of a set of signals. */
export const EVERY_SIGNAL = "every signal";
const CHILDRENS_ENDS = "ends of children";
const NULL = 0;

// Linux include/uapi: fcntl.h, asm-generic/signal-defs.h, linux/wait.h, linux/reboot.h.
const AT_FDCWD = -100;
const FOR_MESSAGES = 1 | 0o400 | 0o4000;
const STANDARD_ERROR = 2;
const SIG_SETMASK = 2;
const WNOHANG = 1;
const MAGIC = [0xfee1dead, 0x28121969] as const;
const RESTART = 0x01234567;
const HALT = 0xcdef0123;
const POWER_OFF = 0x4321fedc;
/** Of kill(2): all processes but this one and, in a container, those outside. */
const EVERYONE = -1;

const TERM_TO_KILL_MS = 5000;
const KILL_TO_GO_ON_MS = 1000;
/** So often pipes are emptied, of which the kernel makes room for 64 kB. */
const EMPTY_EVERY_SECONDS = 1;
/** Of one pipe, at a time. */
const MOST_READS = 64;
const MS_PER_SECOND = 1000;
const NS_PER_MS = 1_000_000;

/** As the manager takes them (`daemon/orders/signals.ts`). */
const ENDINGS: readonly (readonly [signal: number, command: number])[] = [
  [INT, RESTART],
  [TERM, HALT],
  [QUIT, POWER_OFF],
  [PWR, POWER_OFF],
  [RTMIN + 3, HALT],
  [RTMIN + 4, POWER_OFF],
  [RTMIN + 5, RESTART],
  [RTMIN + 6, RESTART],
];
const SOFT_REBOOT = RTMIN + 7;

export function loneProcess({ console }: LastResortParts, texts: Texts): readonly Form[] {
  const show = (message: string): readonly Form[] => [
    set(text, texts.at(message)),
    set(count, byteLength(message)),
    run(say),
  ];
  return [
    label(LONE_PROCESS),
    loadField(command, "endCommand"),
    when(compare(command, "!=", 0), [go(END_RUN)]),
    ...tell(show),
    label(LONE_PROCESS_IN_SILENCE),
    system("rt_sigprocmask", [SIG_SETMASK, addressOf(EVERY_SIGNAL), NULL, SIGNAL_SET_BYTES]),
    run(reap),
    label(WAIT),
    ...takeSignals(),
    label(START_OVER),
    set(command, 0),
    label(END_RUN),
    ...endProcesses(show),
    when(compare(command, "==", 0), [go(START_AGAIN)]),
    system("sync", []),
    system("reboot", [...MAGIC, command, NULL]),
    ...show("dinit: Cannot end the machine's run: reboot(2) is not permitted\n"),
    go(WAIT),
    label(START_AGAIN),
    ...startAgain(),
    ...show("dinit: Cannot execute the manager\n"),
    go(WAIT),
    ...define(say, write(console, texts)),
    ...define(reap, collect()),
    ...define(empty, emptyPipes()),
    ...define(awaitEnds, waitForEnds()),
    ...data(EVERY_SIGNAL, littleEndian(-1, SIGNAL_SET_BYTES)),
    ...data(CHILDRENS_ENDS, littleEndian(signalSet([CHLD]), SIGNAL_SET_BYTES)),
  ];
}

/** What has happened, and what can be done. */
function tell(show: (message: string) => readonly Form[]): readonly Form[] {
  return [
    loadField(value, "signal"),
    when(
      compare(value, "==", 0),
      show("\ndinit: The manager has ended although nobody asked for it\n"),
    ),
    when(compare(value, "!=", 0), [
      loadField(now, "code"),
      set(limit, SI_TIMER),
      when(compare(now, "==", limit), [
        set(value, 0),
        ...show("\ndinit: The manager has hung\n"),
      ]),
    ]),
    ...Object.entries(FAULT_SIGNALS).map(([name, number]) =>
      when(compare(value, "==", number), show(`\ndinit: The manager has crashed (SIG${name})\n`))
    ),
    loadField(value, "plan"),
    when(compare(value, "==", CRASH_PLAN.execute), show("dinit: It has crashed too often\n")),
    ...show(
      "dinit: Processes go on, but nothing supervises them. " +
        "Ctrl-Alt-Del ends them all and reboots\n",
    ),
    loadField(value, "startsOver"),
    when(
      compare(value, "!=", 0),
      show("dinit: kill -USR1 1 ends them all and starts the manager again\n"),
      show("dinit: kill -USR1 1 starts the manager again\n"),
    ),
  ];
}

function takeSignals(): readonly Form[] {
  return [
    loop("signals", [
      store(8, EMPTY_EVERY_SECONDS, SCRATCH),
      store(8, 0, SCRATCH, 8),
      system(
        "rt_sigtimedwait",
        [addressOf(EVERY_SIGNAL), NULL, SCRATCH, SIGNAL_SET_BYTES],
        signal,
      ),
      when(failed(signal), [run(empty), again("signals")]),
      when(compare(signal, "==", CHLD), [run(reap), again("signals")]),
      when(compare(signal, "==", SOFT_REBOOT), [leave("signals")]),
      when(compare(signal, "==", USR1), [
        loadField(value, "startsOver"),
        when(compare(value, "!=", 0), [leave("signals")]),
        go(START_AGAIN),
      ]),
      ...ENDINGS.map(([number, how]) =>
        when(compare(signal, "==", number), [set(command, how), go(END_RUN)])
      ),
    ]),
  ];
}

/** They are asked first. What has not ended then does not end. */
function endProcesses(show: (message: string) => readonly Form[]): readonly Form[] {
  return [
    ...show("dinit: Ending all processes\n"),
    system("kill", [EVERYONE, TERM]),
    // What is stopped cannot end.
    system("kill", [EVERYONE, CONT]),
    set(limit, TERM_TO_KILL_MS),
    run(awaitEnds),
    system("kill", [EVERYONE, KILL]),
    set(limit, KILL_TO_GO_ON_MS),
    run(awaitEnds),
  ];
}

/** With all its chances; what it has crashed of is not forgotten. */
function startAgain(): readonly Form[] {
  return [
    ...Array.from(
      { length: REMEMBERED_CRASHES },
      (_, index) => store(8, 0, page, CRASH_FIELD.times + 8 * index),
    ),
    storeField("plan", CRASH_PLAN.execute),
    storeField("endCommand", 0),
    // It tells the next program that the page is for it.
    storeField("isCrashing", 1),
    run(executeAgain),
  ];
}

/** The console is opened each time: it may have been lost, and nothing must wait for it. */
function write(console: string, texts: Texts): readonly Form[] {
  return [
    system("openat", [AT_FDCWD, texts.at(console), FOR_MESSAGES, 0], descriptor),
    when(failed(descriptor), [set(descriptor, STANDARD_ERROR)]),
    system("write", [descriptor, text, count]),
    when(compare(descriptor, "!=", STANDARD_ERROR), [system("close", [descriptor])]),
  ];
}

function collect(): readonly Form[] {
  return [
    loop("ended children", [
      system("wait4", [-1, NULL, WNOHANG, NULL], result),
      when(compare(result, "<=", 0), [leave("ended children")]),
    ]),
  ];
}

/** Whoever writes to a pipe that is full would wait for ever, and who asks for an answer. */
function emptyPipes(): readonly Form[] {
  return [
    loadField(descriptor, "listener"),
    when(compare(descriptor, "!=", 0), [
      loop("clients", [
        system("accept4", [descriptor, NULL, NULL, 0], result),
        when(failed(result), [leave("clients")]),
        system("close", [result]),
      ]),
    ]),
    ...eachDescriptor("emptiedAt", "empty", [
      set(limit, MOST_READS),
      loop("bytes of a pipe", [
        system("read", [descriptor, READ_BUFFER, READ_BYTES], result),
        when(compare(result, "<=", 0), [leave("bytes of a pipe")]),
        // Who floods it does not keep the others waiting.
        subtract(limit, 1),
        when(compare(limit, "==", 0), [leave("bytes of a pipe")]),
      ]),
    ]),
  ];
}

function waitForEnds(): readonly Form[] {
  return [
    run(readClock),
    add(limit, now),
    loop("children", [
      system("wait4", [-1, NULL, WNOHANG, NULL], result),
      when(compare(result, ">", 0), [again("children")]),
      when(failed(result), [leave("children")]),
      run(readClock),
      when(compare(now, ">=", limit), [leave("children")]),
      set(value, limit),
      subtract(value, now),
      divide(value, MS_PER_SECOND, result),
      store(8, value, SCRATCH),
      multiply(result, NS_PER_MS),
      store(8, result, SCRATCH, 8),
      system("rt_sigtimedwait", [addressOf(CHILDRENS_ENDS), NULL, SCRATCH, SIGNAL_SET_BYTES]),
    ]),
  ];
}
