/** The crash page as the manager reads and writes it: fields of memory, whoever's it is. */
import { type Fd, fd as asFd } from "../../../core/types.ts";
import {
  CRASH_FIELD,
  CRASH_PAGE,
  CRASH_PLAN,
  REMEMBERED_CRASHES,
} from "../../../native/programs/last_resort/crash_page.ts";
import type { CrashPlan, LastCrash, LastResort, LoopWatch } from "../../interface/last_resort.ts";
import { REBOOT } from "../kernel/abi.ts";
import { hangWatch, threadTimer, tickMs } from "./hang_watch.ts";

const POINTER_BYTES = 8;
/** si_code of a timer: asm-generic/siginfo.h. */
const SI_TIMER = -2;

const COMMANDS = {
  halt: REBOOT.CMD_HALT,
  poweroff: REBOOT.CMD_POWER_OFF,
  reboot: REBOOT.CMD_RESTART,
} as const;

/** Whether the memory is a page of this process that outlives it. */
export function isCrashPage(page: DataView, process: number): boolean {
  const word = (field: keyof typeof CRASH_FIELD) => page.getBigInt64(CRASH_FIELD[field], true);
  return word("magic") === CRASH_PAGE.magic && word("process") === BigInt(process) &&
    word("descriptor") >= 0n;
}

/**
 * @param watchExit Called once, before the first plan that is not the system's own.
 * @param makeTimer For the watch over the loop.
 */
export function crashPage(
  page: DataView,
  watchExit: () => void,
  makeTimer: typeof threadTimer = threadTimer,
): LastResort {
  let isExitWatched = false;
  const kept = Marks.of(page, "descriptorsAt");
  const emptied = Marks.of(page, "emptiedAt");
  /** What this program has kept. */
  const own = new Marks(new Uint8Array(MARK_BYTES));
  const leftState = readLeftState(page);
  let state = leftState;
  let watch: LoopWatch | undefined;
  const store = (field: keyof typeof CRASH_FIELD, value: number) =>
    page.setBigUint64(CRASH_FIELD[field], BigInt(value), true);
  return {
    isThere: true,
    lastCrash: readLastCrash(page),
    leftState,
    notes: notesOf(page),
    plan: (plan) => {
      if (plan.kind !== "end" && !isExitWatched) {
        isExitWatched = true;
        watchExit();
      }
      store("startsOver", startsOver(plan) ? 1 : 0);
      store("plan", CRASH_PLAN[plan.kind]);
    },
    keep: (fd, isKept) => {
      kept.mark(fd, isKept);
      own.mark(fd, isKept);
    },
    empty: (fd, isEmptied) => emptied.mark(fd, isEmptied),
    refuse: (listener) => store("listener", listener ?? 0),
    disown: () => {
      const others = kept.all().filter((fd) => !own.has(fd));
      for (const fd of others) {
        kept.mark(fd, false);
        emptied.mark(fd, false);
      }
      return others;
    },
    leave: (next) => {
      if (next !== undefined) {
        kept.mark(next, true);
        own.mark(next, true);
      }
      store("state", next ?? 0);
      if (state !== undefined && state !== next) {
        kept.mark(state, false);
        own.mark(state, false);
      }
      state = next;
    },
    withhold: (variable) => withhold(page, variable),
    limit: ({ crashes, withinMs, pauseMs }) => {
      store("limit", Math.min(Math.max(crashes, 1), REMEMBERED_CRASHES));
      store("withinMs", Math.round(withinMs));
      store("pauseMs", Math.round(pauseMs));
    },
    watchLoop: (limitMs) => {
      const timer = makeTimer(tickMs(limitMs));
      if ("kind" in timer) return timer;
      watch = hangWatch(new Int32Array(page.buffer, page.byteOffset, page.byteLength >> 2), timer);
      return watch;
    },
    stopWatching: () => watch?.waits(),
    endMachine: (how) => store("endCommand", COMMANDS[how]),
  };
}

function startsOver(plan: CrashPlan): boolean {
  return plan.kind === "stay" && plan.startsOver;
}

const MARK_BYTES = CRASH_PAGE.descriptorLimit >> 3;

/** A bit for each descriptor. Those that are too high for the page are lost in a crash. */
class Marks {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  static of({ buffer, byteOffset }: DataView, which: "descriptorsAt" | "emptiedAt"): Marks {
    return new Marks(new Uint8Array(buffer, byteOffset + CRASH_PAGE[which], MARK_BYTES));
  }

  mark(fd: Fd, isMarked: boolean): void {
    if (fd >= CRASH_PAGE.descriptorLimit) return;
    const at = fd >> 3;
    const byte = this.#bytes[at] ?? 0;
    const bit = 1 << (fd & 7);
    this.#bytes[at] = isMarked ? byte | bit : byte & ~bit;
  }

  has(fd: Fd): boolean {
    return ((this.#bytes[fd >> 3] ?? 0) >> (fd & 7) & 1) === 1;
  }

  all(): readonly Fd[] {
    const found: Fd[] = [];
    this.#bytes.forEach((byte, at) => {
      for (let bit = 0; byte >> bit !== 0; bit++) {
        if ((byte >> bit & 1) === 1) found.push(asFd(8 * at + bit));
      }
    });
    return found;
  }
}

function notesOf({ buffer, byteOffset }: DataView): Int32Array {
  const { notesAt, notesBytes } = CRASH_PAGE;
  return new Int32Array(buffer, byteOffset + notesAt, notesBytes >> 2);
}

function readLeftState(page: DataView): Fd | undefined {
  const hasCrashed = page.getBigUint64(CRASH_FIELD.crashes, true) !== 0n;
  const state = Number(page.getBigUint64(CRASH_FIELD.state, true));
  return hasCrashed && state !== 0 ? asFd(state) : undefined;
}

/** An empty text takes its place. The pointers are addresses in the page. */
function withhold(page: DataView, variable: string): void {
  const wanted = new TextEncoder().encode(`${variable}=`);
  const offsetAt = (at: number) => Number(page.getBigUint64(at, true)) - CRASH_PAGE.address;
  for (let at = offsetAt(CRASH_FIELD.environment);; at += POINTER_BYTES) {
    const text = offsetAt(at);
    if (text < 0) return;
    if (wanted.every((byte, index) => page.getUint8(text + index) === byte)) page.setUint8(text, 0);
  }
}

function readLastCrash(page: DataView): LastCrash | undefined {
  const word = (field: keyof typeof CRASH_FIELD) => page.getBigUint64(CRASH_FIELD[field], true);
  const crashes = Number(word("crashes"));
  if (crashes === 0) return undefined;
  const signal = Number(word("signal"));
  const code = page.getInt32(CRASH_FIELD.code, true);
  if (signal === 0) return { crashes, cause: { kind: "exit", status: code } };
  if (code === SI_TIMER) {
    return { crashes, cause: { kind: "hung", programCounter: word("programCounter") } };
  }
  // The kernel's own codes are positive: asm-generic/siginfo.h.
  const isSent = code <= 0;
  return {
    crashes,
    cause: {
      kind: "signal",
      signal,
      sender: isSent ? page.getUint32(CRASH_FIELD.faultAddress, true) : undefined,
      address: isSent ? 0n : word("faultAddress"),
      programCounter: word("programCounter"),
    },
  };
}
