/**
 * The record of who is logged in, on FreeBSD: through the C library, because the files have a form
 * of their own (lib/libc/gen/pututxline.c).
 *
 * Boot and shutdown are recorded by rc.d/utx there, not by init; and the library takes no record of
 * a terminal that merely waits for a login. What is left is the end of a terminal's process, which
 * ends the session that it left open.
 */
import { lastErrno, systemLibrary } from "../ffi/library.ts";
import type { Failure } from "../interface/failure.ts";
import type { LoginRecord } from "../interface/platform.ts";
import { failure, type PosixKernel } from "../posix/kernel/kernel.ts";

/** struct utmpx and its types: include/utmpx.h. */
export const UTMPX = {
  BYTES: 280,
  TYPE: 0,
  SECONDS: 8,
  MICROSECONDS: 16,
  ID: 24,
  PID: 32,
  LINE: 68,
  ID_BYTES: 8,
  LINE_BYTES: 16,
  DEAD_PROCESS: 7,
} as const;

/** A process of a terminal that has ended. */
export type EndedLogin = Extract<LoginRecord, { kind: "started" | "ended" }>;

/** The record as the library takes it; texts that do not fit are cut, as everywhere in utmp. */
export function encodeEnded(record: EndedLogin, timeMs: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(new ArrayBuffer(UTMPX.BYTES));
  const view = new DataView(bytes.buffer);
  view.setInt16(UTMPX.TYPE, UTMPX.DEAD_PROCESS, true);
  view.setBigInt64(UTMPX.SECONDS, BigInt(Math.floor(timeMs / 1000)), true);
  view.setBigInt64(UTMPX.MICROSECONDS, BigInt(Math.floor((timeMs % 1000) * 1000)), true);
  view.setInt32(UTMPX.PID, record.pid, true);
  const encoder = new TextEncoder();
  bytes.set(encoder.encode(record.id).subarray(0, UTMPX.ID_BYTES), UTMPX.ID);
  bytes.set(encoder.encode(record.line).subarray(0, UTMPX.LINE_BYTES), UTMPX.LINE);
  return bytes;
}

/** Makes the function that records; the library is bound at the first end. */
export function freebsdLogins(kernel: PosixKernel): (record: LoginRecord) => Failure | undefined {
  let put: ((record: Uint8Array<ArrayBuffer>) => Deno.PointerValue) | undefined;

  return (record) => {
    if (record.kind !== "ended") return undefined;
    put ??= bindPut();
    if (put(encodeEnded(record, Date.now())) !== null) return undefined;
    const errno = lastErrno(kernel);
    // Nobody was logged in there.
    return errno === kernel.abi.errno.ESRCH ? undefined : failure(kernel, "pututxline", errno);
  };
}

function bindPut(): (record: Uint8Array<ArrayBuffer>) => Deno.PointerValue {
  const { symbols } = Deno.dlopen(systemLibrary(), {
    pututxline: { parameters: ["buffer"], result: "pointer" },
  });
  return symbols.pututxline;
}
