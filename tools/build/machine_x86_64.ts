/** The entry stub's operations on x86-64 Linux. */
import {
  addImmediate,
  compare,
  compareRegisters,
  jump,
  jumpIf,
  load,
  loadAddress,
  loadByte,
  move,
  moveImmediate,
  type Register,
  store,
  systemCall,
  test,
} from "./assembler_x86_64.ts";
import type { StubCall, StubMachine, StubRegister } from "./stub_machine.ts";

/** Source: Linux arch/x86/entry/syscalls/syscall_64.tbl. */
const CALL_NUMBER: Readonly<Record<StubCall, number>> = {
  chdir: 80,
  exit_group: 231,
  faccessat: 269,
  fcntl: 72,
  getcwd: 79,
  getpid: 39,
  mkdirat: 258,
  mmap: 9,
  mount: 165,
  munmap: 11,
  openat: 257,
  rt_sigprocmask: 14,
  write: 1,
};

/** Source: Linux arch/x86/entry/entry_64.S. */
const ARGUMENT_REGISTERS: readonly Register[] = ["rdi", "rsi", "rdx", "r10", "r8", "r9"];

const REGISTERS: Readonly<Record<StubRegister, Register>> = {
  slot: "rsi",
  text: "rdi",
  pattern: "r8",
  byte: "rax",
  other: "rcx",
};

/**
 * x86-64. At entry rdx holds the function to call at exit; rbx is free (System V ABI for AMD64,
 * "Process Initialization") and no system call changes it.
 */
export const x86_64: StubMachine = {
  elfMachine: 62,
  keepEntryRegister: [move("rbx", "rdx")],
  restoreEntryRegister: [move("rdx", "rbx")],
  systemCall: (call, args) => [
    ...args.map((argument, i) => {
      const register = ARGUMENT_REGISTERS[i];
      if (register === undefined) throw new Error(`${call} has more than six arguments`);
      if (argument === "result") return move(register, "rax");
      // A negative number fills only the lower half of the register. All that the stub passes are
      // of type int in the kernel, which does not look at the upper half.
      return typeof argument === "number"
        ? moveImmediate(register, argument)
        : loadAddress(register, argument.addressOf);
    }),
    moveImmediate("rax", CALL_NUMBER[call]),
    systemCall(),
  ],
  jumpIfFailed: (target) => [test("rax"), jumpIf("negative", target)],
  jumpIfDone: (target) => [test("rax"), jumpIf("notNegative", target)],
  jumpUnlessResult: (result, target) => [compare("rax", result), jumpIf("notEqual", target)],
  jump: (target) => [jump(target)],
  loadStackPointer: (to) => [move(REGISTERS[to], "rsp")],
  loadAddress: (to, label) => [loadAddress(REGISTERS[to], label)],
  load: (to, address) => [load(REGISTERS[to], REGISTERS[address])],
  loadByte: (to, address) => [loadByte(REGISTERS[to], REGISTERS[address])],
  store: (address, from) => [store(REGISTERS[address], REGISTERS[from])],
  add: (register, value) => [addImmediate(REGISTERS[register], value)],
  jumpIfEqual: (register, value, target) => [
    compare(REGISTERS[register], value),
    jumpIf("equal", target),
  ],
  jumpUnlessEqual: (register, value, target) => [
    compare(REGISTERS[register], value),
    jumpIf("notEqual", target),
  ],
  jumpIfBelow: (register, value, target) => [
    compare(REGISTERS[register], value),
    jumpIf("below", target),
  ],
  jumpIfSame: (register, other, target) => [
    compareRegisters(REGISTERS[register], REGISTERS[other]),
    jumpIf("equal", target),
  ],
};
