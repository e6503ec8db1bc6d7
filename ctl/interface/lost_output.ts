/** What becomes of a program whose output could not be written. */
import type { ClientIo } from "./io.ts";

/**
 * The exit status in the end; half a list or half a converted file must not pass for the whole.
 * Says why.
 */
export function lostOutputStatus(
  status: number,
  io: Pick<ClientIo, "programName" | "outFault" | "err">,
): number {
  const lost = io.outFault();
  if (lost === undefined) return status;
  io.err(`${io.programName}: Cannot write to standard output: ${lost}\n`);
  return status === 0 ? 1 : status;
}
