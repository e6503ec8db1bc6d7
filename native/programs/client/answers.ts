/**
 * Copies what the manager answers to standard output and standard error, and ends with the status
 * that it is given.
 *
 * Frames (`core/program/client_pipe.ts`) may come in any pieces: of a frame's head and of its bytes
 * only is kept how much is to come.
 */
import {
  END_TEXT_LIMIT_BYTES,
  FRAME,
  IDENTITY_BYTES,
  INTERRUPTED_STATUS,
} from "../../../core/program/client_pipe.ts";
import {
  add,
  type Address,
  addressOf,
  again,
  compare,
  data,
  type Form,
  frame,
  go,
  leave,
  littleEndian,
  load,
  loop,
  or,
  run,
  set,
  shiftLeft,
  store,
  subtract,
  system,
  type Variable,
  when,
} from "../../forms.ts";
import type { Texts } from "../../texts.ts";
import {
  append,
  at,
  behind,
  BUFFER,
  byte,
  count,
  cursor,
  END,
  END_HEAD_BYTES,
  endFilled,
  expected,
  given,
  headLeft,
  INTERRUPT,
  interruptFilled,
  isDeaf,
  isDown,
  isFirst,
  isPatient,
  kind,
  left,
  letter,
  limit,
  name,
  personality,
  polled,
  READ_BYTES,
  result,
  SCRATCH,
  signals,
  socket,
  stream,
  TIME,
  write,
} from "./memory.ts";
import type { ClientParts } from "./parts.ts";
import { PROGRAM } from "./recognise.ts";

const HEAD_BYTES = 3;
const END_LIMIT_BYTES = END_HEAD_BYTES + END_TEXT_LIMIT_BYTES;
/** Where the fields of a frame `atEnd` are. */
const AT_END = { status: 0, stream: 1, seconds: 2, text: END_HEAD_BYTES } as const;
/** asm-generic/errno-base.h, as a system call returns it. */
const MINUS_EINTR = -4;
const POLLIN = 1;
const NULL = 0;
const SIGNAL_SET_BYTES = 8;
/** struct pollfd: descriptor, what is waited for, what came, of 4, 2 and 2 bytes: poll(2). */
const [POLL_BYTES, EVENTS_AT, CAME_AT] = [8, 4, 6];
/** Linux include/uapi/asm-generic/signal.h, signal-defs.h; linux/signalfd.h. */
const [SIGINT, SIGPIPE] = [2, 13];
const [SIG_SETMASK, SIG_IGN, SFD_CLOEXEC] = [2, 1, 0o2000000];
const INTERRUPTS = "signals that are read";
const BLOCKED = "signals that are read or blocked";
const FAILURE = 1;
const OUTPUT = 1;
const ERRORS = 2;

/** The first frame, whole. */
const TAKEN = "order is taken";
/** Address of this build's identity. */
export const IDENTITY = addressOf(TAKEN, HEAD_BYTES);
const TAKEN_BYTES = HEAD_BYTES + IDENTITY_BYTES;

export function answerData(identity: string): readonly Form[] {
  const letters = new TextEncoder().encode(identity);
  return [
    ...data(TAKEN, [FRAME.taken, ...littleEndian(IDENTITY_BYTES, 2), ...letters]),
    ...data(INTERRUPTS, littleEndian(bitOf(SIGINT), SIGNAL_SET_BYTES)),
    ...data(BLOCKED, littleEndian(bitOf(SIGINT) | bitOf(SIGPIPE), SIGNAL_SET_BYTES)),
  ];
}

function bitOf(signal: number): bigint {
  return 1n << BigInt(signal - 1);
}

/**
 * What comes is compared as it comes with the frame that a manager of this build begins with; other
 * managers end the connection, or say that the order is a bad one. Who does not answer at all, or
 * falls silent without having said what it waits for, may still carry the order out, so nobody else
 * can do it then.
 *
 * @param longWay Where to go when the order is carried out by nobody.
 */
export function copyAnswers(
  texts: Texts,
  { unanswered, answerLimitSeconds }: ClientParts,
  longWay: string,
): readonly Form[] {
  return [
    set(headLeft, HEAD_BYTES),
    set(isFirst, 1),
    set(isDeaf, 0),
    set(isDown, 0),
    set(endFilled, 0),
    set(signals, 0),
    set(interruptFilled, INTERRUPT),
    set(expected, addressOf(TAKEN)),
    set(limit, addressOf(TAKEN, TAKEN_BYTES)),
    set(isPatient, 0),
    ...beginWait(answerLimitSeconds),
    loop("answers", [
      store(4, socket, SCRATCH),
      store(4, POLLIN, SCRATCH, EVENTS_AT),
      set(polled, 1),
      when(compare(signals, ">=", 1), [
        store(4, signals, SCRATCH, POLL_BYTES),
        store(4, POLLIN, SCRATCH, POLL_BYTES + EVENTS_AT),
        set(polled, 2),
      ]),
      when(compare(isPatient, "==", 0), [
        // The kernel writes back what is left of the time.
        system("ppoll", [SCRATCH, polled, TIME, NULL, SIGNAL_SET_BYTES], result),
        when(compare(result, "==", MINUS_EINTR), [again("answers")]),
        when(compare(result, "==", 0), [
          ...unanswered.flatMap((line) => tell(texts, line)),
          system("exit_group", [FAILURE]),
        ]),
      ], [
        // One descriptor alone is waited for by reading it.
        when(compare(polled, "==", 2), [
          system("ppoll", [SCRATCH, polled, NULL, NULL, SIGNAL_SET_BYTES], result),
          when(compare(result, "==", MINUS_EINTR), [again("answers")]),
        ]),
      ]),
      when(compare(polled, "==", 2), [
        load(2, byte, SCRATCH, POLL_BYTES + CAME_AT),
        when(compare(byte, "!=", 0), endInterrupted()),
      ]),
      system("read", [socket, BUFFER, READ_BYTES], result),
      when(compare(result, "==", MINUS_EINTR), [again("answers")]),
      ...beginWait(answerLimitSeconds),
      // A reset means the same as an ordinary end: the manager is gone.
      when(compare(result, "<=", 0), [leave("answers")]),
      set(at, BUFFER),
      set(behind, BUFFER),
      add(behind, result),
      when(compare(expected, "!=", 0), expectTaken(longWay)),
      loop("bytes of answers", [
        when(compare(at, "==", behind), [again("answers")]),
        when(compare(headLeft, "!=", 0), [...takeHead(longWay), again("bytes of answers")]),
        ...takeBytes(),
      ]),
    ]),
    when(compare(expected, "!=", 0), [go(longWay)]),
  ];
}

function beginWait(seconds: number): readonly Form[] {
  return [store(8, seconds, TIME), store(8, 0, TIME, 8)];
}

/** Leaves `expected` at 0 when all of the first frame has come. */
function expectTaken(longWay: string): readonly Form[] {
  return [
    loop("first frame", [
      when(compare(at, "==", behind), [again("answers")]),
      load(1, byte, at),
      load(1, letter, expected),
      when(compare(byte, "!=", letter), [go(longWay)]),
      add(at, 1),
      add(expected, 1),
      when(compare(expected, "==", limit), [leave("first frame")]),
    ]),
    set(expected, 0),
  ];
}

/** One byte of a frame's head: kind, length, more of the length. */
function takeHead(longWay: string): readonly Form[] {
  return [
    load(1, byte, at),
    add(at, 1),
    subtract(headLeft, 1),
    when(compare(headLeft, "==", 2), [set(kind, byte), again("bytes of answers")]),
    when(compare(headLeft, "==", 1), [set(left, byte), again("bytes of answers")]),
    shiftLeft(byte, 8),
    or(left, byte),
    when(compare(kind, "==", FRAME.longWay), [
      when(compare(isFirst, "!=", 0), [go(longWay)]),
    ]),
    set(isFirst, 0),
    set(isPatient, 0),
    when(compare(kind, "==", FRAME.waits), [set(isPatient, 1)]),
    when(compare(kind, "==", FRAME.heard), [set(isDeaf, 0)]),
    when(compare(kind, "==", FRAME.interrupted), [set(interruptFilled, INTERRUPT)]),
    when(compare(kind, "==", FRAME.atEnd), [
      when(compare(isDeaf, "==", 0), [set(endFilled, END)]),
    ]),
    when(compare(left, "==", 0), [set(headLeft, HEAD_BYTES)]),
  ];
}

/** The part of a frame's bytes that has come. */
function takeBytes(): readonly Form[] {
  return [
    set(count, behind),
    subtract(count, at),
    when(compare(count, "above", left), [set(count, left)]),
    subtract(left, count),
    when(compare(left, "==", 0), [set(headLeft, HEAD_BYTES)]),
    // The kinds of frames for output and errors are the numbers of the descriptors.
    set(stream, kind),
    when(compare(kind, "==", FRAME.output), [run(write), again("bytes of answers")]),
    when(compare(kind, "==", FRAME.errors), [run(write), again("bytes of answers")]),
    when(compare(kind, "==", FRAME.interrupted), [
      ...keep(interruptFilled, INTERRUPT.offset + END_TEXT_LIMIT_BYTES, "interrupt's bytes"),
      when(compare(signals, "==", 0), readInterrupts()),
      again("bytes of answers"),
    ]),
    when(compare(isDeaf, "==", 0), [
      when(compare(kind, "==", FRAME.status), [
        load(1, byte, at),
        system("exit_group", [byte]),
      ]),
      when(compare(kind, "==", FRAME.atEnd), [
        ...keep(endFilled, END.offset + END_LIMIT_BYTES, "end's bytes"),
        again("bytes of answers"),
      ]),
    ]),
    add(at, count),
  ];
}

/**
 * Keeps the part of a frame's bytes, as much as there is room for.
 *
 * @param filled Behind the last byte that is kept.
 * @param end Offset behind the room.
 */
function keep(filled: Variable, end: number, name: string): readonly Form[] {
  return [
    set(limit, frame(end)),
    loop(name, [
      when(compare(count, "==", 0), [leave(name)]),
      when(compare(filled, "below", limit), [
        load(1, byte, at),
        store(1, byte, filled),
        add(filled, 1),
      ]),
      add(at, 1),
      subtract(count, 1),
    ]),
  ];
}

/** From now on SIGINT is read, if it would have ended the program. */
function readInterrupts(): readonly Form[] {
  return [
    set(signals, -1),
    system("rt_sigaction", [SIGINT, NULL, SCRATCH, SIGNAL_SET_BYTES], result),
    load(8, byte, SCRATCH),
    when(compare(byte, "!=", SIG_IGN), [
      system("rt_sigprocmask", [SIG_SETMASK, addressOf(BLOCKED), NULL, SIGNAL_SET_BYTES]),
      system("signalfd4", [-1, addressOf(INTERRUPTS), SIGNAL_SET_BYTES, SFD_CLOEXEC], signals),
    ]),
  ];
}

/** Ctrl-C: what was ordered goes on. */
function endInterrupted(): readonly Form[] {
  return [
    set(at, INTERRUPT),
    set(count, interruptFilled),
    subtract(count, at),
    set(stream, OUTPUT),
    when(compare(count, "!=", 0), [run(write)]),
    system("exit_group", [INTERRUPTED_STATUS]),
  ];
}

/** The connection has ended without a status. @param mask Address of the signals of before. */
export function endWithoutStatus(
  texts: Texts,
  closedEarly: readonly string[],
  mask: Address,
): readonly Form[] {
  return [
    when(compare(isDeaf, "!=", 0), [system("exit_group", [FAILURE])]),
    set(limit, frame(END.offset + END_HEAD_BYTES)),
    when(compare(endFilled, "below", limit), [
      ...closedEarly.flatMap((line) => tell(texts, line)),
      system("exit_group", [FAILURE]),
    ]),
    load(1, stream, END, AT_END.stream),
    set(at, limit),
    set(count, endFilled),
    subtract(count, at),
    run(write),
    // What was lost of it is a failure, too.
    when(compare(isDeaf, "!=", 0), [system("exit_group", [FAILURE])]),
    load(2, result, END, AT_END.seconds),
    when(compare(result, "!=", 0), [
      // Nobody waits for Ctrl-C any more but the kernel.
      system("rt_sigprocmask", [SIG_SETMASK, mask, NULL, SIGNAL_SET_BYTES]),
      store(8, result, TIME),
      store(8, 0, TIME, 8),
      system("ppoll", [NULL, 0, TIME, NULL, SIGNAL_SET_BYTES]),
    ]),
    load(1, byte, END, AT_END.status),
    system("exit_group", [byte]),
  ];
}

/** A line on standard error behind the program's name. */
function tell(texts: Texts, line: string): readonly Form[] {
  return [
    set(cursor, BUFFER),
    set(limit, frame(BUFFER.offset + READ_BYTES)),
    set(given, name),
    when(compare(personality, "==", PROGRAM.ctl), [set(given, texts.at("dinitctl"))]),
    run(append),
    set(given, texts.at(`: ${line}\n`)),
    run(append),
    set(at, BUFFER),
    set(count, cursor),
    subtract(count, at),
    set(stream, ERRORS),
    run(write),
  ];
}
