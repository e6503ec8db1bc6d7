/** The machine's watchdog: hardware that resets it when it has not been told for a while. */
import type { Failure } from "./failure.ts";

/** One that counts. When this program ends without a word it goes on counting. */
export interface MachineWatchdog {
  /** So long it waits, which may be more than was asked for. */
  readonly timeoutMs: number;
  /** It begins to count anew. */
  tell(): void;
  /** It counts no more, if the kernel lets it be turned off (`nowayout`). */
  turnOff(): void;
}

/** @returns EBUSY when another program has it, ENOTTY when the file is none. */
export type OpenMachineWatchdog = (path: string, timeoutMs: number) => MachineWatchdog | Failure;
