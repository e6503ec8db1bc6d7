/**
 * The part of the entry stub that looks at what the program was started with, before the runtime does.
 *
 * Nothing is lost by what it does: the kernel keeps words and environment as they were given (/proc/self/cmdline and
 * environ, proc(5)), and the program reads them there.
 */
import { data, type Item, label, text } from "./assembler.ts";
import { NOT_ASCII } from "../../core/started_words.ts";
import type { StubMachine } from "./stub_machine.ts";

/**
 * Beginnings of the names of variables that steer the runtime: what it prints, which files and sockets it opens, how it
 * is set up. Found by listing what the runtime asks getenv(3) for. Those that concern every program stay: NO_COLOR and its
 * kin, TERM, the language, TZ, TMPDIR.
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

/**
 * Puts {@linkcode NOT_ASCII} in the place of words that hold other bytes than ASCII (the runtime ends at one that is not
 * UTF-8), and an empty text in that of variables that steer the runtime. Only pointers change.
 *
 * At the entry point the stack has the number of words, their pointers, a null pointer, the environment's pointers, a
 * null pointer. Source: System V ABI, "Process Initialization".
 */
export function hideFromRuntime(machine: StubMachine): readonly Item[] {
  return [
    ...machine.loadStackPointer("slot"),
    ...hideWords(machine),
    ...hideVariables(machine),
  ];
}

/** Leaves `slot` at the null pointer behind the words. */
function hideWords(machine: StubMachine): readonly Item[] {
  return [
    label("next word"),
    ...machine.add("slot", POINTER_BYTES),
    ...machine.load("text", "slot"),
    ...machine.jumpIfEqual("text", 0, "words are done"),
    label("next byte of the word"),
    ...machine.loadByte("byte", "text"),
    ...machine.jumpIfEqual("byte", 0, "next word"),
    ...machine.add("text", 1),
    ...machine.jumpIfBelow("byte", FIRST_NOT_ASCII, "next byte of the word"),
    ...machine.loadAddress("text", "word that is not ASCII"),
    ...machine.store("slot", "text"),
    ...machine.jump("next word"),
    label("words are done"),
  ];
}

function hideVariables(machine: StubMachine): readonly Item[] {
  return [
    label("next variable"),
    ...machine.add("slot", POINTER_BYTES),
    ...machine.load("text", "slot"),
    ...machine.jumpIfEqual("text", 0, "variables are done"),
    ...machine.loadAddress("pattern", "variables of the runtime"),

    label("next pattern"),
    ...machine.load("text", "slot"),
    label("next letter"),
    ...machine.loadByte("other", "pattern"),
    ...machine.jumpIfEqual("other", 0, "the variable fits"),
    ...machine.loadByte("byte", "text"),
    ...machine.add("text", 1),
    ...machine.add("pattern", 1),
    ...machine.jumpIfSame("byte", "other", "next letter"),

    // A pattern may have ended with the letter that differs.
    label("rest of the pattern"),
    ...machine.loadByte("other", "pattern"),
    ...machine.add("pattern", 1),
    ...machine.jumpUnlessEqual("other", 0, "rest of the pattern"),
    ...machine.loadByte("other", "pattern"),
    ...machine.jumpIfEqual("other", 0, "next variable"),
    ...machine.jump("next pattern"),

    label("the variable fits"),
    ...machine.loadAddress("text", "empty text"),
    ...machine.store("slot", "text"),
    ...machine.jump("next variable"),
    label("variables are done"),
  ];
}

/** What {@linkcode hideFromRuntime} points to. */
export function hidingTexts(): readonly Item[] {
  return [
    label("word that is not ASCII"),
    text(NOT_ASCII),
    label("variables of the runtime"),
    ...RUNTIME_VARIABLES.map(text),
    // An empty pattern is the list's end.
    label("empty text"),
    data([0]),
  ];
}
