/**
 * What runs in the executable before anything else does: before the C library's loader, before
 * Deno's runtime, before TypeScript.
 *
 * A client that needs none of these is served first, and nothing more runs then:
 * `client/client.ts`. For all others some things must be true before the runtime's first
 * instruction:
 *
 * 1. As PID 1 of a bare boot, /proc must be mounted: the runtime finds its program through
 *    /proc/self/exe and ends at once without it, which for PID 1 is a kernel panic.
 * 2. Descriptors 0 to 2 must be open: Rust's standard library opens /dev/null on those that are
 *   not, and aborts where there is no /dev/null.
 * 3. The signals of a manager must be blocked: the runtime starts its threads before the first line
 *    of TypeScript, and a signal that any thread leaves unblocked never reaches signalfd.
 * 4. The working directory must have a name: the runtime ends when it was removed.
 * 5. Words must be ASCII, and what steers the runtime must not be in the environment:
 *   `start_words.ts`.
 * 6. There must be room for what the runtime needs (addresses, memory, descriptors): it ends with a
 *    trap of its own otherwise, or the machine in a panic (`memory_at_start.ts`).
 * 7. What is loaded on demand must be in memory: `map_parts.ts`.
 * 8. A crash of the manager, already of the runtime at its start, must not be its end:
 *    `last_resort/last_resort.ts`.
 *
 * The mask that the process was started with is not kept. Each use of the executable starts from a
 * known one instead: the manager gives its children an empty mask, and the clients unblock
 * everything when they start. Whether this has run can be seen in the calling thread's own mask.
 */
import {
  loadAndEnter,
  LOADER_FRAME_BYTES,
  LOADER_PATH,
  LOADER_VARIABLES,
  NO_LOADER,
} from "./loader.ts";
import {
  addressOf,
  compare,
  data,
  entryStack,
  failed,
  type Form,
  frame,
  go,
  label,
  littleEndian,
  load,
  never,
  type Program,
  set,
  succeeded,
  system,
  text,
  type Variable,
  variable,
  when,
} from "../forms.ts";
import { client, CLIENT_FRAME_BYTES, CLIENT_VARIABLES, type ClientParts } from "./client/client.ts";
import { personality } from "./client/memory.ts";
import { byteLength, Texts } from "../texts.ts";
import {
  MEMORY_FILE,
  MEMORY_FRAME_BYTES,
  MEMORY_VARIABLES,
  wantMemory,
  wantPromisedMemory,
} from "./memory_at_start.ts";
import { CRASH_PAGE } from "./last_resort/crash_page.ts";
import { loadField } from "./last_resort/fields.ts";
import {
  guard,
  LAST_RESORT_FRAME_BYTES,
  LAST_RESORT_VARIABLES,
  lastResort,
  type LastResortParts,
  LONE_PROCESS_IN_SILENCE,
  MANAGER_SIGNALS,
  page,
} from "./last_resort/last_resort.ts";
import { mapParts, PARTS_VARIABLES, partsPlace } from "./map_parts.ts";
import { BLOCKED_SIGNALS, SIGNAL_SET_BYTES, signalSet } from "./signals.ts";
import { hidden, hideFromRuntime, HIDING_VARIABLES } from "./start_words.ts";

// Linux include/uapi: fcntl.h, asm-generic/fcntl.h, mount.h, asm-generic/signal-defs.h,
// mman-common.h.
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
/** MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE */
const ADDRESSES_ONLY = 0x4022;
const SIG_BLOCK = 0;
const NULL = 0;
/** asm-generic/errno-base.h, as a system call returns it. */
const MINUS_ENOENT = -2;

const NO_PROC_MESSAGE =
  "dinit: Cannot find /proc/self/exe: mount a proc file system of this PID namespace on /proc\n";

/**
 * Addresses that must be free. V8 asks for 48 GiB, and where it does not get them for 32, which it
 * can use only if they happen to lie well: below 48 GiB and the program one start in ten ended with
 * a trap.
 */
const ADDRESS_SPACE_BYTES = 50 * 2 ** 30;
const NO_ADDRESS_SPACE_MESSAGE =
  "dinit: Cannot reserve 50 GiB of addresses (little of it becomes memory): " +
  "the limit RLIMIT_AS must be at least that, or unlimited (ulimit -v unlimited)\n";

/**
 * Limits below which the runtime ends with a fault of its own, and what to say of each: found by
 * trying, with some room. Numbers: Linux include/uapi/asm-generic/resource.h, equal on x86-64 and
 * aarch64.
 */
const LEAST_LIMITS: readonly (readonly [resource: number, least: number, words: string])[] = [
  [2, 32 * 2 ** 20, "RLIMIT_DATA must be at least 32 MiB (ulimit -d)"],
  [3, 256 * 2 ** 10, "RLIMIT_STACK must be at least 256 KiB (ulimit -s)"],
  [7, 32, "RLIMIT_NOFILE must be at least 32 descriptors (ulimit -n)"],
];

/** Status of a command whose interpreter or loader is missing: as shells have it. */
const CANNOT_RUN = 127;
const FAILED = 1;

const CANNOT_START = "cannot start";
const STANDS_STILL = "stands still";
const STANDS_STILL_MESSAGE =
  "dinit: This is process 1, so the machine stands still. Press Ctrl-Alt-Del or switch it off, " +
  "and start the old init: init=/sbin/init on the kernel's command line\n";

const stack = variable("stack");
const result = variable("outcome");
const isFirst = variable("is process 1");
const isClient = variable("is a client");

export interface EntryParts {
  /** The C library's loader: `/lib64/ld-linux-x86-64.so.2`. */
  readonly loaderPath: string;
  readonly client: ClientParts;
  readonly lastResort: LastResortParts;
  /** What else the program holds: the headers for the loader, a mark. */
  readonly data: readonly Form[];
}

/** The entry program; it ends by entering the loader. */
export function entryProgram(
  { loaderPath, client: parts, lastResort: lastResortParts, data: further }: EntryParts,
): Program {
  const texts = new Texts();
  const say = (message: string) => system("write", [2, texts.at(message), byteLength(message)]);
  const body = [
    entryStack(stack),
    ...client(stack, parts, texts),
    set(isClient, personality),
    system("getpid", [], isFirst),
    when(
      compare(isFirst, "==", 1),
      firstProcess(texts),
      occupyDescriptors(texts, undefined),
    ),
    ...guardManager(lastResortParts, texts),
    ...hideFromRuntime(stack),
    system("rt_sigprocmask", [SIG_BLOCK, addressOf(MANAGER_SIGNALS), NULL, SIGNAL_SET_BYTES]),
    ...leaveRemovedDirectory(texts),
    // The runtime ends without it; say what to do before it does.
    exists(texts, "/proc/self/exe"),
    when(failed(result), [say(NO_PROC_MESSAGE)]),
    ...wantLimits(say),
    ...wantAddressSpace(say),
    ...mapParts({ say, cannotStart: CANNOT_START, texts }),
    ...wantPromisedMemory({ say, cannotStart: CANNOT_START }),
    whenMachines(wantMemory({ say, cannotStart: CANNOT_START }, MEMORY_FILE, texts)),
    ...loadAndEnter(stack),
    label(NO_LOADER),
    ...endWithoutLoader(loaderPath, say),
    ...lastResort(lastResortParts, texts),
  ];
  return {
    name: "entry",
    variables: [
      // One after the other, so they share their places.
      ...sharingPlaces(
        CLIENT_VARIABLES,
        [result, ...HIDING_VARIABLES],
        MEMORY_VARIABLES,
        PARTS_VARIABLES,
        LAST_RESORT_VARIABLES,
        LOADER_VARIABLES,
      ),
      stack,
      isFirst,
      isClient,
    ],
    frameBytes: Math.max(
      ...[CLIENT_FRAME_BYTES, LAST_RESORT_FRAME_BYTES, LOADER_FRAME_BYTES, MEMORY_FRAME_BYTES],
    ),
    body: [
      ...body,
      ...data(MANAGER_SIGNALS, littleEndian(signalSet(BLOCKED_SIGNALS), SIGNAL_SET_BYTES)),
      ...text(LOADER_PATH, loaderPath),
      ...texts.forms(),
      ...partsPlace(),
      ...hidden(),
      ...further,
    ],
  };
}

/** Places of several lists of variables that are never needed at the same time. */
function sharingPlaces(
  ...lists: readonly (readonly Variable[])[]
): readonly (readonly Variable[])[] {
  const most = Math.max(...lists.map(({ length }) => length));
  return Array.from(
    { length: most },
    (_, index) => lists.flatMap((list) => list.slice(index, index + 1)),
  );
}

/** Clients have nothing to lose. */
function guardManager(parts: LastResortParts, texts: Texts): readonly Form[] {
  const behind = "behind the guard of a manager";
  return [
    when(compare(isFirst, "!=", 1), [when(compare(isClient, "!=", 0), [go(behind)])]),
    ...guard(stack, isFirst, parts, texts),
    label(behind),
  ];
}

/** Leaves the answer in `result`. */
function exists(texts: Texts, path: string): Form {
  return system("faccessat", [AT_FDCWD, texts.at(path), F_OK], result);
}

/** A bare boot: what others find mounted is mounted here, and the console opened. */
function firstProcess(texts: Texts): readonly Form[] {
  const makeDirectory = (path: string, mode: number) =>
    system("mkdirat", [AT_FDCWD, texts.at(path), mode]);
  const mount = (type: string, path: string, flags: number) =>
    system("mount", [texts.at(type), texts.at(path), texts.at(type), flags, NULL]);
  return [
    exists(texts, "/proc/self/exe"),
    when(failed(result), [
      // A proc file system in which we do not appear belongs to another PID namespace, perhaps to
      // the host's mounts: mounting over it would hide the host's own processes from it.
      exists(texts, "/proc/version"),
      when(failed(result), [
        makeDirectory("/proc", 0o555),
        mount("proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC),
      ]),
    ]),
    exists(texts, "/dev/null"),
    when(failed(result), [
      makeDirectory("/dev", 0o755),
      mount("devtmpfs", "/dev", MS_NOSUID),
    ]),
    // A kernel that found no /dev/console when it started us gave us no descriptors at all.
    ...occupyDescriptors(texts, "/dev/console"),
  ];
}

/** Opens 0 to 2 where they are closed, in ascending order, so that each gets its own number. */
function occupyDescriptors(texts: Texts, preferred: string | undefined): readonly Form[] {
  const open = (path: string, flags: number) =>
    system("openat", [AT_FDCWD, texts.at(path), flags, 0], result);
  return [0, 1, 2].flatMap((descriptor) => [
    system("fcntl", [descriptor, F_GETFD], result),
    ...(preferred === undefined
      ? []
      : [when(failed(result), [open(preferred, O_RDWR | O_NOCTTY)])]),
    when(failed(result), [open("/dev/null", O_RDWR)]),
    // Useless for input and output, but it keeps the number from being given to something else.
    when(failed(result), [open("/", O_RDONLY)]),
  ]);
}

/**
 * Linux fs/d_path.c, getcwd(2): looks whether the directory was removed before it looks for room.
 */
function leaveRemovedDirectory(texts: Texts): readonly Form[] {
  return [
    system("getcwd", [NULL, 0], result),
    when(compare(result, "==", MINUS_ENOENT), [system("chdir", [texts.at("/")])]),
  ];
}

function wantLimits(say: (message: string) => Form): readonly Form[] {
  return LEAST_LIMITS.flatMap(([resource, least, words]) => [
    system("prlimit64", [0, resource, NULL, frame(0)], result),
    load(8, result, frame(0)),
    when(compare(result, "below", least), [
      say(`dinit: Cannot run within this limit: ${words}\n`),
      go(CANNOT_START),
    ]),
  ]);
}

function wantAddressSpace(say: (message: string) => Form): readonly Form[] {
  return [
    system("mmap", [NULL, ADDRESS_SPACE_BYTES, PROT_NONE, ADDRESSES_ONLY, -1, 0], result),
    when(
      succeeded(result),
      [system("munmap", [result, ADDRESS_SPACE_BYTES])],
      [say(NO_ADDRESS_SPACE_MESSAGE), go(CANNOT_START)],
    ),
  ];
}

/** The kernel would say "No such file or directory", of a program that is there. */
function endWithoutLoader(path: string, say: (message: string) => Form): readonly Form[] {
  return [
    say(
      `dinit: Cannot load ${path}, the loader of the GNU C library: install it ` +
        "(Debian: libc6; others: glibc 2.27 or later)\n",
    ),
    whenMachines([go(STANDS_STILL)]),
    system("exit_group", [CANNOT_RUN]),
    never,
    label(CANNOT_START),
    whenMachines([
      label(STANDS_STILL),
      say(STANDS_STILL_MESSAGE),
      go(LONE_PROCESS_IN_SILENCE),
    ]),
    system("exit_group", [FAILED]),
    never,
  ];
}

/**
 * For a machine's first process, whose end would be the kernel's panic; `page` is set for the lone
 * process.
 */
function whenMachines(body: readonly Form[]): Form {
  return when(compare(isFirst, "==", 1), [
    set(page, CRASH_PAGE.address),
    // Not into a variable that shares its place with the page's address.
    loadField(isFirst, "isFirst"),
    when(compare(isFirst, "!=", 0), body),
  ]);
}
