/**
 * Is this a client, and what do its words and its environment say of the socket?
 *
 * Words are read as `ctl/words/command_line.ts` reads them, as far as they matter here: options
 * stand anywhere, are whole words, and the word after one that takes an argument is its argument,
 * whatever it looks like. Where this and the full reading would differ, the command line is faulty,
 * and whoever reads it says so; only a place of the socket must never be made up.
 */
import {
  CLIENT_VARIABLES as SENT_VARIABLES,
  FULL_CLIENT,
} from "../../../core/program/client_pipe.ts";
import { type Personality, PROGRAM_NAMES } from "../../../core/program/program_names.ts";
import {
  add,
  addressOf,
  again,
  compare,
  type Form,
  go,
  leave,
  load,
  loop,
  run,
  set,
  system,
  type Variable,
  when,
} from "../../forms.ts";
import {
  at,
  byte,
  found,
  fromHome,
  fromRuntime,
  fromSocket,
  given,
  instance,
  lookUp,
  name,
  path,
  personality,
  result,
  slot,
  table,
  words,
} from "./memory.ts";
import type { ClientParts, WordsThatMatter } from "./parts.ts";
import { type Entries, textTable } from "./texts.ts";

/** What programs are, as numbers. */
export const PROGRAM = { ctl: 1, shutdown: 2, other: 3 } as const;
/** What words are. */
export const WORD = { socketPath: 1, system: 2, user: 3, withArgument: 4, longWay: 5 } as const;
/** What variables are; all but `full` are sent. */
const VARIABLE = { full: 1, sent: 2, socket: 3, runtime: 4, home: 5 } as const;

const NAMES = "names of programs";
const SUBCOMMANDS = "subcommands";
const CTL_WORDS = "words of dinitctl";
const SHUTDOWN_WORDS = "words of shutdown";
const VARIABLES = "variables";

const POINTER_BYTES = 8;
const SLASH = "/".charCodeAt(0);

/**
 * @param stack The stack pointer at the entry: number of words, their pointers, a null pointer, the
 *   environment's pointers, a null pointer (System V ABI, "Process Initialization").
 * @param otherwise Where to go with what is no client, or nothing for this program.
 */
export function recognise(stack: Variable, otherwise: string): readonly Form[] {
  const notServed = go(otherwise);
  return [
    set(personality, 0),
    set(slot, stack),
    add(slot, POINTER_BYTES),
    load(8, given, slot),
    // A program can be started without any word, not even its own name.
    when(compare(given, "==", 0), [notServed]),
    ...lastPart(),
    set(table, addressOf(NAMES)),
    run(lookUp),
    set(personality, found),
    when(compare(personality, "==", 0), [
      add(slot, POINTER_BYTES),
      load(8, given, slot),
      when(compare(given, "==", 0), [notServed]),
      set(table, addressOf(SUBCOMMANDS)),
      run(lookUp),
      set(personality, found),
    ]),
    set(words, addressOf(CTL_WORDS)),
    when(compare(personality, "==", PROGRAM.shutdown), [set(words, addressOf(SHUTDOWN_WORDS))]),
    when(compare(personality, "==", 0), [notServed]),
    when(compare(personality, "==", PROGRAM.other), [notServed]),
    // The first process is the manager, whatever the kernel's words say.
    system("getpid", [], result),
    when(compare(result, "==", 1), [notServed]),
    ...readWords(notServed),
    ...readVariables(notServed),
  ];
}

/** Leaves `name` and `given` behind the last slash. */
function lastPart(): readonly Form[] {
  return [
    set(name, given),
    set(at, given),
    loop("last part", [
      load(1, byte, at),
      add(at, 1),
      when(compare(byte, "==", 0), [leave("last part")]),
      when(compare(byte, "==", SLASH), [set(name, at)]),
    ]),
    set(given, name),
  ];
}

/** From the word behind `slot` on; leaves `slot` at the null pointer behind the last one. */
function readWords(notServed: Form): readonly Form[] {
  return [
    set(path, 0),
    set(instance, 0),
    loop("words of the client", [
      add(slot, POINTER_BYTES),
      load(8, given, slot),
      when(compare(given, "==", 0), [leave("words of the client")]),
      set(table, words),
      run(lookUp),
      when(compare(found, "==", 0), [again("words of the client")]),
      when(compare(found, "==", WORD.longWay), [notServed]),
      when(compare(found, "==", WORD.system), [set(instance, found), again("words of the client")]),
      when(compare(found, "==", WORD.user), [set(instance, found), again("words of the client")]),
      add(slot, POINTER_BYTES),
      load(8, given, slot),
      when(compare(given, "==", 0), [notServed]),
      load(1, byte, given),
      when(compare(byte, "==", 0), [notServed]),
      when(compare(found, "==", WORD.socketPath), [set(path, given)]),
    ]),
  ];
}

/** The first variable of a name counts, as getenv(3) has it. */
function readVariables(notServed: Form): readonly Form[] {
  const keep = (number: number, value: Variable) =>
    when(compare(found, "==", number), [when(compare(value, "==", 0), [set(value, at)])]);
  return [
    set(fromSocket, 0),
    set(fromRuntime, 0),
    set(fromHome, 0),
    ...eachVariable("variables of the client", [
      when(compare(found, "==", VARIABLE.full), [notServed]),
      keep(VARIABLE.socket, fromSocket),
      keep(VARIABLE.runtime, fromRuntime),
      keep(VARIABLE.home, fromHome),
    ]),
  ];
}

/**
 * Runs the body for each variable that is in the table, with `given` at it and `at` at its value.
 *
 * `slot` is at the null pointer before the environment, and afterwards at that behind it.
 */
export function eachVariable(label: string, body: readonly Form[]): readonly Form[] {
  return [
    loop(label, [
      add(slot, POINTER_BYTES),
      load(8, given, slot),
      when(compare(given, "==", 0), [leave(label)]),
      set(table, addressOf(VARIABLES)),
      run(lookUp),
      when(compare(found, "==", 0), [again(label)]),
      ...body,
    ]),
  ];
}

/** The tables that are looked into here. */
export function recogniseData({ ctl, shutdown }: ClientParts): readonly Form[] {
  const byPersonality = (wanted: (each: Personality) => boolean) =>
    Object.entries(PROGRAM_NAMES).filter(([, each]) => wanted(each)).map(([name]) => name);
  const places: Readonly<Record<string, number>> = {
    DINIT_SOCKET_PATH: VARIABLE.socket,
    XDG_RUNTIME_DIR: VARIABLE.runtime,
    HOME: VARIABLE.home,
  };
  return [
    ...textTable(NAMES, [
      [PROGRAM.ctl, byPersonality((each) => each === "ctl")],
      [PROGRAM.shutdown, byPersonality((each) => each === "shutdown")],
      [PROGRAM.other, byPersonality((each) => each !== "ctl" && each !== "shutdown")],
    ]),
    ...textTable(SUBCOMMANDS, [[PROGRAM.ctl, ["ctl"]]]),
    ...textTable(CTL_WORDS, wordEntries(ctl)),
    ...textTable(SHUTDOWN_WORDS, wordEntries(shutdown)),
    ...textTable(VARIABLES, [
      [VARIABLE.full, [FULL_CLIENT]],
      ...SENT_VARIABLES.map((each): Entries[number] => [
        places[each] ?? VARIABLE.sent,
        [`${each}=`],
      ]),
    ]),
  ];
}

function wordEntries(matter: WordsThatMatter): Entries {
  return [
    [WORD.socketPath, matter.socketPath],
    [WORD.system, matter.system],
    [WORD.user, matter.user],
    [WORD.withArgument, matter.withArgument],
    [WORD.longWay, matter.longWay],
  ];
}
