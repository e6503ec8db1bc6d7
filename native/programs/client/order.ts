/**
 * Puts the words, and what the manager has to know of the client, into one packet and sends it:
 * `core/program/client_pipe.ts`.
 */
import {
  ORDER_CODE,
  ORDER_FIELD,
  ORDER_LIMIT_BYTES,
  TERMINAL_BITS,
} from "../../../core/program/client_pipe.ts";
import {
  add,
  type Address,
  compare,
  failed,
  type Form,
  frame,
  go,
  leave,
  load,
  loop,
  or,
  run,
  set,
  store,
  subtract,
  succeeded,
  system,
  type Variable,
  when,
} from "../../forms.ts";
import {
  append,
  BUFFER,
  count,
  cursor,
  given,
  kind,
  limit,
  result,
  SCRATCH,
  slot,
  socket,
  user,
} from "./memory.ts";
import { eachVariable } from "./recognise.ts";

/** Linux include/uapi/asm-generic/ioctls.h. */
const [TCGETS, TIOCGWINSZ] = [0x5401, 0x5413];
/** Of struct winsize, after the rows. */
const COLUMNS_AT = 2;
const NULL = 0;
const POINTER_BYTES = 8;
/** Linux include/linux/socket.h. */
export const MSG_NOSIGNAL = 0x4000;

/** The order's length does not count its code and itself. */
const BEFORE_COUNTED = ORDER_FIELD.length + 2;

/**
 * @param identity Address of this build's.
 * @param otherwise Where to go when there is too much to send, or not all of it was taken.
 */
export function sendOrder(
  stack: Variable,
  identity: Address,
  otherwise: string,
): readonly Form[] {
  return [
    store(1, ORDER_CODE, BUFFER),
    ...[0, 8].flatMap((offset) => [
      load(8, result, identity, offset),
      store(8, result, BUFFER, ORDER_FIELD.identity + offset),
    ]),
    ...askTerminals(),
    store(4, user, BUFFER, ORDER_FIELD.user),
    ...putDirectory(otherwise),
    ...putWords(stack),
    ...putVariables(),
    subtract(cursor, BUFFER),
    set(count, cursor),
    subtract(count, BEFORE_COUNTED),
    store(2, count, BUFFER, ORDER_FIELD.length),
    system("sendto", [socket, BUFFER, cursor, MSG_NOSIGNAL, NULL, 0], result),
    // The manager does nothing for half an order.
    when(compare(result, "!=", cursor), [go(otherwise)]),
  ];
}

function askTerminals(): readonly Form[] {
  const ask = (descriptor: number, bit: number) => [
    system("ioctl", [descriptor, TCGETS, SCRATCH], result),
    when(succeeded(result), [or(kind, bit)]),
  ];
  return [
    set(kind, 0),
    ...ask(0, TERMINAL_BITS.input),
    ...ask(1, TERMINAL_BITS.output),
    ...ask(2, TERMINAL_BITS.errors),
    store(1, kind, BUFFER, ORDER_FIELD.terminals),
    system("ioctl", [1, TIOCGWINSZ, SCRATCH], result),
    load(2, kind, SCRATCH, COLUMNS_AT),
    when(failed(result), [set(kind, 0)]),
    store(2, kind, BUFFER, ORDER_FIELD.columns),
  ];
}

/** The answer of getcwd(2) counts its NUL. */
function putDirectory(otherwise: string): readonly Form[] {
  const place = frame(BUFFER.offset + ORDER_FIELD.texts);
  return [
    system("getcwd", [place, ORDER_LIMIT_BYTES - ORDER_FIELD.texts], result),
    when(failed(result), [go(otherwise)]),
    set(cursor, place),
    add(cursor, result),
    set(limit, frame(BUFFER.offset + ORDER_LIMIT_BYTES)),
  ];
}

function putWords(stack: Variable): readonly Form[] {
  return [
    set(slot, stack),
    load(8, count, slot),
    store(4, count, BUFFER, ORDER_FIELD.wordCount),
    loop("words of the order", [
      add(slot, POINTER_BYTES),
      load(8, given, slot),
      when(compare(given, "==", 0), [leave("words of the order")]),
      ...putText(),
    ]),
  ];
}

function putVariables(): readonly Form[] {
  return [
    set(count, 0),
    ...eachVariable("variables of the order", [...putText(), add(count, 1)]),
    store(4, count, BUFFER, ORDER_FIELD.variableCount),
  ];
}

/** There is room for the NUL: `append` sees to it. */
function putText(): readonly Form[] {
  return [run(append), store(1, 0, cursor), add(cursor, 1)];
}
