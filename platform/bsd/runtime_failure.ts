/**
 * Errors of the runtime's own functions as failures, for the few things that are left to it.
 */
import type { Failure } from "../interface/failure.ts";
import { failure, type PosixKernel } from "../posix/kernel/kernel.ts";

/**
 * The runtime names an error (`ENOENT`); the system's table knows its number. @throws What has no
 * such name.
 */
export function runtimeFailure(kernel: PosixKernel, call: string, error: unknown): Failure {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const number = kernel.errnoTable.numberOf(code);
  if (number === undefined) throw error;
  return failure(kernel, call, number);
}
