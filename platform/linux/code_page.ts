/**
 * The child stub as callable machine code: written to a page of its own, then made executable.
 */
import { addressCalls, lastErrno } from "../ffi/library.ts";
import type { Failure } from "../interface.ts";
import { MEMORY } from "./abi.ts";
import { failure, kernel } from "./kernel.ts";
import { stubCode } from "./stub.ts";

export interface ChildStub {
  readonly kind: "stub";
  /** Runs a list in a child. @returns PID, or −errno when no child could be made. */
  call(listAddress: number, count: number, resultAddress: number): number;
}

const STUB_SIGNATURE = { parameters: ["usize", "usize", "usize"], result: "i32" } as const;

/**
 * Loads the stub; the page stays for the life of the process.
 *
 * @returns EPERM or EACCES where a security policy forbids new executable memory (systemd's
 * MemoryDenyWriteExecute, SELinux's execmem): then no child can be made.
 */
export function loadStub(): ChildStub | Failure {
  const calls = kernel();
  const { addresses, map } = addressCalls();
  const code = stubCode(calls.abi.architecture);
  const page = map(
    null,
    MEMORY.PAGE_BYTES,
    MEMORY.PROT_READ | MEMORY.PROT_WRITE,
    MEMORY.MAP_PRIVATE | MEMORY.MAP_ANONYMOUS,
    -1,
    0,
  );
  const mapErrno = lastErrno(calls);
  const address = page === null ? -1n : Deno.UnsafePointer.value(page);
  // MAP_FAILED is −1 as an address.
  if (page === null || address === -1n || address === 0xffff_ffff_ffff_ffffn) {
    return denied("mmap", mapErrno);
  }
  new Uint8Array(new Deno.UnsafePointerView(page).getArrayBuffer(code.length)).set(code);
  // The kernel synchronises the instruction cache when it makes the page executable.
  const result = addresses(
    calls.abi.calls.mprotect,
    Number(address),
    MEMORY.PAGE_BYTES,
    MEMORY.PROT_READ | MEMORY.PROT_EXEC,
    0,
    0,
    0,
  );
  if (result < 0) return denied("mprotect", lastErrno(calls));
  const stub = new Deno.UnsafeFnPointer(
    page as Deno.PointerObject<typeof STUB_SIGNATURE>,
    STUB_SIGNATURE,
  );
  // 64-bit parameters take numbers as well as bigints at run time; Deno's types know bigints only.
  const call = stub.call.bind(stub) as unknown as ChildStub["call"];
  return { kind: "stub", call };
}

function denied(call: string, errno: number): Failure {
  const detail = "cannot make the executable memory that starts processes; " +
    "a security policy may forbid it (MemoryDenyWriteExecute, execmem)";
  return failure(call, errno, detail);
}
