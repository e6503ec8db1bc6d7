/**
 * What the entry stub asks of a processor: system calls, a few registers, memory, jumps.
 *
 * The stub's program (`entry_stub.ts`) is written once in these terms, so that it does the same on
 * every architecture; `machine_*.ts` turn each into instructions.
 */
import type { Item } from "./assembler.ts";

/** System calls of the stub. All exist on every Linux architecture (no `open`, `access`, `mkdir`). */
export type StubCall =
  | "chdir"
  | "exit_group"
  | "faccessat"
  | "fcntl"
  | "getcwd"
  | "getpid"
  | "mkdirat"
  | "mmap"
  | "mount"
  | "munmap"
  | "openat"
  | "rt_sigprocmask"
  | "write";

/**
 * A whole number from -65536 to 65535, or a multiple of 2^32 below 2^48; the address of a label; or the result of the
 * call before, as the first argument only.
 */
export type Argument = number | { readonly addressOf: string } | "result";

/** Registers for anything; system calls change them. */
export type StubRegister = "slot" | "text" | "pattern" | "byte" | "other";

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
  /** Calls the kernel. The three jumps that follow here look at the result of the latest call. */
  systemCall(call: StubCall, args: readonly Argument[]): readonly Item[];
  jumpIfFailed(target: string): readonly Item[];
  jumpIfDone(target: string): readonly Item[];
  /** @param result A number from -127 to 127. */
  jumpUnlessResult(result: number, target: string): readonly Item[];
  jump(target: string): readonly Item[];

  /** The address of the stack's top. */
  loadStackPointer(to: StubRegister): readonly Item[];
  loadAddress(to: StubRegister, label: string): readonly Item[];
  /** The word of 64 bits at an address. */
  load(to: StubRegister, address: StubRegister): readonly Item[];
  loadByte(to: StubRegister, address: StubRegister): readonly Item[];
  store(address: StubRegister, from: StubRegister): readonly Item[];
  /** @param value From 0 to 127. */
  add(register: StubRegister, value: number): readonly Item[];
  /** Jumps when the register has a value of 0 to 4095. */
  jumpIfEqual(register: StubRegister, value: number, target: string): readonly Item[];
  jumpUnlessEqual(register: StubRegister, value: number, target: string): readonly Item[];
  /** Jumps when the register, as a number without sign, is below this one. */
  jumpIfBelow(register: StubRegister, value: number, target: string): readonly Item[];
  jumpIfSame(register: StubRegister, other: StubRegister, target: string): readonly Item[];
}
