/**
 * What the entry does about crashes: it makes the crash page and installs the handler before the
 * runtime starts, which leaves it in force (Rust's library installs its own where there is none
 * only, V8 has none).
 *
 * In a program that was executed because the one before it has crashed, it finds the page again and
 * decides what is done. The runtime is entered only if that is the manager's next start.
 */
import { CRASH_PAGE_VARIABLE } from "../../../core/program/started_words.ts";
import {
  add,
  addressOf,
  again,
  compare,
  divide,
  failed,
  type Form,
  go,
  label,
  leave,
  load,
  loop,
  multiply,
  run,
  set,
  store,
  subtract,
  sum,
  system,
  type Variable,
  when,
} from "../../forms.ts";
import type { Texts } from "../../texts.ts";
import { FAULT_SIGNALS, SIGNAL_SET_BYTES, XFSZ } from "../signals.ts";
import {
  CRASH_FIELD,
  CRASH_PAGE,
  CRASH_PLAN,
  DESCRIPTOR_DIGITS,
  REMEMBERED_CRASHES,
  USUAL_CRASH_LIMITS,
} from "./crash_page.ts";
import { field, loadField, storeField } from "./fields.ts";
import { CRASHED } from "./handler.ts";
import { LONE_PROCESS } from "./lone_process.ts";
import {
  at,
  byte,
  count,
  descriptor,
  limit,
  now,
  page,
  READ_BUFFER,
  readClock,
  result,
  SCRATCH,
  slot,
  text,
  value,
} from "./memory.ts";
import type { LastResortParts } from "./parts.ts";
import { noteStartState, restoreStartState } from "./start_state.ts";

const PREFIX = `${CRASH_PAGE_VARIABLE}=`;
const NAME = "dinit-crash-page";
const MAKE = "make a crash page";
const INSTALL = "install the handler";
const BEHIND = "behind the guard";
const GIVE_UP = "no further start";
const NO_ROOM = "no room for the words";

// Linux include/uapi: fcntl.h, asm-generic/mman-common.h, signal.h, linux/memfd.h, prctl.h;
// struct stat of both processors.
const AT_FDCWD = -100;
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const READ_WRITE = 1 | 2;
const MAP_SHARED = 1;
const MAP_PRIVATE = 2;
const MAP_ANONYMOUS = 0x20;
const MAP_FIXED_NOREPLACE = 0x100000;
const MFD_CLOEXEC = 1;
const PR_SET_NAME = 15;
const PR_GET_NAME = 16;
const STAT_SIZE = 48;
/** SA_SIGINFO | SA_RESTORER | SA_ONSTACK | SA_NODEFER */
const ACTION_FLAGS = 4 | 0x0400_0000 | 0x0800_0000 | 0x4000_0000;
const ACTION = { handler: 0, flags: 8, restorer: 16, mask: 24 } as const;
const STACK = { address: 0, flags: 8, bytes: 16 } as const;
/** What is to be in memory from the handler on: that, the lone process, and the texts of both. */
const KEPT_BYTES = 4096;
const SIG_IGN = 1;
const NULL = 0;
const POINTER_BYTES = 8;
const DIGIT_0 = "0".charCodeAt(0);
const MS_PER_SECOND = 1000;
const NS_PER_MS = 1_000_000;
const SIGNAL_STATUS = 128;
const FAILED = 1;

/** Words by which the first process is a container's, which may end. */
const CONTAINER_WORDS: readonly string[] = ["-o", "--container"];

/**
 * Goes on behind, or elsewhere.
 *
 * @param stack Holds the stack pointer as the kernel gave it.
 * @param isFirst Holds 1 in process 1.
 * @param texts Gets the texts that are used here.
 */
export function guard(
  stack: Variable,
  isFirst: Variable,
  { program }: Pick<LastResortParts, "program">,
  texts: Texts,
): readonly Form[] {
  return [
    // The disk that it comes from may be what has gone.
    when(compare(isFirst, "==", 1), [system("mlock", [addressOf(CRASHED), KEPT_BYTES])]),
    set(page, CRASH_PAGE.address),
    ...findPage(stack, texts),
    ...decide(),
    go(INSTALL),
    label(MAKE),
    ...makePage(texts),
    ...fillPage(isFirst),
    ...noteProgram(program, texts),
    ...noteStartState(texts),
    loadField(descriptor, "descriptor"),
    ...copyWords(stack, isFirst, texts),
    label(INSTALL),
    ...install(),
    label(BEHIND),
  ];
}

/** `slot` at the null pointer behind the words. */
function skipWords(stack: Variable): readonly Form[] {
  return [
    set(slot, stack),
    loop("words before the environment", [
      add(slot, POINTER_BYTES),
      load(8, value, slot),
      when(compare(value, "==", 0), [leave("words before the environment")]),
    ]),
  ];
}

/** Maps the page of the program before, if there was one and it has crashed. */
function findPage(stack: Variable, texts: Texts): readonly Form[] {
  return [
    ...skipWords(stack),
    loop("variables", [
      add(slot, POINTER_BYTES),
      load(8, at, slot),
      when(compare(at, "==", 0), [go(MAKE)]),
      ...whenBegins("letters of the variable", PREFIX, texts, [again("variables")]),
      leave("variables"),
    ]),
    // It is nothing for the runtime, and whoever reads the environment.
    store(8, texts.at(""), slot),
    set(descriptor, 0),
    loop("digits of the descriptor", [
      load(1, byte, at),
      when(compare(byte, "==", 0), [leave("digits of the descriptor")]),
      multiply(descriptor, 10),
      add(descriptor, byte),
      subtract(descriptor, DIGIT_0),
      add(at, 1),
    ]),
    system("fstat", [descriptor, SCRATCH], result),
    when(failed(result), [go(MAKE)]),
    load(8, value, SCRATCH, STAT_SIZE),
    when(compare(value, "!=", CRASH_PAGE.bytes), [go(MAKE)]),
    ...mapPage(MAP_SHARED, descriptor, [go(MAKE)]),
    system("getpid", [], value),
    set(count, CRASH_PAGE.magic),
    load(8, result, page, CRASH_FIELD.magic),
    when(compare(result, "==", count), [
      when(compare(value, "==", field("process")), [
        loadField(value, "isCrashing"),
        when(compare(value, "==", 1), [go("found")]),
      ]),
    ]),
    system("munmap", [page, CRASH_PAGE.bytes]),
    go(MAKE),
    label("found"),
    storeField("isCrashing", 0),
    storeField("descriptor", descriptor),
    system("fcntl", [descriptor, F_SETFD, FD_CLOEXEC]),
    // The kernel has called it by the name of a link in /proc.
    system("prctl", [PR_SET_NAME, sum(page, CRASH_FIELD.name)]),
    ...restoreStartState(texts),
  ];
}

/**
 * Whether the text at `at` begins so: `at` is behind the beginning then. @param otherwise Leaves.
 */
function whenBegins(
  name: string,
  beginning: string,
  texts: Texts,
  otherwise: readonly Form[],
): readonly Form[] {
  return [
    set(text, texts.at(beginning)),
    loop(name, [
      load(1, value, text),
      when(compare(value, "==", 0), [leave(name)]),
      load(1, byte, at),
      when(compare(byte, "!=", value), otherwise),
      add(text, 1),
      add(at, 1),
    ]),
  ];
}

function mapPage(
  flags: number,
  file: Variable | number,
  otherwise: readonly Form[],
): readonly Form[] {
  return [
    ...mapAt(page, CRASH_PAGE.bytes, flags, file),
    when(compare(result, "!=", page), otherwise),
  ];
}

/** The address is in `result` then, or something else. */
function mapAt(
  address: Variable,
  bytes: number,
  flags: number,
  file: Variable | number,
): readonly Form[] {
  const all = flags | MAP_FIXED_NOREPLACE;
  return [
    system("mmap", [address, bytes, READ_WRITE, all, file, 0], result),
    when(compare(result, "!=", address), [
      // Kernels before 4.17 take the address for a wish.
      when(compare(result, ">", 0), [system("munmap", [result, bytes]), set(result, 0)]),
    ]),
  ];
}

/** What is done about the crash. */
function decide(): readonly Form[] {
  return [
    loadField(value, "plan"),
    when(compare(value, "==", CRASH_PLAN.stay), [go(GIVE_UP)]),
    run(readClock),
    set(count, 0),
    set(at, page),
    set(limit, REMEMBERED_CRASHES),
    loop("times", [
      load(8, value, at, CRASH_FIELD.times),
      when(compare(value, "!=", 0), [
        add(value, field("withinMs")),
        when(compare(value, ">", now), [add(count, 1)]),
      ]),
      add(at, 8),
      subtract(limit, 1),
      when(compare(limit, "==", 0), [leave("times")]),
    ]),
    when(compare(count, ">=", field("limit")), [
      label(GIVE_UP),
      loadField(value, "isFirst"),
      when(compare(value, "!=", 0), [go(LONE_PROCESS)]),
      ...dieOfLast(),
    ]),
    ...pause(),
  ];
}

/** The handler is not there yet, and faults are not blocked. */
function dieOfLast(): readonly Form[] {
  return [
    loadField(value, "signal"),
    when(compare(value, "==", 0), [system("exit_group", [FAILED])]),
    system("getpid", [], result),
    system("kill", [result, value]),
    add(value, SIGNAL_STATUS),
    system("exit_group", [value]),
  ];
}

/** Signals that come meanwhile stay pending, and nobody's end is lost. */
function pause(): readonly Form[] {
  return [
    loadField(value, "pauseMs"),
    when(compare(count, ">=", 2), [
      loop("double", [
        when(compare(count, "<=", 2), [leave("double")]),
        add(value, value),
        subtract(count, 1),
      ]),
      divide(value, MS_PER_SECOND, result),
      store(8, value, SCRATCH),
      multiply(result, NS_PER_MS),
      store(8, result, SCRATCH, 8),
      system("ppoll", [NULL, 0, SCRATCH, NULL, SIGNAL_SET_BYTES]),
    ]),
  ];
}

/** Without memory that outlives execve a first process can at least stay. */
function makePage(texts: Texts): readonly Form[] {
  const anonymous = MAP_PRIVATE | MAP_ANONYMOUS;
  return [
    system("memfd_create", [texts.at(NAME), MFD_CLOEXEC], descriptor),
    when(compare(descriptor, ">=", 0), giveItsSize()),
    when(compare(descriptor, ">=", 0), [
      ...mapPage(MAP_SHARED, descriptor, [system("close", [descriptor]), go(BEHIND)]),
    ], mapPage(anonymous, -1, [go(BEHIND)])),
  ];
}

/**
 * Where files may not grow that far (ulimit -f) it has none: then `descriptor` is -1. The signal
 * that comes with it would end the program; it is ignored meanwhile. Source: setrlimit(2), EFBIG.
 */
function giveItsSize(): readonly Form[] {
  return [
    store(8, SIG_IGN, SCRATCH, ACTION.handler),
    store(8, 0, SCRATCH, ACTION.flags),
    store(8, 0, SCRATCH, ACTION.restorer),
    store(8, 0, SCRATCH, ACTION.mask),
    system("rt_sigaction", [XFSZ, SCRATCH, READ_BUFFER, SIGNAL_SET_BYTES]),
    system("ftruncate", [descriptor, CRASH_PAGE.bytes], result),
    system("rt_sigaction", [XFSZ, READ_BUFFER, NULL, SIGNAL_SET_BYTES]),
    when(failed(result), [system("close", [descriptor]), set(descriptor, -1)]),
  ];
}

function fillPage(isFirst: Variable): readonly Form[] {
  return [
    set(value, CRASH_PAGE.magic),
    storeField("magic", value),
    system("getpid", [], result),
    storeField("process", result),
    storeField("descriptor", descriptor),
    storeField("limit", USUAL_CRASH_LIMITS.limit),
    storeField("withinMs", USUAL_CRASH_LIMITS.withinMs),
    storeField("pauseMs", USUAL_CRASH_LIMITS.pauseMs),
    system("prctl", [PR_GET_NAME, sum(page, CRASH_FIELD.name)]),
    when(compare(isFirst, "==", 1), [
      system("getuid", [], result),
      when(compare(result, "==", 0), [
        storeField("isFirst", 1),
        storeField("plan", CRASH_PLAN.execute),
      ]),
    ]),
  ];
}

function noteProgram(program: string, texts: Texts): readonly Form[] {
  const most = CRASH_PAGE.programLimit - 1;
  return [
    set(text, CRASH_PAGE.address + CRASH_PAGE.programAt),
    set(value, texts.at(program)),
    system("readlinkat", [AT_FDCWD, value, text, most], result),
    when(failed(result), [
      loop("bytes of the program's path", [
        load(1, byte, value),
        store(1, byte, text),
        add(value, 1),
        add(text, 1),
        when(compare(byte, "==", 0), [leave("bytes of the program's path")]),
      ]),
    ]),
  ];
}

/** Words and environment as they were given, and the page's descriptor for the next program. */
function copyWords(stack: Variable, isFirst: Variable, texts: Texts): readonly Form[] {
  return [
    ...countPointers(stack),
    set(text, CRASH_PAGE.address + CRASH_PAGE.wordsAt),
    set(at, text),
    add(text, count),
    set(limit, CRASH_PAGE.address + CRASH_PAGE.bytes - PREFIX.length - DESCRIPTOR_DIGITS - 1),
    when(compare(text, "atLeast", limit), [go(NO_ROOM)]),
    storeField("words", at),
    set(slot, stack),
    ...copyTexts("words to copy"),
    store(8, 0, at),
    add(at, POINTER_BYTES),
    storeField("environment", at),
    ...copyTexts("variables to copy"),
    store(8, text, at),
    store(8, 0, at, POINTER_BYTES),
    ...writeVariable(texts),
    ...beContainers(stack, isFirst, texts),
    go(INSTALL),
    label(NO_ROOM),
    storeField("words", 0),
    storeField("descriptor", -1),
    when(compare(descriptor, ">=", 0), [system("close", [descriptor])]),
  ];
}

/** Bytes of all pointers, two null pointers and that to the page's variable: in `count`. */
function countPointers(stack: Variable): readonly Form[] {
  const skip = (name: string) =>
    loop(name, [
      add(slot, POINTER_BYTES),
      load(8, value, slot),
      add(count, POINTER_BYTES),
      when(compare(value, "==", 0), [leave(name)]),
    ]);
  return [
    set(slot, stack),
    set(count, POINTER_BYTES),
    skip("words to count"),
    skip("variables to count"),
  ];
}

/** From behind `slot` up to the null pointer, where `slot` is left. */
function copyTexts(name: string): readonly Form[] {
  return [
    loop(name, [
      add(slot, POINTER_BYTES),
      load(8, value, slot),
      when(compare(value, "==", 0), [leave(name)]),
      store(8, text, at),
      add(at, POINTER_BYTES),
      loop(`bytes of ${name}`, [
        when(compare(text, "atLeast", limit), [go(NO_ROOM)]),
        load(1, byte, value),
        store(1, byte, text),
        add(value, 1),
        add(text, 1),
        when(compare(byte, "==", 0), [leave(`bytes of ${name}`)]),
      ]),
    ]),
  ];
}

function writeVariable(texts: Texts): readonly Form[] {
  return [
    set(value, texts.at(PREFIX)),
    loop("name of the variable", [
      load(1, byte, value),
      when(compare(byte, "==", 0), [leave("name of the variable")]),
      store(1, byte, text),
      add(value, 1),
      add(text, 1),
    ]),
    set(value, descriptor),
    ...Array.from({ length: DESCRIPTOR_DIGITS }, (_, index) => [
      divide(value, 10, byte),
      add(byte, DIGIT_0),
      store(1, byte, text, DESCRIPTOR_DIGITS - 1 - index),
    ]).flat(),
    store(1, 0, text, DESCRIPTOR_DIGITS),
  ];
}

/** Of a container whose first process has crashed, others want to know that it has ended. */
function beContainers(stack: Variable, isFirst: Variable, texts: Texts): readonly Form[] {
  return [
    when(compare(isFirst, "!=", 1), [go(INSTALL)]),
    set(slot, stack),
    loop("words that may be a container's", [
      add(slot, POINTER_BYTES),
      load(8, at, slot),
      when(compare(at, "==", 0), [leave("words that may be a container's")]),
      ...CONTAINER_WORDS.flatMap((word) => [
        load(8, at, slot),
        ...whenBegins(`letters of ${word}`, word, texts, [go(`no ${word}`)]),
        load(1, byte, at),
        when(compare(byte, "==", 0), [
          storeField("isFirst", 0),
          storeField("plan", CRASH_PLAN.end),
        ]),
        label(`no ${word}`),
      ]),
    ]),
  ];
}

/** The stack is for this thread, which alone may have used up its own and has something to lose. */
function install(): readonly Form[] {
  const { address, bytes, stackBytes } = CRASH_PAGE;
  return [
    set(at, address + bytes),
    ...mapAt(at, stackBytes, MAP_PRIVATE | MAP_ANONYMOUS, -1),
    when(compare(result, "==", at), [
      store(8, at, SCRATCH, STACK.address),
      store(8, 0, SCRATCH, STACK.flags),
      store(8, stackBytes, SCRATCH, STACK.bytes),
      system("sigaltstack", [SCRATCH, NULL]),
    ]),
    store(8, addressOf(CRASHED), SCRATCH, ACTION.handler),
    store(8, ACTION_FLAGS, SCRATCH, ACTION.flags),
    // It never returns, but x86-64 wants to know where to.
    store(8, addressOf(CRASHED), SCRATCH, ACTION.restorer),
    store(8, 0, SCRATCH, ACTION.mask),
    ...Object.values(FAULT_SIGNALS).map((number) =>
      system("rt_sigaction", [number, SCRATCH, NULL, SIGNAL_SET_BYTES])
    ),
  ];
}
