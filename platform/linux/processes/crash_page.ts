/** The crash page as the manager reads and writes it: fields of memory, whoever's it is. */
import type { Fd } from "../../../core/types.ts";
import {
  CRASH_FIELD,
  CRASH_PAGE,
  CRASH_PLAN,
} from "../../../native/programs/last_resort/crash_page.ts";
import type { CrashPlan, LastCrash, LastResort } from "../../interface/last_resort.ts";
import { REBOOT } from "../kernel/abi.ts";

const POINTER_BYTES = 8;

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

/** @param watchExit Called once, before the first plan that is not the system's own. */
export function crashPage(page: DataView, watchExit: () => void): LastResort {
  let isExitWatched = false;
  const store = (field: keyof typeof CRASH_FIELD, value: number) =>
    page.setBigUint64(CRASH_FIELD[field], BigInt(value), true);
  return {
    isThere: true,
    lastCrash: readLastCrash(page),
    plan: (plan) => {
      if (plan.kind !== "end" && !isExitWatched) {
        isExitWatched = true;
        watchExit();
      }
      store("startsOver", startsOver(plan) ? 1 : 0);
      store("plan", CRASH_PLAN[plan.kind]);
    },
    keep: (fd, isKept) => keep(page, fd, isKept),
    withhold: (variable) => withhold(page, variable),
    endMachine: (how) => store("endCommand", COMMANDS[how]),
  };
}

function startsOver(plan: CrashPlan): boolean {
  return plan.kind === "stay" && plan.startsOver;
}

/** Those that are too high for the page are lost in a crash. */
function keep(page: DataView, fd: Fd, isKept: boolean): void {
  if (fd >= CRASH_PAGE.descriptorLimit) return;
  const at = CRASH_PAGE.descriptorsAt + (fd >> 3);
  const bit = 1 << (fd & 7);
  const byte = page.getUint8(at);
  page.setUint8(at, isKept ? byte | bit : byte & ~bit);
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
