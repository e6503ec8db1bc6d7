/**
 * The child stub as callable machine code on Linux.
 */
import { CHILD_LAUNCH } from "../../../native/code/child_launch.ts";
import { type ChildStub, loadCode } from "../../ffi/code_page.ts";
import type { Failure } from "../../interface/failure.ts";
import { MEMORY } from "../kernel/abi.ts";
import { failure, LINUX } from "../kernel/kernel.ts";

/** Loads the stub; the page stays for the life of the process. */
export function loadStub(): ChildStub | Failure {
  const { calls: { mprotect }, processor: { architecture } } = LINUX;
  const memory = { ...MEMORY, mprotect, failure };
  return loadCode(LINUX, memory, Uint8Array.fromHex(CHILD_LAUNCH.linux[architecture]));
}
