/**
 * Where the client's program keeps what it works with: its part of the stack, and variables that
 * all of it shares.
 */
import { END_TEXT_LIMIT_BYTES, ORDER_LIMIT_BYTES } from "../../../core/program/client_pipe.ts";
import { frame, type Routine, routine, type Variable, variable } from "../../forms.ts";

/** Bytes of answers that are read at once: a list of 200 services. */
export const READ_BYTES = 16 * 1024;

/** Family and path, with the NUL behind it: sockaddr_un of unix(7). */
const ADDRESS_BYTES = 112;
/** u8 status, u8 stream, u16 seconds, text. */
export const END_HEAD_BYTES = 4;

const OFFSET = {
  address: 0,
  /** The signal mask that the program was started with. */
  mask: ADDRESS_BYTES,
  /** What a call of the system fills in, or takes. */
  scratch: ADDRESS_BYTES + 8,
  /** struct timespec. */
  time: ADDRESS_BYTES + 72,
  /** The last frame that says what the end of the connection means. */
  end: ADDRESS_BYTES + 88,
  /** What Ctrl-C says. */
  interrupt: ADDRESS_BYTES + 88 + END_HEAD_BYTES + END_TEXT_LIMIT_BYTES,
  /** The order, then answers. */
  buffer: ADDRESS_BYTES + 88 + END_HEAD_BYTES + 2 * END_TEXT_LIMIT_BYTES,
} as const;

export const ADDRESS = frame(OFFSET.address);
export const OLD_MASK = frame(OFFSET.mask);
export const SCRATCH = frame(OFFSET.scratch);
export const TIME = frame(OFFSET.time);
export const END = frame(OFFSET.end);
export const INTERRUPT = frame(OFFSET.interrupt);
export const BUFFER = frame(OFFSET.buffer);
export const CLIENT_FRAME_BYTES = OFFSET.buffer + Math.max(READ_BYTES, ORDER_LIMIT_BYTES);

/** Result of a call of the system. */
export const result = variable("call's result");
/** At a pointer to a word, or to a variable of the environment. */
export const slot = variable("pointer's place");
/** A text that is looked up, or copied. */
export const given = variable("text");
export const byte = variable("byte of a text");
/** Where bytes are taken from, and how many. */
export const at = variable("place");
export const count = variable("count");

/** The table to look in, and the number that was found there: 0 for none. */
export const table = variable("table");
export const found = variable("found");
export const entry = variable("place in the table");
export const letter = variable("letter of the table");
export const before = variable("letter before");

/** Where the next byte is put, and the place behind the last one that may be used. */
export const cursor = variable("end of the copy");
export const limit = variable("limit of the copy");

/** Name that the program was called by. */
export const name = variable("name");
/** Which program it is; 0: the manager, or one that is not known here. */
export const personality = variable("program");
/** The table of its words. */
export const words = variable("table of words");
/** -s or -u, as the table has them; 0: neither. */
export const instance = variable("instance");
/** Of the socket; 0: not known yet. */
export const path = variable("path");
/** Values of the variables that tell of it; 0: not set. */
export const fromSocket = variable("DINIT_SOCKET_PATH");
export const fromRuntime = variable("XDG_RUNTIME_DIR");
export const fromHome = variable("HOME");
/** Effective user. */
export const user = variable("user");
/** −1 before there is one. */
export const socket = variable("socket");

/** What is left to come of a frame's head and of its bytes, and its kind. */
export const headLeft = variable("bytes of the head");
export const left = variable("bytes of the frame");
export const kind = variable("kind of frame");
/** What comes next of the first frame; 0 when it has come. */
export const expected = variable("expected byte");
/** Behind the last byte that was read. */
export const behind = variable("behind the bytes");
/** Behind the last byte of what the end of the connection means; 0: nobody has said it. */
export const endFilled = variable("end's end");
/** Behind the last byte of what Ctrl-C says. */
export const interruptFilled = variable("interrupt's end");
/** Where SIGINT is read; 0: nowhere yet, −1: it is ignored. */
export const signals = variable("signals");
/** How many descriptors are waited for. */
export const polled = variable("polled");
/** No frame has come yet. */
export const isFirst = variable("first frame");
/** The manager has said that it waits for something. */
export const isPatient = variable("patient");
/** The manager was told that output was lost, and has not heard it yet. */
export const isDeaf = variable("deaf");
/** Bit 1: standard output takes nothing any more; bit 2: standard error. */
export const isDown = variable("down");
/** Descriptor that is written to. */
export const stream = variable("stream");

/** Finds {@link given} in {@link table}. */
export const lookUp: Routine = routine("look up");
/** Copies {@link given} to {@link cursor}, without its NUL. */
export const append: Routine = routine("append");
/**
 * Writes {@link count} bytes from {@link at} to {@link stream}, which may take nothing any more.
 */
export const write: Routine = routine("write");

/** Most used first. */
export const CLIENT_VARIABLES: readonly Variable[] = [
  ...[at, count, result, given, byte, letter],
  ...[entry, found, table, slot, cursor, limit, before],
  ...[socket, kind, left, headLeft, behind, stream, expected, isDeaf, isDown, isFirst, endFilled],
  ...[isPatient, signals, interruptFilled, polled],
  ...[name, personality, words, instance, path, user, fromSocket, fromRuntime, fromHome],
  ...[lookUp.link, append.link, write.link],
];
