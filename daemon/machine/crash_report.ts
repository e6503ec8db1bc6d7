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

/** What was found when another manager went on; as {@linkcode crashReport}. */
export function settledReport(
  { alive, lost, ended }: {
    readonly alive: number;
    readonly lost: number;
    readonly ended: number;
  },
  damaged: number,
): string {
  const parts = [`Services go on: ${counted(alive, "process", "processes")}`];
  if (lost > 0) parts.push(`${counted(lost, "has", "have")} ended, and nobody knows how`);
  if (ended > 0) parts.push(`${counted(ended, "was", "were")} launched for nobody and end`);
  if (damaged > 0) parts.push(`${counted(damaged, "fact", "facts")} about them could not be read`);
  return parts.join("; ");
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function causeText(cause: CrashCause, signalNumber: Platform["signalNumber"]): string {
  if (cause.kind === "exit") return `its runtime ended it with status ${cause.status}`;
  if (cause.kind === "hung") return `its loop hung at ${hexadecimal(cause.programCounter)}`;
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
