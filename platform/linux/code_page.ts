/**
 * The child stub as callable machine code on Linux.
 */
import { type ChildStub, loadCode } from "../ffi/code_page.ts";
import { addressCalls } from "../ffi/library.ts";
import type { Failure } from "../interface/failure.ts";
import { MEMORY } from "./abi.ts";
import { failure, kernel } from "./kernel.ts";
import { stubCode } from "../child/stub.ts";

/** Loads the stub; the page stays for the life of the process. */
export function loadStub(): ChildStub | Failure {
  const calls = kernel();
  const { architecture, calls: { mprotect } } = calls.abi;
  const memory = { ...MEMORY, mprotect, failure };
  return loadCode({ ...calls, ...addressCalls() }, memory, stubCode(architecture));
}
