/**
 * Makes a child and carries out a list of system calls in it (`child_list.ts`), of which the last
 * executes a program.
 *
 * TypeScript cannot run in a child (V8's threads stay behind), so what happens until execve is
 * data. The parent does not wait: a child whose program runs has closed its report descriptor by
 * that, and one that cannot go on writes a report to it and exits.
 * `docs/design/0021-children-without-a-wait.md` tells why it is not vfork.
 *
 * A C function with one parameter, the address behind the last entry; it answers with the PID or
 * −errno. All signals must be blocked around the call. The child uses no stack, and no other memory
 * of the parent but the list and what its entries point to: it may have none.
 */
import { ERROR_NUMBERS, type NativeSystem } from "../conventions.ts";
import {
  add,
  again,
  anyBit,
  compare,
  divide,
  type Form,
  go,
  label,
  leave,
  load,
  loop,
  makeChild,
  never,
  noBit,
  type Program,
  set,
  shiftLeft,
  store,
  stored,
  subtract,
  sum,
  system,
  trySystem,
  variable,
  when,
} from "../forms.ts";
import { ENTRY, ENTRY_BYTES, ENTRY_FLAGS, LIST_END, REPORT_BYTES } from "./child_list.ts";

// Equal on Linux and FreeBSD. Source: errno.h.
const [ENOENT, ENOEXEC, EACCES, ENODEV, ENOTDIR] = [2, 8, 13, 19, 20];
/** Status of a child that could not execute its program, as shells have it. */
const CANNOT_RUN = 127;
const POINTER_BYTES = 8;

const ADVANCE = "advance";
const REMEMBER = "remember";
const REPORT = "report";

const flags = variable("flags");
const entry = variable("entry");
/** What the call answered: later, why it failed. */
const result = variable("result");
/** The parameter: the address behind the last entry. */
const end = variable("end");
/** Why the candidates of a search could not be executed. */
const searchError = variable("search error");
const words = variable("words");
const pid = variable("pid");
const digit = variable("digit");
const digits = variable("digits");

export function childLaunchProgram(system: NativeSystem): Program {
  return {
    name: "child launch",
    variables: [[flags, digit], entry, [result, pid], searchError, end, [words, digits]],
    frameBytes: 0,
    body: [
      makeChild(end, {
        flags: stored(end, LIST_END.cloneFlags),
        stack: stored(end, LIST_END.stack),
        mark: sum(end, LIST_END.isBusy),
        number: stored(end, LIST_END.number),
      }),
      load(8, entry, end, LIST_END.start),
      set(searchError, ENOENT),
      loop("entries", [
        when(compare(entry, "atLeast", end), [leave("entries")]),
        load(4, flags, entry, ENTRY.flags),
        when(anyBit(flags, ENTRY_FLAGS.writeOwnPid), writeOwnPid(), [makeCall(system)]),
        label(ADVANCE),
        add(entry, ENTRY_BYTES),
      ]),
      set(result, searchError),
      // The last candidate is reported.
      subtract(entry, ENTRY_BYTES),
      label(REPORT),
      ...reportAndExit(),
    ],
  };
}

function makeCall(name: NativeSystem): Form {
  const args = [0, 1, 2, 3, 4, 5].map((index) => stored(entry, ENTRY.arguments + 8 * index));
  return trySystem(stored(entry, ENTRY.number), args, result, {
    succeeded: [
      when(anyBit(flags, ENTRY_FLAGS.storeResult), [
        store(4, result, stored(entry, ENTRY.lastArgument)),
      ]),
    ],
    failed: [
      when(anyBit(flags, ENTRY_FLAGS.ignoreFailure), [go(ADVANCE)]),
      when(anyBit(flags, ENTRY_FLAGS.ignoreMissing), [
        when(compare(result, "==", ENOENT), [go(ADVANCE)]),
      ]),
      load(4, words, entry, ENTRY.forgivenError),
      when(compare(result, "==", words), [go(ADVANCE)]),
      when(anyBit(flags, ENTRY_FLAGS.shell), [
        when(compare(result, "==", ENOEXEC), takeShell()),
      ]),
      when(noBit(flags, ENTRY_FLAGS.search), [go(REPORT)]),
      ...searchOn(name),
    ],
  });
}

/** The same entry once more, with the shell for its program; a failure is reported then. */
function takeShell(): readonly Form[] {
  const [path, argv] = [ENTRY.arguments, ENTRY.arguments + 8];
  return [
    load(8, words, entry, argv),
    store(8, stored(entry, path), words),
    subtract(words, POINTER_BYTES),
    store(8, words, entry, argv),
    store(8, stored(words, 0), entry, path),
    // The forgiven error lies behind them.
    store(8, 0, entry, ENTRY.flags),
    again("entries"),
  ];
}

function searchOn(name: NativeSystem): readonly Form[] {
  const { ESTALE, ETIMEDOUT } = ERROR_NUMBERS[name];
  return [
    ...[ENOENT, EACCES, ENODEV, ENOTDIR, ETIMEDOUT].map((number) =>
      when(compare(result, "==", number), [go(REMEMBER)])
    ),
    when(compare(result, "!=", ESTALE), [go(REPORT)]),
    label(REMEMBER),
    // It outweighs all later ones.
    when(compare(searchError, "!=", EACCES), [set(searchError, result)]),
  ];
}

/**
 * The digits are made from the last to the first, each in front of the others: that is in a lower
 * byte.
 */
function writeOwnPid(): readonly Form[] {
  return [
    system("getpid", [], pid),
    set(digits, 0),
    loop("digits", [
      divide(pid, 10, digit),
      shiftLeft(digits, 8),
      add(digits, digit),
      add(digits, "0".charCodeAt(0)),
      when(compare(pid, "==", 0), [leave("digits")]),
    ]),
    store(8, digits, stored(entry, ENTRY.arguments)),
  ];
}

function reportAndExit(): readonly Form[] {
  return [
    store(8, result, end, LIST_END.report),
    store(8, entry, end, LIST_END.report + 8),
    system("write", [
      stored(end, LIST_END.reportDescriptor),
      sum(end, LIST_END.report),
      REPORT_BYTES,
    ]),
    system("exit_group", [CANNOT_RUN]),
    never,
  ];
}
