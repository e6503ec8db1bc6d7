/**
 * What a client that is only a pipe and the manager agree on: the executable's entry sends the
 * words of a client's command line to the manager, which runs the command, and copies what comes
 * back.
 *
 * The entry program knows these numbers as machine code (`native/`), the manager by
 * `daemon/control/`. All numbers are little-endian, as everywhere in the control protocol.
 */

/**
 * In the mode of the control socket's file: who made it takes orders. A client sends none to a
 * socket without it, so upstream's managers never see one. It is the sticky bit, which means
 * nothing for a socket: inode(7).
 */
export const TAKES_ORDERS_MODE = 0o1000;

/**
 * First byte of an order, which is the first that a connection says; no request of the control
 * protocol has it. A manager of another build says that it is a bad one and carries nothing out.
 */
export const ORDER_CODE = 200;

/** Where the fields of an order are, in bytes from its first. */
export const ORDER_FIELD = {
  /** u16: how many bytes follow this field. */
  length: 1,
  /** {@linkcode IDENTITY_BYTES} letters: the build of the client. */
  identity: 3,
  /** u8: {@linkcode TERMINAL_BITS} */
  terminals: 19,
  /** u16: width of standard output; 0 when it is no terminal. */
  columns: 20,
  /** u32: effective user. */
  user: 22,
  /** u32 */
  wordCount: 26,
  /** u32 */
  variableCount: 30,
  /**
   * Each with a NUL behind it: working directory, words (the name that the program was called by
   * first), variables as NAME=VALUE.
   */
  texts: 34,
} as const;

/** Letters of a build's identity (`core/program/build_info.ts`). */
export const IDENTITY_BYTES = 16;

/** Code and length included; a longer order is not sent. */
export const ORDER_LIMIT_BYTES = 4096;

/** Which of the standard descriptors are terminals. */
export const TERMINAL_BITS = { input: 1, output: 2, errors: 4 } as const;

/** The environment variables that commands read, in an order only those that are set. */
export const CLIENT_VARIABLES: readonly string[] = [
  "DINIT_SOCKET_PATH",
  "HOME",
  "NO_COLOR",
  "DINIT_PAGER",
  "PAGER",
  "TERM",
  "TZ",
  "XDG_RUNTIME_DIR",
];

/** Kinds of the manager's frames: u8 kind, u16 length, so many bytes. */
export const FRAME = {
  /** Bytes for standard output. */
  output: 1,
  /** Bytes for standard error. */
  errors: 2,
  /** u8: the exit status. The last one, but for what a lost output brings. */
  status: 3,
  /**
   * Nothing was done: the client is to do it by itself. Without bytes, and only as the first one
   * behind `taken`.
   */
  longWay: 4,
  /**
   * What the end of the connection means from now on: u8 status, u8 stream (1 output, 2 errors),
   * u16 seconds to wait before the client ends, text for the stream.
   */
  atEnd: 5,
  /**
   * The client's {@linkcode OUTPUT_LOST} was read; what it was told before does not count. Without
   * bytes.
   */
  heard: 6,
  /**
   * Always the first: the order is understood. The build's identity, so that nobody else's answer
   * can pass for this.
   */
  taken: 7,
  /**
   * Until the next frame comes the client waits for as long as it takes: for a service, or for the
   * manager's end. Without bytes. Else it gives up after a time, as it does
   * by itself when it waits for an answer.
   */
  waits: 8,
  /**
   * What SIGINT means from now on: the text is for standard output, then the client ends with
   * {@linkcode INTERRUPTED_STATUS}. Where the signal is ignored it stays so.
   */
  interrupted: 9,
} as const;

/** As a shell tells of a program that SIGINT has ended. */
export const INTERRUPTED_STATUS = 130;

/**
 * The one message after an order, with a u32 behind it: the errno of a write to standard output.
 * Not EPIPE.
 */
export const OUTPUT_LOST = 1;

/** `DINIT_CLIENT=full` in the environment: do without all this. */
export const FULL_CLIENT = "DINIT_CLIENT=full";

/** Longest text of a frame `atEnd` or `interrupted`; the client drops the rest. */
export const END_TEXT_LIMIT_BYTES = 1024;
