/**
 * What the entry stub asks of a processor: system calls, three kinds of jump and one register to keep.
 *
 * The stub's program (`entry_stub.ts`) is written once in these terms, so that it does the same on
 * every architecture; `machine_*.ts` turn each into instructions.
 */
import type { Item } from "./assembler.ts";

/** System calls of the stub. All exist on every Linux architecture (no `open`, `access`, `mkdir`). */
export type StubCall =
  | "chdir"
  | "faccessat"
  | "fcntl"
  | "getcwd"
  | "getpid"
  | "mkdirat"
  | "mount"
  | "openat"
  | "rt_sigprocmask"
  | "write";

/** A whole number from -65536 to 65535, or the address of a label. */
export type Argument = number | { readonly addressOf: string };

/** One processor architecture under Linux. */
export interface StubMachine {
  /** e_machine of its ELF files. Source: elf(5), /usr/include/elf.h. */
  readonly elfMachine: number;
  /**
   * Saves and restores the one register that carries something into a program's entry point besides
   * the stack pointer: the function that the dynamic loader wants called at exit.
   */
  readonly keepEntryRegister: readonly Item[];
  readonly restoreEntryRegister: readonly Item[];
  /** Calls the kernel. The jumps below look at the result of the latest call. */
  systemCall(call: StubCall, args: readonly Argument[]): readonly Item[];
  jumpIfFailed(target: string): readonly Item[];
  jumpIfDone(target: string): readonly Item[];
  /** @param result A number from -127 to 127. */
  jumpUnlessResult(result: number, target: string): readonly Item[];
  jump(target: string): readonly Item[];
}
