/** What a manager says of the one before it, which has crashed: a sentence for the log. */
import type { CrashCause, LastCrash, Platform } from "../../platform/mod.ts";

/** Those that a fault can come by. */
const NAMES: readonly string[] = ["ILL", "TRAP", "ABRT", "BUS", "FPE", "SEGV", "SYS"];

/** A whole sentence but for its end: what happened, and how often so far. */
export function crashReport(
  { cause, crashes }: LastCrash,
  signalNumber: Platform["signalNumber"],
): string {
  const often = crashes > 1 ? `; it has crashed ${crashes} times since it was first started` : "";
  return `The manager has crashed, and was started again: ${
    causeText(cause, signalNumber)
  }${often}`;
}

function causeText(cause: CrashCause, signalNumber: Platform["signalNumber"]): string {
  if (cause.kind === "exit") return `its runtime ended it with status ${cause.status}`;
  const { signal, sender, address, programCounter } = cause;
  const name = NAMES.find((each) => signalNumber(each) === signal);
  const shown = name === undefined ? `signal ${signal}` : `SIG${name}`;
  const at = `at ${hexadecimal(programCounter)}`;
  if (sender !== undefined) return `${shown} from process ${sender}, ${at}`;
  return `${shown} ${at}, for address ${hexadecimal(address)}`;
}

function hexadecimal(value: bigint): string {
  return `0x${value.toString(16)}`;
}
