/**
 * The child stub as callable machine code on Linux.
 */
import { type ChildStub, loadCode } from "../../ffi/code_page.ts";
import type { Failure } from "../../interface/failure.ts";
import { MEMORY } from "../kernel/abi.ts";
import { failure, LINUX } from "../kernel/kernel.ts";
import { stubCode } from "../../child/stub.ts";

/** Loads the stub; the page stays for the life of the process. */
export function loadStub(): ChildStub | Failure {
  const { calls: { mprotect }, processor: { architecture } } = LINUX;
  const memory = { ...MEMORY, mprotect, failure };
  return loadCode(LINUX, memory, stubCode(architecture));
}
