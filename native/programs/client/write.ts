/**
 * Writes to standard output or standard error as the full client does: all of it, however slowly it
 * is taken; nothing more once it is not taken. A reader that has gone knows it; of any other loss
 * on standard output the manager is told.
 */
import { OUTPUT_LOST } from "../../../core/program/client_pipe.ts";
import {
  add,
  again,
  and,
  compare,
  define,
  exclusiveOr,
  type Form,
  leave,
  loop,
  or,
  set,
  store,
  subtract,
  system,
  when,
} from "../../forms.ts";
import { at, count, isDeaf, isDown, result, SCRATCH, socket, stream, write } from "./memory.ts";
import { MSG_NOSIGNAL } from "./order.ts";

/**
 * Linux include/uapi: asm-generic/errno-base.h, as a system call returns it; asm-generic/poll.h.
 */
const [MINUS_EINTR, MINUS_EAGAIN, MINUS_EPIPE] = [-4, -11, -32];
const POLLOUT = 4;
const NULL = 0;
const SIGNAL_SET_BYTES = 8;
const OUTPUT = 1;
const LOST_BYTES = 5;

/** Afterwards `at` is behind the bytes, whether they were taken or not. */
export function writeRoutine(): readonly Form[] {
  return define(write, [
    loop("write", [
      when(compare(count, "==", 0), [leave("write")]),
      // The bits of what takes nothing any more are the descriptors' numbers.
      set(result, isDown),
      and(result, stream),
      when(compare(result, "!=", 0), [add(at, count), leave("write")]),
      system("write", [stream, at, count], result),
      when(compare(result, ">=", 0), [
        add(at, result),
        subtract(count, result),
        again("write"),
      ]),
      when(compare(result, "==", MINUS_EINTR), [again("write")]),
      when(compare(result, "==", MINUS_EAGAIN), [...waitUntilTaken(), again("write")]),
      or(isDown, stream),
      when(compare(stream, "==", OUTPUT), [
        when(compare(result, "!=", MINUS_EPIPE), tellManager()),
      ]),
    ]),
  ]);
}

/** Somebody else has made the descriptor non-blocking, and nothing fits into it now. */
function waitUntilTaken(): readonly Form[] {
  return [
    store(4, stream, SCRATCH),
    store(4, POLLOUT, SCRATCH, 4),
    system("ppoll", [SCRATCH, 1, NULL, NULL, SIGNAL_SET_BYTES]),
  ];
}

/** It says why the output is lost, and with which status to end. */
function tellManager(): readonly Form[] {
  return [
    set(isDeaf, 1),
    store(1, OUTPUT_LOST, SCRATCH),
    // The error's number, which the call returned as a negative one.
    exclusiveOr(result, -1),
    add(result, 1),
    store(4, result, SCRATCH, 1),
    system("sendto", [socket, SCRATCH, LOST_BYTES, MSG_NOSIGNAL, NULL, 0]),
  ];
}
