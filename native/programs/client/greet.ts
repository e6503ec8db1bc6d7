/**
 * Connects to the manager and asks which build it is. Nobody has to answer: another program at the socket, another user's
 * manager, upstream's or another version, one that does not answer are all left to the full client, which says what is wrong.
 */
import {
  add,
  addressOf,
  compare,
  data,
  failed,
  type Form,
  frame,
  go,
  leave,
  load,
  loop,
  set,
  store,
  subtract,
  system,
  when,
} from "../../forms.ts";
import {
  ADDRESS,
  at,
  before,
  BUFFER,
  byte,
  count,
  cursor,
  given,
  letter,
  limit,
  result,
  SCRATCH,
  socket,
  TIME,
  user,
} from "./memory.ts";
import { AF_UNIX } from "./find_socket.ts";
import type { ClientParts } from "./parts.ts";

/** Linux include/linux/net.h, socket.h; asm-generic/socket.h, fcntl.h, poll.h: equal on x86-64 and aarch64. */
const [SOCK_STREAM, SOCK_NONBLOCK, SOCK_CLOEXEC] = [1, 0o4000, 0o2000000];
const [SOL_SOCKET, SO_PEERCRED] = [1, 17];
export const MSG_NOSIGNAL = 0x4000;
const F_SETFL = 4;
const POLLIN = 1;
/** struct ucred: process, user, group, four bytes each. */
const [CREDENTIALS_BYTES, USER_AT] = [12, 4];
const LAST_STANDARD_DESCRIPTOR = 2;
const NULL = 0;
const SIGNAL_SET_BYTES = 8;

/** A manager answers at once; a full client waits longer, and says what it waits for. */
const ANSWER_LIMIT_SECONDS = 2;

const QUERY = "greeting";
const ANSWER = "answer to the greeting";

export function greetData({ query, answer }: ClientParts): readonly Form[] {
  return [...data(QUERY, query), ...data(ANSWER, answer)];
}

/** @param otherwise Where to go when it is not the manager that is wanted; the socket stays open. */
export function connectAndGreet(
  { query, answer }: ClientParts,
  otherwise: string,
): readonly Form[] {
  const giveUp = go(otherwise);
  return [
    system("socket", [AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0], socket),
    when(failed(socket), [giveUp]),
    // One of 0 to 2 is closed, and what is written there would go to the manager.
    when(compare(socket, "<=", LAST_STANDARD_DESCRIPTOR), [giveUp]),
    system("connect", [socket, ADDRESS, cursor], result),
    when(failed(result), [giveUp]),
    ...checkPeer(giveUp),
    system("sendto", [socket, addressOf(QUERY), query.length, MSG_NOSIGNAL, NULL, 0], result),
    when(compare(result, "!=", query.length), [giveUp]),
    ...readAnswer(answer.length, giveUp),
    // From now on it waits for as long as a service takes.
    system("fcntl", [socket, F_SETFL, 0]),
  ];
}

/** Another user's answers are not shown, root's aside. */
function checkPeer(giveUp: Form): readonly Form[] {
  const lengthAt = frame(SCRATCH.offset + 16);
  return [
    store(4, CREDENTIALS_BYTES, lengthAt),
    system("getsockopt", [socket, SOL_SOCKET, SO_PEERCRED, SCRATCH, lengthAt], result),
    when(failed(result), [giveUp]),
    load(4, result, SCRATCH, USER_AT),
    when(compare(result, "!=", 0), [when(compare(result, "!=", user), [giveUp])]),
  ];
}

/** What comes is compared as it comes: upstream's answer is shorter, and nothing follows it. */
function readAnswer(length: number, giveUp: Form): readonly Form[] {
  const pollAt = SCRATCH;
  return [
    store(8, ANSWER_LIMIT_SECONDS, TIME),
    store(8, 0, TIME, 8),
    store(4, socket, pollAt),
    store(4, POLLIN, pollAt, 4),
    set(at, addressOf(ANSWER)),
    set(limit, addressOf(ANSWER, length)),
    loop("answer", [
      // The kernel writes back what is left of the time.
      system("ppoll", [pollAt, 1, TIME, NULL, SIGNAL_SET_BYTES], result),
      when(compare(result, "!=", 1), [giveUp]),
      set(count, limit),
      subtract(count, at),
      system("read", [socket, BUFFER, count], result),
      when(compare(result, "<=", 0), [giveUp]),
      set(before, BUFFER),
      set(given, BUFFER),
      add(given, result),
      loop("bytes of the answer", [
        load(1, byte, before),
        load(1, letter, at),
        when(compare(byte, "!=", letter), [giveUp]),
        add(before, 1),
        add(at, 1),
        when(compare(before, "==", given), [leave("bytes of the answer")]),
      ]),
      when(compare(at, "==", limit), [leave("answer")]),
    ]),
  ];
}
