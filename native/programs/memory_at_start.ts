/**
 * Looks whether there is the memory that a manager takes, before the runtime takes it.
 *
 * Without this, a machine with too little ends in the kernel's panic ("System is deadlocked on
 * memory"), which names nobody and, where the kernel reboots after a panic, comes again and again;
 * or it stands still, because the program's pages are read from the disk, dropped and read again.
 *
 * Two things are looked at. What the kernel promises (vm.overcommit_memory=2 promises no more than
 * it has), which concerns every process. And what there is, as /proc/meminfo tells it, of a
 * machine's first process: for others somebody else ends the process that takes too much. Without
 * that file, or on kernels before 3.14 that do not tell, there is nothing to look at.
 */
import {
  add,
  again,
  compare,
  type Form,
  frame,
  go,
  leave,
  load,
  loop,
  multiply,
  set,
  store,
  subtract,
  succeeded,
  system,
  type Variable,
  variable,
  when,
} from "../forms.ts";
import type { Texts } from "../texts.ts";

// Linux include/uapi: fcntl.h, asm-generic/mman-common.h.
const AT_FDCWD = -100;
const O_RDONLY_CLOEXEC = 0o2000000;
const READ_WRITE = 1 | 2;
const MAP_PRIVATE = 2;
const MAP_ANONYMOUS = 0x20;
const NULL = 0;
const STANDARD_ERROR = 2;
const NEWLINE = 10;
const SPACE = " ".charCodeAt(0);
const DIGIT_0 = "0".charCodeAt(0);
const DIGIT_9 = "9".charCodeAt(0);

/** What the runtime asks for until a manager is ready, besides what it has at its entry. */
const PROMISED_BYTES = 24 * 2 ** 20;
const NO_PROMISE_MESSAGE =
  "dinit: Cannot reserve 24 MiB of memory: the kernel promises no more than it has " +
  "(vm.overcommit_memory=2). Give the machine more memory, or raise vm.overcommit_ratio\n";

/**
 * With less memory than this, free or taken by what can be dropped or swapped, no manager has
 * started: it takes as much for itself. Found by trying: `docs/design/0039`.
 */
export const LEAST_MEMORY_MIB = 26;
/** With less, the start of a machine with few services has failed or taken minutes. */
export const WANTED_MEMORY_MIB = 40;
const KB_PER_MIB = 1024;

const TOO_LITTLE_MESSAGE =
  `dinit: Too little memory to start: ${LEAST_MEMORY_MIB} MiB must be available besides what the ` +
  "kernel takes. Give the machine more. There is\n";
const LITTLE_MESSAGE =
  `dinit: Little memory: ${WANTED_MEMORY_MIB} MiB should be available, or the start may take long ` +
  "or fail. There is\n";

/** What the kernel says of the machine's memory. Source: proc_meminfo(5). */
export const MEMORY_FILE = "/proc/meminfo";
/** The lines that are wanted are in the first third of it. */
const READ_BYTES = 1023;
/** Memory on the stack that the forms need: what was read, and a zero byte. */
export const MEMORY_FRAME_BYTES = READ_BYTES + 1;

const result = variable("answer about memory");
const file = variable("file of memory");
const at = variable("place in the file of memory");
const line = variable("line of available memory");
const total = variable("available kB");
const amount = variable("kB of a line");
const name = variable("name of a line");
const byte = variable("byte of the file of memory");
const letter = variable("letter of the name");

/** For the including program's list. */
export const MEMORY_VARIABLES: readonly Variable[] = [
  ...[at, byte, letter, name, amount, result, line, total, file],
];

/** How the including program writes a text, and where it goes on when the start is given up. */
export interface MemoryWays {
  readonly say: (message: string) => Form;
  readonly cannotStart: string;
}

/** Every process: goes on behind, or to where the start is given up. */
export function wantPromisedMemory({ say, cannotStart }: MemoryWays): readonly Form[] {
  const flags = MAP_PRIVATE | MAP_ANONYMOUS;
  return [
    system("mmap", [NULL, PROMISED_BYTES, READ_WRITE, flags, -1, 0], result),
    when(
      succeeded(result),
      [system("munmap", [result, PROMISED_BYTES])],
      [say(NO_PROMISE_MESSAGE), go(cannotStart)],
    ),
  ];
}

/**
 * A machine's first process: goes on behind, or to where the start is given up.
 *
 * @param path Of {@link MEMORY_FILE}, or a text of its form.
 * @param texts Gets the texts that are used here.
 */
export function wantMemory(
  { say, cannotStart }: MemoryWays,
  path: string,
  texts: Texts,
): readonly Form[] {
  return [
    set(line, NULL),
    set(total, 0),
    system("openat", [AT_FDCWD, texts.at(path), O_RDONLY_CLOEXEC, 0], file),
    when(succeeded(file), [
      system("read", [file, frame(0), READ_BYTES], result),
      system("close", [file]),
      when(succeeded(result), [
        set(at, frame(0)),
        add(at, result),
        store(1, 0, at),
        ...addLine("MemAvailable:", texts, line),
        ...addLine("SwapFree:", texts),
      ]),
    ]),
    when(compare(line, "!=", NULL), [
      when(compare(total, "<", LEAST_MEMORY_MIB * KB_PER_MIB), [
        say(TOO_LITTLE_MESSAGE),
        ...showLine(),
        go(cannotStart),
      ]),
      when(compare(total, "<", WANTED_MEMORY_MIB * KB_PER_MIB), [
        say(LITTLE_MESSAGE),
        ...showLine(),
      ]),
    ]),
  ];
}

/**
 * Adds the number of the line that begins so to `total`. Source: proc_meminfo(5), "MemAvailable:
 * 18244 kB".
 *
 * @param found Gets the address of the line.
 */
function addLine(beginning: string, texts: Texts, found?: Variable): readonly Form[] {
  const lines = `lines until ${beginning}`;
  const letters = `letters of ${beginning}`;
  const rest = `rest of a line before ${beginning}`;
  return [
    set(at, frame(0)),
    loop(lines, [
      set(amount, at),
      set(name, texts.at(beginning)),
      loop(letters, [
        load(1, letter, name),
        when(compare(letter, "==", 0), [
          ...(found === undefined ? [] : [set(found, amount)]),
          ...readAmount(`digits of ${beginning}`),
          add(total, amount),
          leave(lines),
        ]),
        load(1, byte, at),
        when(compare(byte, "!=", letter), [leave(letters)]),
        add(at, 1),
        add(name, 1),
      ]),
      loop(rest, [
        load(1, byte, at),
        when(compare(byte, "==", 0), [leave(lines)]),
        add(at, 1),
        when(compare(byte, "==", NEWLINE), [again(lines)]),
      ]),
    ]),
  ];
}

/** From `at` on, behind spaces. */
function readAmount(digits: string): readonly Form[] {
  return [
    set(amount, 0),
    loop(digits, [
      load(1, byte, at),
      add(at, 1),
      when(compare(byte, "==", SPACE), [again(digits)]),
      when(compare(byte, "<", DIGIT_0), [leave(digits)]),
      when(compare(byte, ">", DIGIT_9), [leave(digits)]),
      multiply(amount, 10),
      subtract(byte, DIGIT_0),
      add(amount, byte),
    ]),
  ];
}

/** In the kernel's own words. */
function showLine(): readonly Form[] {
  const bytes = "bytes of the line";
  return [
    set(at, line),
    loop(bytes, [
      load(1, byte, at),
      when(compare(byte, "==", 0), [leave(bytes)]),
      add(at, 1),
      when(compare(byte, "==", NEWLINE), [leave(bytes)]),
    ]),
    subtract(at, line),
    system("write", [STANDARD_ERROR, line, at]),
  ];
}
