/**
 * The crash page: memory that outlives the program. What is to be known when the manager has
 * crashed lies there, written by the manager while it was well; and what happened, written by the
 * last resort (`handler.ts`) for the program that is executed in its place.
 *
 * It is a file without a name (memfd_create(2)) that is handed on over execve, mapped at the same
 * address by each program: pointers in it stay right. An environment variable tells the next
 * program the descriptor (`CRASH_PAGE_VARIABLE`).
 *
 * All fields are words of 64 bits, little-endian.
 */

/** Where it lies, and its parts. */
export const CRASH_PAGE = {
  /**
   * Below what kernels with 39 bits of addresses have, and far from where programs, libraries and
   * stacks are put.
   */
  address: 0x10_0000_0000,
  bytes: 0x30000,
  /** Words of 32 bits that are the manager's own; nobody else reads them. */
  notesAt: 0x400,
  notesBytes: 0xc00,
  /**
   * A bit for each descriptor that the next program gets: the lowest of the first byte is that of
   * descriptor 0.
   */
  descriptorsAt: 0x1000,
  descriptorLimit: 0x10000,
  /** Path of the program. */
  programAt: 0x3000,
  programLimit: 0x1000,
  /** Likewise, for those that are read when there is no manager any more. */
  emptiedAt: 0x4000,
  /** Pointers to the words, a null pointer, those to the environment, a null pointer; texts. */
  wordsAt: 0x6000,
  /**
   * Behind the page, for the thread that the program begins with: memory that no child shares, as a
   * child may crash as well.
   */
  stackBytes: 0x10000,
  /** ASCII, read as a number; its last letter is that of the layout. */
  magic: 0x32_65_67_61_50_68_73_43n,
} as const;

/** Digits of a descriptor in the variable. */
export const DESCRIPTOR_DIGITS = 7;

/** How many crashes are remembered with their times. */
export const REMEMBERED_CRASHES = 8;

/** Offsets of the fields. */
export const CRASH_FIELD = {
  magic: 0,
  /** The process that it belongs to, so that children do not take it for theirs. */
  process: 8,
  /** Of the page itself; −1: there is none, so that nothing outlives the program. */
  descriptor: 16,
  /** 1: the machine's first process, which stays rather than ends. */
  isFirst: 24,
  /** One of {@link CRASH_PLAN}. */
  plan: 32,
  /** 1: this thread is being dealt with. */
  isCrashing: 40,
  thread: 48,
  /** How often it has crashed. */
  crashes: 56,
  /** Times, in milliseconds of CLOCK_MONOTONIC; crash number n in place n modulo 8; 0: none. */
  times: 64,
  /** So many crashes within such a time are too many: at most {@link REMEMBERED_CRASHES}. */
  limit: 128,
  withinMs: 136,
  /** Wait before the third start in a row; doubled for each further one. */
  pauseMs: 144,
  /** Of the last crash; 0: exit(3) was called, with the status in `code`. */
  signal: 152,
  /** si_code of siginfo_t, 32 bits: 0 and less when a process sent the signal. */
  code: 160,
  /** si_addr; when a process sent it, its PID and its user, of 32 bits each. */
  faultAddress: 168,
  /** Where the program was. */
  programCounter: 176,
  /** Not 0: the machine's run is ending, and this command of reboot(2) is to do it. */
  endCommand: 184,
  /** 1: before the manager is started again at an order, all processes are ended. */
  startsOver: 192,
  /** Name of the thread that the program begins with, 16 bytes. */
  name: 200,
  /** Addresses of the pointers; 0: they had no room. */
  words: 216,
  environment: 224,
  /** As the first program was started with: the text of /proc/self/oom_score_adj. */
  oomScore: 232,
  oomScoreBytes: 248,
  /** Soft and hard limit of descriptors, likewise. */
  descriptorLimits: 256,
  /** Of sched_getscheduler(2), likewise. */
  schedulingPolicy: 272,
  /** Descriptor of the memory with the state that the next program goes on with; 0: none. */
  state: 280,
  /** Where clients connect, who get an end when there is no manager any more; 0: nowhere. */
  listener: 288,
  /** Number of the timer that ticks while the manager is at work (`hang_watch.ts`). */
  hangTimerNumber: 320,
  /** One of {@link HANG_TIMER}. */
  hangTimer: 328,
  /** One of {@link HANG_WORK}, and one more for each tick since. */
  hangWork: 336,
} as const;

/** The timer of `hang_watch.ts`. */
export const HANG_TIMER = {
  stands: 0,
  runs: 1,
  /** A tick found nothing at work, and has stopped it. */
  ended: 2,
} as const;

/** What the manager does. */
export const HANG_WORK = {
  /** It waits for something to do. */
  none: 0,
  /** It has begun a turn of its loop. */
  begun: 1,
} as const;

/** So many in a turn are too many: the first one may come as soon as the turn has begun. */
export const HANG_TICKS = 5;

/** Room for the text of /proc/self/oom_score_adj. */
export const OOM_SCORE_BYTES = 16;

/** What holds until the manager says something else: `CRASH_FIELD` has what it means. */
export const USUAL_CRASH_LIMITS = { limit: 5, withinMs: 60_000, pauseMs: 1000 } as const;

/** What is done about a crash. */
export const CRASH_PLAN = {
  /** What the system does: the process ends by the signal. */
  end: 0,
  /** The program is executed again. */
  execute: 1,
  /** There is no manager any more, but a first process that does the least: `lone_process.ts`. */
  stay: 2,
} as const;
