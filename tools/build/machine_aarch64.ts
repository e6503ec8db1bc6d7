/** The entry stub's operations on aarch64 Linux. */
import {
  addImmediate,
  compare,
  compareRegisters,
  jump,
  jumpIf,
  jumpIfNegative,
  jumpIfNotNegative,
  load,
  loadAddress,
  loadByte,
  move,
  moveImmediate,
  moveStackPointer,
  store,
  systemCall,
} from "./assembler_aarch64.ts";
import type { Item } from "./assembler.ts";
import type { Argument, StubCall, StubMachine, StubRegister } from "./stub_machine.ts";

/** Source: Linux include/uapi/asm-generic/unistd.h. */
const CALL_NUMBER: Readonly<Record<StubCall, number>> = {
  chdir: 49,
  exit_group: 94,
  faccessat: 48,
  fcntl: 25,
  getcwd: 17,
  getpid: 172,
  mkdirat: 34,
  mmap: 222,
  mount: 40,
  munmap: 215,
  openat: 56,
  rt_sigprocmask: 135,
  write: 64,
};

/** The register of the system call number, x8. */
const NUMBER_REGISTER = 8;

const REGISTERS: Readonly<Record<StubRegister, number>> = {
  slot: 9,
  text: 10,
  pattern: 11,
  byte: 12,
  other: 13,
};

/**
 * aarch64. At entry x0 holds the function to call at exit; x19 is free (glibc's
 * sysdeps/aarch64/start.S) and no system call changes it.
 */
export const aarch64: StubMachine = {
  elfMachine: 183,
  keepEntryRegister: [move(19, 0)],
  restoreEntryRegister: [move(0, 19)],
  systemCall: (call, args) => [
    ...args.flatMap(passArgument),
    moveImmediate(NUMBER_REGISTER, CALL_NUMBER[call]),
    systemCall(),
  ],
  jumpIfFailed: (target) => [jumpIfNegative(0, target)],
  jumpIfDone: (target) => [jumpIfNotNegative(0, target)],
  jumpUnlessResult: (result, target) => [compare(0, result), jumpIf("notEqual", target)],
  jump: (target) => [jump(target)],
  loadStackPointer: (to) => [moveStackPointer(REGISTERS[to])],
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

/** Arguments go to the registers with their numbers; a call's result comes in that of the first. */
function passArgument(argument: Argument, register: number): readonly Item[] {
  if (typeof argument === "number") return [moveImmediate(register, argument)];
  if (argument === "result") return [];
  return [loadAddress(register, argument.addressOf)];
}
