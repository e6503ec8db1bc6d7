/**
 * The client as a pipe: `dinitctl`, `shutdown` and their other names without the runtime.
 *
 * A manager of the same build has a warm runtime. So this program, which runs before everything
 * else in the executable, hands it the words, copies what comes back, and ends with the status that
 * it is given. What it cannot do, it leaves to the full client by going on as if it had not been
 * there: no descriptor is left open, no signal blocked, no byte of words, environment or standard
 * streams touched. It may not do more than that: it opens no file, takes no memory but its stack,
 * knows no command and no text of any; `docs/design` says why.
 *
 * Each part is a file: recognise, find the socket, connect, send the order, copy the answers.
 */
import {
  addressOf,
  compare,
  data,
  entryStack,
  type Form,
  go,
  label,
  littleEndian,
  never,
  type Program,
  set,
  system,
  type Variable,
  variable,
  when,
} from "../../forms.ts";
import { Texts } from "../../texts.ts";
import { answerData, copyAnswers, endWithoutStatus, IDENTITY } from "./answers.ts";
import { findSocket } from "./find_socket.ts";
import { connect } from "./connect.ts";
import { CLIENT_FRAME_BYTES, CLIENT_VARIABLES, OLD_MASK, socket } from "./memory.ts";
import { sendOrder } from "./order.ts";
import type { ClientParts } from "./parts.ts";
import { recognise, recogniseData } from "./recognise.ts";
import { appendRoutine, lookUpRoutine } from "./texts.ts";
import { writeRoutine } from "./write.ts";

export { CLIENT_FRAME_BYTES, CLIENT_VARIABLES } from "./memory.ts";
export type { ClientParts, WordsThatMatter } from "./parts.ts";

/** Where the forms go on in the end when this is nothing for them. */
const NOT_SERVED = "behind the client";
const LONG_WAY = "long way";

/** Linux include/uapi/asm-generic/signal.h, signal-defs.h. */
const SIGPIPE = 13;
const SIG_SETMASK = 2;
const SIGNAL_SET_BYTES = 8;
const NULL = 0;
const CLIENT_MASK = "signals of the client";

/**
 * Serves a client and ends, or changes nothing and goes on behind.
 *
 * @param stack Holds the stack pointer as the kernel gave it.
 * @param texts Gets the texts that are used here; whoever includes the forms places them.
 */
export function client(
  stack: Variable,
  parts: ClientParts,
  texts: Texts,
): readonly Form[] {
  return [
    ...recognise(stack, NOT_SERVED),
    set(socket, -1),
    // A reader that has gone is told by the write. All else works as in any program, whatever it
    // was started with.
    system("rt_sigprocmask", [SIG_SETMASK, addressOf(CLIENT_MASK), OLD_MASK, SIGNAL_SET_BYTES]),
    ...findSocket(texts, LONG_WAY),
    ...connect(LONG_WAY),
    ...sendOrder(stack, IDENTITY, LONG_WAY),
    ...copyAnswers(texts, parts, LONG_WAY),
    ...endWithoutStatus(texts, parts.closedEarly, addressOf(CLIENT_MASK)),
    never,
    ...lookUpRoutine(),
    ...appendRoutine(go(LONG_WAY)),
    ...writeRoutine(),
    ...recogniseData(parts),
    ...answerData(parts.identity),
    ...data(CLIENT_MASK, littleEndian(1n << BigInt(SIGPIPE - 1), SIGNAL_SET_BYTES)),
    label(LONG_WAY),
    when(compare(socket, ">=", 0), [system("close", [socket])]),
    system("rt_sigprocmask", [SIG_SETMASK, OLD_MASK, NULL, SIGNAL_SET_BYTES]),
    label(NOT_SERVED),
  ];
}

const stack = variable("stack");

/** The client alone, for tests and listings. @param behind What is done when it goes on. */
export function clientProgram(parts: ClientParts, behind: readonly Form[]): Program {
  const texts = new Texts();
  return {
    name: "client",
    variables: [...CLIENT_VARIABLES, stack],
    frameBytes: CLIENT_FRAME_BYTES,
    body: [entryStack(stack), ...client(stack, parts, texts), ...behind, never, ...texts.forms()],
  };
}
