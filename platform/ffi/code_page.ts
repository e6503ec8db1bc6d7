/**
 * Machine code made callable: written to a page of its own, then made executable.
 *
 * Never writable and executable at once. The kernels of Linux and FreeBSD synchronise the
 * instruction cache when a page becomes executable (arch/arm64/mm/flush.c; sys/arm64/arm64/pmap.c),
 * so it is not written again.
 */
import type { Failure } from "../interface/failure.ts";
import { type AddressCalls, lastErrno, type SystemCalls } from "./library.ts";

/** How a system maps and protects memory. */
export interface CodeMemory {
  readonly PROT_READ: number;
  readonly PROT_WRITE: number;
  readonly PROT_EXEC: number;
  readonly MAP_PRIVATE: number;
  /** Memory of no file. */
  readonly MAP_ANONYMOUS: number;
  /** Number of mprotect(2). */
  readonly mprotect: number;
  failure(call: string, errno: number, detail: string): Failure;
}

/** Code that was loaded. */
export interface ChildStub {
  readonly kind: "stub";
  readonly address: number;
  /** Runs a list in a child. @returns PID, or −errno when no child could be made. */
  call(endAddress: number): number;
}

/** A multiple of the page size of every processor. */
const PAGE_BYTES = 65536;

const STUB_SIGNATURE = { parameters: ["usize"], result: "i32" } as const;

/**
 * Loads the code of a child stub; the page stays for the life of the process.
 *
 * @returns EPERM or EACCES where a security policy forbids new executable memory (systemd's
 * MemoryDenyWriteExecute, SELinux's execmem): then no child can be made by a stub.
 */
export function loadCode(
  calls: SystemCalls & AddressCalls,
  memory: CodeMemory,
  code: Uint8Array,
): ChildStub | Failure {
  const { PROT_READ, PROT_WRITE, PROT_EXEC, MAP_PRIVATE, MAP_ANONYMOUS, mprotect } = memory;
  const { addresses, map } = calls;
  const page = map(null, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  const mapErrno = lastErrno(calls);
  const address = page === null ? -1n : Deno.UnsafePointer.value(page);
  // MAP_FAILED is −1 as an address.
  if (page === null || address === -1n || address === 0xffff_ffff_ffff_ffffn) {
    return denied(memory, "mmap", mapErrno);
  }
  new Uint8Array(new Deno.UnsafePointerView(page).getArrayBuffer(code.length)).set(code);
  const result = addresses(mprotect, Number(address), PAGE_BYTES, PROT_READ | PROT_EXEC, 0, 0, 0);
  if (result < 0) return denied(memory, "mprotect", lastErrno(calls));
  const stub = new Deno.UnsafeFnPointer(
    page as Deno.PointerObject<typeof STUB_SIGNATURE>,
    STUB_SIGNATURE,
  );
  // 64-bit parameters take numbers as well as bigints at run time; Deno's types know bigints only.
  const call = stub.call.bind(stub) as unknown as ChildStub["call"];
  return { kind: "stub", address: Number(address), call };
}

function denied(memory: CodeMemory, call: string, errno: number): Failure {
  const detail = "cannot make the executable memory that starts processes; " +
    "a security policy may forbid it (MemoryDenyWriteExecute, execmem)";
  return memory.failure(call, errno, detail);
}
