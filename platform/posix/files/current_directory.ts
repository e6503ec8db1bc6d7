/**
 * The manager's own directory, which relative paths are relative to.
 */
import type { Failure } from "../../interface/failure.ts";

/** Asks the runtime, which needs no /proc for it. @returns ENOENT when the directory is gone. */
export function currentDirectory(
  failure: (call: string, errno: number) => Failure,
  ENOENT: number,
): string | Failure {
  try {
    return Deno.cwd();
  } catch {
    return failure("getcwd", ENOENT);
  }
}
