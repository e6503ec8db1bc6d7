/**
 * Looks at what the program was started with, before the runtime does.
 *
 * Nothing is lost by what it does: the kernel keeps words and environment as they were given
 * (/proc/self/cmdline and environ, proc(5)), and the program reads them there.
 */
import { NOT_ASCII } from "../../core/program/started_words.ts";
import {
  add,
  addressOf,
  again,
  compare,
  data,
  type Form,
  leave,
  load,
  loop,
  set,
  store,
  text,
  type Variable,
  variable,
  when,
} from "../forms.ts";

/**
 * Beginnings of the names of variables that steer the runtime: what it prints, which files and
 * sockets it opens, how it is set up. Found by listing what the runtime asks getenv(3) for. Those
 * that concern every program stay: NO_COLOR and its kin, TERM, the language, TZ, TMPDIR.
 */
export const RUNTIME_VARIABLES: readonly string[] = [
  "DENO_",
  "ICU_",
  "NODE_",
  "OPENSSL_",
  "OTEL_",
  "RUST_",
  "SSLKEYLOGFILE=",
  "SSL_CERT_",
  "TOKIO_",
];

const FIRST_NOT_ASCII = 0x80;
const POINTER_BYTES = 8;
const REPLACEMENT = "word that is not ASCII";
const PATTERNS = "variables of the runtime";
const NOTHING = "empty text";

const slot = variable("slot");
const at = variable("at");
const pattern = variable("pattern");
const byte = variable("byte");
const letter = variable("letter");

export const HIDING_VARIABLES: readonly Variable[] = [slot, at, pattern, byte, letter];

/**
 * Puts {@linkcode NOT_ASCII} in the place of words that hold other bytes than ASCII (the runtime
 * ends at one that is not UTF-8), and an empty text in that of variables that steer the runtime.
 * Only pointers change.
 *
 * @param stack The stack pointer at the entry. There are the number of words, their pointers, a
 *   null pointer, the environment's pointers, a null pointer. Source: System V ABI, "Process
 *   Initialization".
 */
export function hideFromRuntime(stack: Variable): readonly Form[] {
  return [
    set(slot, stack),
    ...eachPointer("words", hideWord()),
    ...eachPointer("environment", hideVariable()),
  ];
}

/** Runs the body with `slot` at each pointer up to the null pointer, where `slot` is left. */
function eachPointer(name: string, body: readonly Form[]): readonly Form[] {
  return [
    loop(name, [
      add(slot, POINTER_BYTES),
      load(8, at, slot),
      when(compare(at, "==", 0), [leave(name)]),
      ...body,
    ]),
  ];
}

function hideWord(): readonly Form[] {
  return [
    loop("bytes of a word", [
      load(1, byte, at),
      when(compare(byte, "==", 0), [again("words")]),
      add(at, 1),
      when(compare(byte, ">=", FIRST_NOT_ASCII), [leave("bytes of a word")]),
    ]),
    store(8, addressOf(REPLACEMENT), slot),
  ];
}

function hideVariable(): readonly Form[] {
  return [
    set(pattern, addressOf(PATTERNS)),
    loop("patterns", [
      load(1, letter, pattern),
      // An empty pattern is the list's end.
      when(compare(letter, "==", 0), [again("environment")]),
      load(8, at, slot),
      loop("letters", [
        load(1, letter, pattern),
        when(compare(letter, "==", 0), [leave("patterns")]),
        load(1, byte, at),
        when(compare(byte, "!=", letter), [leave("letters")]),
        add(at, 1),
        add(pattern, 1),
      ]),
      loop("rest of the pattern", [
        load(1, letter, pattern),
        add(pattern, 1),
        when(compare(letter, "==", 0), [again("patterns")]),
      ]),
    ]),
    store(8, addressOf(NOTHING), slot),
  ];
}

/** What {@link hideFromRuntime} points to. */
export function hidden(): readonly Form[] {
  return [
    ...text(REPLACEMENT, NOT_ASCII),
    ...data(PATTERNS, RUNTIME_VARIABLES.flatMap((name) => [...new TextEncoder().encode(name), 0])),
    ...data(NOTHING, [0]),
  ];
}
