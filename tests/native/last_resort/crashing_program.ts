/**
 * Programs that crash, under the guard of the last resort as the manager is. They tell what they
 * find in words of 64 bits on standard output.
 */
import type { Processor } from "../../../native/conventions.ts";
import {
  add,
  addressOf,
  compare,
  data,
  enter,
  entryStack,
  type Form,
  frame,
  go,
  label,
  littleEndian,
  load,
  loop,
  multiply,
  never,
  type Program,
  set,
  store,
  sum,
  system,
  type Variable,
  variable,
  when,
} from "../../../native/forms.ts";
import {
  CRASH_FIELD,
  CRASH_PAGE,
  CRASH_PLAN,
} from "../../../native/programs/last_resort/crash_page.ts";
import { CRASHED } from "../../../native/programs/last_resort/handler.ts";
import {
  guard,
  LAST_RESORT_FRAME_BYTES,
  LAST_RESORT_VARIABLES,
  lastResort,
  type LastResortParts,
  MANAGER_SIGNALS,
} from "../../../native/programs/last_resort/last_resort.ts";
import { BLOCKED_SIGNALS, KILL, signalSet, TERM } from "../../../native/programs/signals.ts";
import { Texts } from "../../../native/texts.ts";

/** How it crashes. */
export type Crash =
  /** Another process sends the signal, or it does so itself. */
  | { readonly kind: "signal"; readonly number: number }
  /** The same in a thread of its own. */
  | { readonly kind: "thread"; readonly number: number }
  /** Memory that there is not is read. */
  | { readonly kind: "bad address"; readonly address: number }
  | { readonly kind: "bad instruction" }
  /** The stack is used up. */
  | { readonly kind: "no stack" }
  | { readonly kind: "breakpoint" }
  /** exit(3) calls the handler. */
  | { readonly kind: "exit"; readonly status: number };

// Linux include/uapi: sched.h, fcntl.h, asm-generic/signal-defs.h.
const SIGCHLD = 17;
const THREAD = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000;
const AT_FDCWD = -100;
const OPEN = 2 | 0o2000000;
const [F_GETFD, SIG_BLOCK, SIG_SETMASK] = [1, 0, 2];
/** Nothing can be there: mmap_min_addr of the kernel. */
const NO_STACK = 0x800;
const SEGV = 11;
const PR_SET_PDEATHSIG = 1;
const RLIMIT_NOFILE = 7;
const [READ, WRITE] = [0o2000000, 1 | 0o2000000];
/** In ASCII. */
const TEXT_700 = 0x30_30_37;

/** Room in the page that it does not use. */
const NOTES = 0x800;
/** Below the words' end: where a thread has its stack. */
const THREAD_STACK = CRASH_PAGE.bytes - 0x1000;

const stack = variable("stack");
/** Its PID. */
const isFirst = variable("is first");
const page = variable("page");
const result = variable("result of the test");
const number = variable("number");
const NOTHING = "no signals";
const TERM_ONLY = "term";
const NO_TIME = "no time";

export interface CrashingProgram extends LastResortParts {
  readonly crash: Crash;
}

/** @param more Variables of the body, besides those of this file. */
export function guardedProgram(
  parts: LastResortParts,
  name: string,
  makeBody: (texts: Texts) => readonly Form[],
  more: readonly Variable[] = [],
): Program {
  const texts = new Texts();
  return {
    name,
    variables: [...LAST_RESORT_VARIABLES, stack, isFirst, page, result, number, ...more],
    frameBytes: LAST_RESORT_FRAME_BYTES,
    body: [
      entryStack(stack),
      system("getpid", [], isFirst),
      ...guard(stack, isFirst, parts, texts),
      set(page, CRASH_PAGE.address),
      ...makeBody(texts),
      ...lastResort(parts, texts),
      ...data(MANAGER_SIGNALS, littleEndian(signalSet(BLOCKED_SIGNALS), 8)),
      ...data(NOTHING, littleEndian(0, 8)),
      ...data(TERM_ONLY, littleEndian(signalSet([TERM]), 8)),
      ...data(NO_TIME, new Array(16).fill(0)),
      ...texts.forms(),
    ],
  };
}

/** Words that {@link survivor} writes, in their order. */
export const TOLD = [
  ...["process", "processBefore", "crashes", "signal", "code", "faultAddress", "programCounter"],
  ...[
    "kept",
    "other",
    "ended",
    "endedStatus",
    "mask",
    "pending",
    "softLimit",
    "oomScore",
    "living",
  ],
] as const;
export type Told = Readonly<Record<typeof TOLD[number], bigint>>;

/**
 * Has children and descriptors, and crashes; in its second life it tells what is left of them. One
 * child has crashed itself, another one lives until it is killed.
 */
export function survivor({ crash, ...parts }: CrashingProgram): Program {
  const note = (name: typeof TOLD[number], from: Parameters<typeof store>[1]) =>
    store(8, from, page, NOTES + 8 * TOLD.indexOf(name));
  const noted = (name: typeof TOLD[number]) =>
    load(8, result, page, NOTES + 8 * TOLD.indexOf(name));
  const noteField = (name: "crashes" | "signal" | "code" | "faultAddress" | "programCounter") => [
    load(8, result, page, CRASH_FIELD[name]),
    note(name, result),
  ];
  const firstLife = (texts: Texts) => [
    system("getpid", [], result),
    note("processBefore", result),
    openAnything(texts),
    note("kept", result),
    ...markAsKept(),
    openAnything(texts),
    note("other", result),
    storePlan(CRASH_PLAN.execute),
    ...makeChild("ended", [...crashBySignal(SEGV), never]),
    ...makeChild("living", wait()),
    system("rt_sigprocmask", [SIG_BLOCK, addressOf(MANAGER_SIGNALS), 0, 8]),
    system("getpid", [], result),
    system("kill", [result, TERM]),
    ...withOomScore(texts, WRITE, "write"),
    // A soft limit of 64 descriptors, and no hard one.
    store(8, 64, frame(0)),
    store(8, -1, frame(8)),
    system("prlimit64", [0, RLIMIT_NOFILE, frame(0), 0]),
    ...crashBy(crash, parts.processor),
  ];
  /** Eight bytes at the notes of it. */
  function withOomScore(texts: Texts, flags: number, call: "read" | "write"): readonly Form[] {
    const notes = NOTES + 8 * TOLD.indexOf("oomScore");
    return [
      ...(call === "write" ? [note("oomScore", TEXT_700)] : [note("oomScore", 0)]),
      system("openat", [AT_FDCWD, texts.at("/proc/self/oom_score_adj"), flags, 0], number),
      system(call, [number, sum(page, notes), call === "write" ? 3 : 8]),
      system("close", [number]),
    ];
  }
  function makeChild(name: typeof TOLD[number], body: readonly Form[]): readonly Form[] {
    return [
      system("clone", [SIGCHLD, 0, 0, 0, 0], result),
      when(compare(result, "==", 0), body),
      note(name, result),
    ];
  }
  const secondLife = (texts: Texts) => [
    system("getpid", [], result),
    note("process", result),
    ...(["crashes", "signal", "code", "faultAddress", "programCounter"] as const).flatMap(
      noteField,
    ),
    ...(["kept", "other"] as const).flatMap((name) => [
      noted(name),
      system("fcntl", [result, F_GETFD], result),
      note(name, result),
    ]),
    noted("ended"),
    store(8, 0, frame(0)),
    system("wait4", [result, frame(0), 0, 0], number),
    ...[set(result, number), note("ended", result), load(8, result, frame(0))],
    note("endedStatus", result),
    system("rt_sigprocmask", [SIG_BLOCK, addressOf(NOTHING), frame(0), 8]),
    load(8, result, frame(0)),
    note("mask", result),
    system("rt_sigtimedwait", [addressOf(TERM_ONLY), 0, addressOf(NO_TIME), 8], result),
    note("pending", result),
    ...withOomScore(texts, READ, "read"),
    system("prlimit64", [0, RLIMIT_NOFILE, 0, frame(0)]),
    load(8, result, frame(0)),
    note("softLimit", result),
    noted("living"),
    system("kill", [result, KILL]),
    set(number, result),
    system("wait4", [number, 0, 0, 0], result),
    when(compare(result, "==", number), [note("living", 1)]),
    system("write", [1, sum(page, NOTES), 8 * TOLD.length]),
    system("exit_group", [0]),
    never,
  ];
  return guardedProgram(parts, "survivor", (texts) => [
    load(8, number, page, CRASH_FIELD.crashes),
    when(compare(number, "==", 0), firstLife(texts)),
    ...secondLife(texts),
  ]);
}

function openAnything(texts: Texts): Form {
  return system("openat", [AT_FDCWD, texts.at("/dev/null"), OPEN, 0], result);
}

/** The descriptor in `result`; there are fewer than eight. */
function markAsKept(): readonly Form[] {
  return [
    set(number, 1),
    loop("bit", [
      when(compare(result, "==", 0), [{ kind: "leave", loop: "bit" }]),
      multiply(number, 2),
      add(result, -1),
    ]),
    store(1, number, page, CRASH_PAGE.descriptorsAt),
    store(1, number, page, CRASH_PAGE.emptiedAt),
  ];
}

function storePlan(plan: number): Form {
  return store(8, plan, page, CRASH_FIELD.plan);
}

function wait(): readonly Form[] {
  return [loop(`wait ${++loops}`, [system("ppoll", [0, 0, 0, 0, 8])])];
}
let loops = 0;

function crashBySignal(signal: number): readonly Form[] {
  return [system("getpid", [], result), system("kill", [result, signal]), ...wait()];
}

function crashBy(crash: Crash, processor: Processor): readonly Form[] {
  switch (crash.kind) {
    case "signal":
      return crashBySignal(crash.number);
    case "thread":
      return [
        system("clone", [THREAD, sum(page, THREAD_STACK), 0, 0, 0], result),
        when(compare(result, "!=", 0), wait()),
        system("gettid", [], number),
        system("getpid", [], result),
        system("tgkill", [result, number, crash.number]),
        ...wait(),
      ];
    case "bad address":
      return [set(number, crash.address), load(8, number, number), never];
    case "no stack":
      return [
        set(number, NO_STACK),
        enter(addressOf("without a stack"), number, 0),
        label("without a stack"),
        store(8, 0, frame(0)),
        never,
      ];
    case "bad instruction":
      return [never];
    case "breakpoint":
      return [{ kind: "bytes", bytes: BREAKPOINT[processor], what: "breakpoint" }, never];
    case "exit":
      return [
        { kind: "bytes", bytes: EXIT_PARAMETERS[processor](crash.status), what: "parameters" },
        go(CRASHED),
      ];
  }
}

/** int3; brk #0 */
const BREAKPOINT: Readonly<Record<Processor, readonly number[]>> = {
  x86_64: [0xcc],
  aarch64: littleEndian(0xd4200000, 4),
};
/** mov edi,…; xor esi,esi. mov x0, #…; mov x1, #0 */
const EXIT_PARAMETERS: Readonly<Record<Processor, (status: number) => readonly number[]>> = {
  x86_64: (status) => [0xbf, ...littleEndian(status, 4), 0x31, 0xf6],
  aarch64: (status) => [
    ...littleEndian((0xd2800000 | status << 5) >>> 0, 4),
    ...littleEndian(0xd2800001, 4),
  ],
};

export interface RepeatedCrashes extends CrashingProgram {
  /** Fields of the page that it sets at each start. */
  readonly fields: Partial<Record<keyof typeof CRASH_FIELD, number>>;
  /** After so many crashes it tells their times instead. */
  readonly mostCrashes?: number;
}

/** Writes an "s" each time it starts, and crashes; its first life leaves a child that stays. */
export function repeater(
  { crash, fields, mostCrashes = -1, ...parts }: RepeatedCrashes,
): Program {
  return guardedProgram(parts, "repeater", (texts) => [
    // As in a manager.
    system("rt_sigprocmask", [SIG_BLOCK, addressOf(MANAGER_SIGNALS), 0, 8]),
    system("write", [1, texts.at("s"), 1]),
    ...Object.entries(fields).map(([name, value]) =>
      store(8, value, page, CRASH_FIELD[name as keyof typeof CRASH_FIELD])
    ),
    load(8, number, page, CRASH_FIELD.crashes),
    when(compare(number, "==", mostCrashes), [
      system("write", [1, sum(page, CRASH_FIELD.times), 64]),
      system("exit_group", [0]),
    ]),
    when(compare(number, "==", 0), [
      system("clone", [SIGCHLD, 0, 0, 0, 0], result),
      when(compare(result, "==", 0), [
        system("prctl", [PR_SET_PDEATHSIG, KILL]),
        system("getppid", [], result),
        when(compare(result, "!=", isFirst), [system("exit_group", [0])]),
        // The manager gives its children such a mask.
        system("rt_sigprocmask", [SIG_SETMASK, addressOf(NOTHING), 0, 8]),
        ...wait(),
      ]),
    ]),
    ...crashBy(crash, parts.processor),
  ]);
}
