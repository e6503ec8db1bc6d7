/**
 * Finds what the executable's entry program has prepared for a crash: its handler is that of
 * SIGABRT, for which nobody else has one.
 */
import { CRASH_PAGE } from "../../../native/programs/last_resort/crash_page.ts";
import { systemLibrary } from "../../ffi/library.ts";
import { allocate } from "../../ffi/memory.ts";
import type { LastResort } from "../../interface/last_resort.ts";
import { NO_LAST_RESORT } from "../../posix/processes/no_last_resort.ts";
import { SIGNAL_CALLS, SIGNALS } from "../kernel/abi.ts";
import { LINUX } from "../kernel/kernel.ts";
import { crashPage, isCrashPage } from "./crash_page.ts";

/** Source: asm-generic/mman-common.h. */
const MADV_NORMAL = 0;
/** SIG_DFL and SIG_IGN are lower. */
const LEAST_HANDLER = 2n;

/** Under plain `deno run` there is none. */
export function linuxLastResort(): LastResort {
  const handler = abortHandler();
  if (handler < LEAST_HANDLER || !isMapped()) return NO_LAST_RESORT;
  const memory = Deno.UnsafePointer.create(BigInt(CRASH_PAGE.address));
  if (memory === null) return NO_LAST_RESORT;
  const page = new DataView(new Deno.UnsafePointerView(memory).getArrayBuffer(CRASH_PAGE.bytes));
  if (!isCrashPage(page, Deno.pid)) return NO_LAST_RESORT;
  return crashPage(page, () => callAtExit(handler));
}

function abortHandler(): bigint {
  const { rt_sigaction } = LINUX.calls;
  const { ACTION_BYTES, SET_BYTES } = SIGNAL_CALLS;
  const action = allocate(ACTION_BYTES);
  LINUX.addresses(rt_sigaction, SIGNALS.ABRT, 0, action.address, SET_BYTES, 0, 0);
  return action.view.getBigUint64(0, true);
}

/** madvise(2) tells by ENOMEM that something of the range is not. */
function isMapped(): boolean {
  const { address, bytes } = CRASH_PAGE;
  return LINUX.addresses(LINUX.calls.madvise, address, bytes, MADV_NORMAL, 0, 0, 0) === 0;
}

/**
 * Has the handler called by exit(3), before all that was to be called so far: on_exit(3), which
 * gives it the status, and the second parameter by which it knows that it is no signal.
 */
function callAtExit(handler: bigint): void {
  const { symbols } = Deno.dlopen(systemLibrary(), {
    // As a struct, which is passed in the same register: for pointers Deno would make a page of
    // code.
    on_exit: { parameters: [{ struct: ["pointer"] }, "pointer"], result: "i32" },
  });
  symbols.on_exit(new BigUint64Array([handler]), null);
}
