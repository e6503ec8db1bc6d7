/** What the parts of the last resort work with: variables, the frame, routines. */
import { frame, type Routine, routine, type Variable, variable } from "../../forms.ts";

/** struct stat of fstat(2); smaller structures otherwise. */
const SCRATCH_BYTES = 144;
/** What services say, before it is thrown away. */
export const READ_BYTES = 4096;
export const LAST_RESORT_FRAME_BYTES = SCRATCH_BYTES + READ_BYTES;
export const SCRATCH = frame(0);
export const READ_BUFFER = frame(SCRATCH_BYTES);

/** Address of the crash page. */
export const page = variable("crash page");
/** Result of a call of the system. */
export const result = variable("result of the last resort");
export const at = variable("place of the last resort");
export const value = variable("value");
export const slot = variable("place of a pointer");
export const count = variable("count of the last resort");
export const text = variable("text of the last resort");
export const byte = variable("byte of the last resort");
/** Milliseconds of CLOCK_MONOTONIC. */
export const now = variable("now");
export const limit = variable("limit of the last resort");
export const descriptor = variable("descriptor");
/** What a handler is given: number or status, siginfo_t, ucontext_t. */
export const signal = variable("signal");
export const information = variable("information");
export const context = variable("context");
export const thread = variable("thread");
/** Of reboot(2). */
export const command = variable("command");

/** Leaves the time in {@link now}. */
export const readClock: Routine = routine("read clock");
/** Executes the program again; comes back when that failed. */
export const executeAgain: Routine = routine("execute again");
/** Writes {@link count} bytes of {@link text} to the console. */
export const say: Routine = routine("say");
/** Collects all children that have ended. */
export const reap: Routine = routine("reap");
/** Reads what services have said. */
export const empty: Routine = routine("empty pipes");
/** Waits until no child is left, at most {@link limit} milliseconds. */
export const awaitEnds: Routine = routine("await ends");

/** Most used first. */
export const LAST_RESORT_VARIABLES: readonly Variable[] = [
  ...[page, at, value, result, slot, count],
  ...[text, byte, now, limit, descriptor, signal, information, context, thread, command],
  ...[readClock, executeAgain, say, reap, empty, awaitEnds].map(({ link }) => link),
];
