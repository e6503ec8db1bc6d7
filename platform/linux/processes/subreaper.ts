/**
 * Adopting orphans.
 */
import type { Failure } from "../../interface/failure.ts";
import { lastFailure } from "../../posix/kernel/kernel.ts";
import { PRCTL } from "../kernel/abi.ts";
import { LINUX } from "../kernel/kernel.ts";

/** Orphans below the manager become its children: PR_SET_CHILD_SUBREAPER of prctl(2). */
export function becomeSubreaper(): Failure | undefined {
  const { prctl } = LINUX.calls;
  const result = LINUX.numbers(prctl, PRCTL.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0, 0);
  return result < 0 ? lastFailure(LINUX, "prctl") : undefined;
}
