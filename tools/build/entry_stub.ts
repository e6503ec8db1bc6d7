/**
 * The few hundred bytes of machine code that run in the executable before Deno's runtime does.
 *
 * Some things must be true before the runtime's first instruction, and TypeScript comes too late for
 * all of them:
 *
 * 1. As PID 1 of a bare boot, /proc must be mounted: the runtime finds its program through
 *    /proc/self/exe and ends at once without it, which for PID 1 is a kernel panic.
 * 2. Descriptors 0 to 2 must be open: Rust's standard library opens /dev/null on those that are not,
 *    and aborts where there is no /dev/null.
 * 3. The signals of a manager must be blocked: the runtime starts its threads before the first line
 *    of TypeScript, and a signal that any thread leaves unblocked never reaches signalfd.
 * 4. The working directory must have a name: the runtime ends when it was removed.
 * 5. Words must be UTF-8, and what steers the runtime must not be in the environment: `entry_words.ts`.
 * 6. There must be room for the addresses that the runtime reserves: it ends with a trap otherwise.
 *
 * The mask that the process was started with is not kept. Each use of the executable starts from a
 * known one instead: the manager gives its children an empty mask, and the clients unblock everything
 * when they start. Whether the stub has run can be seen in the calling thread's own mask.
 */
import { hideFromRuntime, hidingTexts } from "./entry_words.ts";
import { data, type Item, label, littleEndian, text } from "./assembler.ts";
import type { Argument, StubMachine } from "./stub_machine.ts";

/**
 * Signals that the stub blocks: all that a manager acts on or would die of.
 *
 * Left alone: SEGV, BUS, FPE, ILL, TRAP, ABRT and SYS, which tell of a fault and are delivered to the
 * thread at fault whether blocked or not; 32 and 33, which glibc uses between threads; PIPE, which the
 * runtime ignores; CONT, which must go on continuing; PROF, which V8's profiler uses; URG, which does
 * nothing; KILL and STOP, which cannot be blocked. Source of the numbers: signal(7), equal on x86-64
 * and aarch64.
 */
const NAMED_SIGNALS = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  USR1: 10,
  USR2: 12,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  WINCH: 28,
  IO: 29,
  PWR: 30,
} as const;
/** The real-time signals that the C library leaves to programs, by which engines ask process 1 for its end. */
const REAL_TIME_SIGNALS = Array.from({ length: 64 - 33 }, (_, index) => 34 + index);

/** The numbers of all that are blocked. */
export const BLOCKED_SIGNALS: readonly number[] = [
  ...Object.values(NAMED_SIGNALS),
  ...REAL_TIME_SIGNALS,
];

/** Text inside every stub, by which a patched file is known. */
export const STUB_MARK = "dinit entry stub";

/** Label of the program's own entry point, which the caller defines. */
export const ORIGINAL_ENTRY = "original entry";

// Linux include/uapi: fcntl.h, asm-generic/fcntl.h, mount.h, asm-generic/signal-defs.h.
const AT_FDCWD = -100;
const F_OK = 0;
const F_GETFD = 1;
const O_RDONLY = 0;
const O_RDWR = 2;
const O_NOCTTY = 0o400;
const MS_NOSUID = 2;
const MS_NODEV = 4;
const MS_NOEXEC = 8;
const PROT_NONE = 0;
const MAP_PRIVATE = 2;
const MAP_ANONYMOUS = 0x20;
const MAP_NORESERVE = 0x4000;
const SIG_BLOCK = 0;
/** Bytes in the kernel's signal set; a raw call takes no other size. */
const SIGNAL_SET_BYTES = 8;
const NULL = 0;
/** asm-generic/errno-base.h, as a system call returns it. */
const MINUS_ENOENT = -2;

const NO_PROC_MESSAGE =
  "dinit: Cannot find /proc/self/exe: mount a proc file system of this PID namespace on /proc\n";

/**
 * Addresses that must be free. V8 asks for 48 GiB and then for 32, of which it keeps 16; that there are 32 besides the
 * program is what decides (it starts with `ulimit -v` of 33,810,000 kB and not of 33,790,000).
 */
const ADDRESS_SPACE_BYTES = 36 * 2 ** 30;
const NO_ADDRESS_SPACE_MESSAGE =
  "dinit: Cannot reserve 36 GiB of addresses (little of it becomes memory): " +
  "the limit RLIMIT_AS must be at least that, or unlimited (ulimit -v unlimited)\n";

/** The stub as a program for one processor; it ends by jumping to {@linkcode ORIGINAL_ENTRY}. */
export function entryStub(machine: StubMachine): readonly Item[] {
  const texts = new Map<string, string>();
  /** The address of a text, which is placed after the code. */
  const textAt = (value: string): Argument => {
    const name = `text ${value}`;
    texts.set(name, value);
    return { addressOf: name };
  };
  const exists = (file: string) => machine.systemCall("faccessat", [AT_FDCWD, textAt(file), F_OK]);
  const makeDirectory = (directory: string, mode: number) =>
    machine.systemCall("mkdirat", [AT_FDCWD, textAt(directory), mode]);
  const mount = (type: string, target: string, flags: number) =>
    machine.systemCall("mount", [textAt(type), textAt(target), textAt(type), flags, NULL]);
  const open = (file: string, flags: number) =>
    machine.systemCall("openat", [AT_FDCWD, textAt(file), flags]);

  /** Opens 0 to 2 where they are closed, in ascending order, so that each gets its own number. */
  const occupyDescriptors = (who: string, preferred: readonly Item[]): readonly Item[] =>
    [0, 1, 2].flatMap((descriptor) => {
      const isOpen = `${who}: descriptor ${descriptor} is open`;
      return [
        ...machine.systemCall("fcntl", [descriptor, F_GETFD]),
        ...machine.jumpIfDone(isOpen),
        ...(preferred.length > 0 ? [...preferred, ...machine.jumpIfDone(isOpen)] : []),
        ...open("/dev/null", O_RDWR),
        ...machine.jumpIfDone(isOpen),
        // Useless for input and output, but it keeps the number from being given to something else.
        ...open("/", O_RDONLY),
        label(isOpen),
      ];
    });

  const say = (message: string) =>
    machine.systemCall("write", [2, textAt(message), message.length]);

  const code: readonly Item[] = [
    ...machine.keepEntryRegister,
    ...hideFromRuntime(machine),
    ...machine.systemCall("getpid", []),
    ...machine.jumpUnlessResult(1, "ordinary process"),

    ...exists("/proc/self/exe"),
    ...machine.jumpIfDone("proc is there"),
    // A proc file system in which we do not appear belongs to another PID namespace, perhaps to the
    // host's mounts: mounting over it would hide the host's own processes from it.
    ...exists("/proc/version"),
    ...machine.jumpIfDone("proc is there"),
    ...makeDirectory("/proc", 0o555),
    ...mount("proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC),
    label("proc is there"),

    ...exists("/dev/null"),
    ...machine.jumpIfDone("dev is there"),
    ...makeDirectory("/dev", 0o755),
    ...mount("devtmpfs", "/dev", MS_NOSUID),
    label("dev is there"),

    // A kernel that found no /dev/console when it started us gave us no descriptors at all.
    ...occupyDescriptors("init", open("/dev/console", O_RDWR | O_NOCTTY)),
    ...machine.jump("block signals"),

    label("ordinary process"),
    ...occupyDescriptors("ordinary", []),

    label("block signals"),
    ...machine.systemCall("rt_sigprocmask", [
      SIG_BLOCK,
      { addressOf: "signal set" },
      NULL,
      SIGNAL_SET_BYTES,
    ]),

    // fs/d_path.c, getcwd(2): looks whether the directory was removed before it looks for room.
    ...machine.systemCall("getcwd", [NULL, 0]),
    ...machine.jumpUnlessResult(MINUS_ENOENT, "working directory is there"),
    ...machine.systemCall("chdir", [textAt("/")]),
    label("working directory is there"),

    // The runtime ends without it; say what to do before it does.
    ...exists("/proc/self/exe"),
    ...machine.jumpIfDone("start"),
    ...say(NO_PROC_MESSAGE),

    label("start"),
    ...machine.systemCall("mmap", [
      ...[NULL, ADDRESS_SPACE_BYTES, PROT_NONE],
      ...[MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0],
    ]),
    ...machine.jumpIfFailed("no address space"),
    ...machine.systemCall("munmap", ["result", ADDRESS_SPACE_BYTES]),
    ...machine.restoreEntryRegister,
    ...machine.jump(ORIGINAL_ENTRY),

    label("no address space"),
    ...say(NO_ADDRESS_SPACE_MESSAGE),
    ...machine.systemCall("exit_group", [1]),
  ];

  return [
    ...code,
    label("signal set"),
    data(littleEndian(signalSet(BLOCKED_SIGNALS), SIGNAL_SET_BYTES)),
    ...[...texts].flatMap(([name, value]) => [label(name), text(value)]),
    ...hidingTexts(),
    text(STUB_MARK),
  ];
}

/** The kernel's signal set: signal n is bit n - 1. */
function signalSet(signals: readonly number[]): bigint {
  return signals.reduce((set, signal) => set | (1n << BigInt(signal - 1)), 0n);
}
